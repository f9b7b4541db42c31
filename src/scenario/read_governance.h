#pragma once

#include <filesystem>
#include <string>

#include "src/catalog/catalogue.h"
#include "src/scenario/governance_scenario.h"

namespace sextant::scenario {

/// Reads a governance scenario, the policy's files and the training runs' scenarios; resolves every
/// name, and checks all of it against the rest. The files are recorded in the catalogue's used
/// files.
/// `warnings`, where given, receives what is odd but not wrong, ready for stderr.
/// @throws io::InputError with everything that is wrong
GovernanceScenario read_governance(const std::filesystem::path& path, catalog::Catalogue& catalogue,
                                   std::string* warnings = nullptr);

/// The same for a text; `name` stands for the file in messages, and its folder is where other files
/// are seen from.
GovernanceScenario read_governance_text(const std::string& name, std::string text,
                                        catalog::Catalogue& catalogue,
                                        std::string* warnings = nullptr);

/// The JSON Schema of governance scenarios, with the catalogue's names as proposals.
std::string governance_schema(const catalog::Catalogue& catalogue);

/// The reference of governance scenarios, in Markdown: one table per object.
std::string governance_reference();

}  // namespace sextant::scenario

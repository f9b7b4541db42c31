#pragma once

#include <filesystem>
#include <string>

#include "src/catalog/catalogue.h"
#include "src/scenario/scenario.h"

namespace sextant::scenario {

/// Reads a scenario file, resolves every name in it through the catalogue, and checks it: each
/// value by itself and the values against each other. The file is recorded in the catalogue's used
/// files.
/// `warnings`, where given, receives what is odd but not wrong, ready for stderr.
/// @throws io::InputError with everything that is wrong
Scenario read_scenario(const std::filesystem::path& path, catalog::Catalogue& catalogue,
                       std::string* warnings = nullptr);

/// The same for a text; `name` stands for the file in messages.
Scenario read_scenario_text(const std::string& name, std::string text,
                            catalog::Catalogue& catalogue, std::string* warnings = nullptr);

/// The JSON Schema of scenario files, with the catalogue's names as proposals.
std::string scenario_schema(const catalog::Catalogue& catalogue);

/// The reference of scenario files, in Markdown: units, then one table per object.
std::string scenario_reference();

}  // namespace sextant::scenario

#pragma once

#include <filesystem>
#include <string>

#include "src/catalog/catalogue.h"
#include "src/scenario/endpoints_scenario.h"

namespace sextant::scenario {

/// Reads an endpoints scenario, resolves every name in it through the catalogue, and checks it. The
/// file is recorded in the catalogue's used files.
/// `warnings`, where given, receives what is odd but not wrong, ready for stderr.
/// @throws io::InputError with everything that is wrong
EndpointsScenario read_endpoints(const std::filesystem::path& path, catalog::Catalogue& catalogue,
                                 std::string* warnings = nullptr);

/// The same for a text; `name` stands for the file in messages.
EndpointsScenario read_endpoints_text(const std::string& name, std::string text,
                                      catalog::Catalogue& catalogue,
                                      std::string* warnings = nullptr);

/// The JSON Schema of endpoints scenarios, with the catalogue's names as proposals.
std::string endpoints_schema(const catalog::Catalogue& catalogue);

/// The reference of endpoints scenarios, in Markdown: one table per object.
std::string endpoints_reference();

}  // namespace sextant::scenario

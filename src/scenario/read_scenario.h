#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "src/catalog/catalogue.h"
#include "src/scenario/check_training.h"
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

/// The same for a tree, whose places are in documents that need no provenance of numbers.
Scenario read_scenario_tree(const io::Node& root, catalog::Catalogue& catalogue,
                            std::string* warnings = nullptr,
                            LayoutUse layouts = LayoutUse::kAsGiven);

/// Reads many scenarios that differ in a few of their outermost members ("cluster", "recovery"):
/// what they have in common is read once.
class VariantReader {
 public:
  /// `changing`: keys of the members that may differ from those of `root`. The catalogue outlives
  /// this. @throws io::InputError if another member is wrong
  VariantReader(const io::Node& root, std::set<std::string> changing, catalog::Catalogue& catalogue,
                LayoutUse layouts = LayoutUse::kAsGiven);

  /// As read_scenario_tree; `root` has the common members of the other one.
  Scenario read(const io::Node& root) const;

 private:
  std::set<std::string> changing_;
  catalog::Catalogue& catalogue_;
  LayoutUse layouts_;
  Scenario common_;
};

/// The JSON Schema of scenario files, with the catalogue's names as proposals.
std::string scenario_schema(const catalog::Catalogue& catalogue);

/// The reference of scenario files, in Markdown: units, then one table per object.
std::string scenario_reference();

}  // namespace sextant::scenario

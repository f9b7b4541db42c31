#pragma once

#include <memory>
#include <string>
#include <vector>

#include "src/catalog/catalogue.h"
#include "src/io/node.h"
#include "src/run/parallel_for.h"
#include "src/scenario/scenario.h"

namespace sextant::serve {

/// One member of a scenario that the page has otherwise.
struct Change {
  std::string pointer;  ///< "/cluster/nodes"
  std::string value;  ///< as the scenario would have it: 128, 15.6T, 400 Gb/s; empty or null: none
};

/// A scenario file that was read and then changed.
struct ChangedScenario {
  scenario::Scenario scenario;
  std::vector<std::string> notes;     ///< what had to change with it, one sentence each
  std::vector<std::string> warnings;  ///< what is odd
};

/// A scenario as its file has it, as a tree.
std::unique_ptr<io::Document> parse_scenario(const std::string& name, std::string text);

/// The scenario with these members otherwise. Another instance, or another purchase, brings along
/// what depends on it, as `sextant compare` does (plan::varied). A change names no file.
/// @param fastest also with the layout that a search finds for each phase
/// @throws io::InputError whose mistakes name the pointer of the change, where it is one's own
/// @throws plan::InfeasiblePlan
ChangedScenario changed_scenario(const io::Document& document, const std::vector<Change>& changes,
                                 bool fastest, catalog::Catalogue& catalogue,
                                 const run::ParallelOptions& parallel = {});

}  // namespace sextant::serve

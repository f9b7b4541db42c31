#pragma once

#include <cstddef>
#include <vector>

#include "src/scenario/scenario.h"
#include "src/search/layout_search.h"

namespace sextant::plan {

/// The layouts of one phase, searched and then replayed.
struct PhaseLayouts {
  search::SearchResult search;
  /// The best of the search, timed by replay: its last batch, in the order of the time of all its
  /// steps, the least first; those that need more memory than
  /// the accelerator has are not among them.
  std::vector<search::FoundLayout> replayed;
};

/// Searches the layouts of a phase, in the space of every_layout, among those that can run all of
/// its batches: for its last batch, and of the fastest 2,000 there those that are fastest over all.
/// `phase` is one of the scenario's, or its training where it has no phases.
/// @throws io::InputError if the calibration does not know the hardware or the software
PhaseLayouts search_phase(const scenario::Scenario& scenario, const scenario::PhasePlan& phase,
                          const search::SearchOptions& options);

/// What choosing the layouts of a whole run has found.
struct ChosenLayouts {
  std::vector<PhaseLayouts> phases;  ///< as the scenario's; one where it has none
  scenario::Scenario scenario;       ///< with the best layout in every phase
};

/// The scenario with the fastest layout that its cluster can run in every phase.
/// @throws InfeasiblePlan where a phase has none, with what is missing
/// @throws io::InputError as search_phase
ChosenLayouts choose_layouts(const scenario::Scenario& scenario,
                             const search::SearchOptions& options);

}  // namespace sextant::plan

#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sextant/ledger/purchase.h"
#include "src/plan/variation.h"
#include "src/scenario/scenario.h"

namespace sextant::optimize {

/// From which number of nodes to which.
struct NodeRange {
  int from = 1;
  int to = 1;
};

/// What may be chosen. A list that is empty: as in the scenario.
struct Space {
  std::vector<std::string> instances;
  std::vector<int> nodes;
  std::optional<NodeRange> node_range;  ///< instead of a list
  std::vector<PurchaseMode> purchases;
  std::vector<std::string> regions;
  std::vector<std::vector<std::string>> targets;  ///< of the checkpoints, as plan::Variation's
  std::vector<int> spares;                        ///< empty: the best
  bool keep_layout = false;                       ///< as in the scenario, and not searched
  bool keep_interval = false;                     ///< likewise; else it is the optimal one
  bool keep_spares = false;
};

/// Whether the scenario as it is is one of the choices.
bool holds(const Space& space, const scenario::Scenario& scenario);

/// All combinations at one instance and one number of nodes; `instance` is absent where it is the
/// scenario's. In the order of the lists.
std::vector<plan::Variation> choices_at(const Space& space,
                                        const std::optional<std::string>& instance, int nodes);

/// The instances to be tried; absent: the scenario's.
std::vector<std::optional<std::string>> instances_of(const Space& space);

/// Numbers of nodes of the range with which the degrees of some layout divide every phase, in
/// ascending order.
std::vector<int> runnable_nodes(const scenario::Scenario& scenario, const NodeRange& range);

/// At most `count` of the ascending numbers, among them the first and the last, in about equal
/// ratios.
std::vector<int> spread_out(const std::vector<int>& numbers, std::size_t count);

/// The numbers half-way between one that was tried and its neighbours that were tried, where there
/// are any; all lists ascending but `tried`.
std::vector<int> between_neighbours(const std::vector<int>& numbers, const std::vector<int>& tried,
                                    int around);

}  // namespace sextant::optimize

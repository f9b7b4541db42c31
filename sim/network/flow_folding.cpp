#include "sextant/network/flow_folding.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "sextant/kernel/assert.h"
#include "sim/network/colour_refinement.h"
#include "sim/network/fold_obstacle.h"
#include "sim/network/link_columns.h"
#include "sim/network/never_full.h"
#include "sim/network/sum_equal.h"

namespace sextant {
namespace {

std::size_t at(std::int32_t id) { return static_cast<std::size_t>(id); }

/// By link: the first of its class; itself where it is that.
std::vector<bool> first_of_classes(const std::vector<std::uint64_t>& colours,
                                   const std::vector<bool>& counts) {
  std::vector<std::pair<std::uint64_t, std::size_t>> sorted;
  for (std::size_t link = 0; link < colours.size(); ++link) {
    if (counts[link]) sorted.emplace_back(colours[link], link);
  }
  std::sort(sorted.begin(), sorted.end());
  std::vector<bool> first(colours.size(), false);
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    first[sorted[i].second] = i == 0 || sorted[i].first != sorted[i - 1].first;
  }
  return first;
}

/// What all transfers of a set put on the links that stand for their classes.
std::vector<FlowLoad> load_of_all(const AlikeTransfers& set, const std::vector<bool>& first) {
  std::vector<FlowLoad> loads;
  for (const TransferPattern& one : set.instances) {
    for (const FlowLoad& load : one.loads) {
      if (first[at(load.link)] && load.flows > 0.0) loads.push_back(load);
    }
  }
  sum_equal(loads, [](const FlowLoad& load) { return load.link; });
  return loads;
}

}  // namespace

std::optional<FoldedTransfers> fold_transfers(const Fabric& fabric,
                                              std::span<const double> capacities,
                                              std::span<const AlikeTransfers> alike,
                                              std::string* asymmetry) {
  SEXTANT_ASSERT(capacities.size() == at(fabric.links()), "{} capacities of {} links",
                 capacities.size(), fabric.links());
  const std::vector<bool> counts = links_that_fill(fabric, capacities, alike);
  ColourRefinement colours(capacities, counts, alike);
  colours.run();
  if (colours.torn_set() >= 0) {
    if (asymmetry) *asymmetry = fold_obstacle(fabric, counts, alike, colours);
    return std::nullopt;
  }
  std::vector<bool> kept = first_of_classes(colours.links(), counts);
  std::vector<std::vector<FlowLoad>> loads;
  for (const AlikeTransfers& set : alike) loads.push_back(load_of_all(set, kept));
  keep_narrowest(LinkColumns(kept.size(), loads, std::vector<bool>(loads.size(), true)), capacities,
                 kept);
  FoldedTransfers folded;
  folded.capacities.assign(capacities.begin(), capacities.end());
  folded.links = renumber_links(kept, folded.capacities, loads);
  for (std::size_t set = 0; set < alike.size(); ++set) {
    const auto& instances = alike[set].instances;
    folded.patterns.push_back(
        {instances.empty() ? 0.0 : instances.front().bytes, std::move(loads[set])});
  }
  return folded;
}

}  // namespace sextant

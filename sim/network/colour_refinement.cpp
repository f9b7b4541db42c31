#include "sim/network/colour_refinement.h"

#include <algorithm>

#include "sim/network/link_columns.h"

namespace sextant {
namespace {

std::size_t at(std::int32_t id) { return static_cast<std::size_t>(id); }

}  // namespace

ColourRefinement::ColourRefinement(std::span<const double> capacities,
                                   const std::vector<bool>& counts,
                                   std::span<const AlikeTransfers> alike)
    : counts_(counts), alike_(alike) {
  for (const double capacity : capacities) links_.push_back(mix(1, rounded_bits(capacity)));
  for (std::size_t set = 0; set < alike.size(); ++set) {
    std::vector<std::uint64_t>& colours = transfers_.emplace_back();
    for (const TransferPattern& one : alike[set].instances) {
      colours.push_back(mix(mix(2, set), rounded_bits(one.bytes)));
    }
  }
  links_before_ = links_;
}

void ColourRefinement::run() {
  look_for_torn_set();
  std::size_t before = 0;
  while (torn_set_ < 0) {
    round();
    look_for_torn_set();
    const std::size_t now = classes();
    if (now == before) return;
    before = now;
  }
}

void ColourRefinement::round() {
  std::vector<std::uint64_t> crossed(links_.size(), 0);
  for (std::size_t set = 0; set < alike_.size(); ++set) {
    for (std::size_t i = 0; i < transfers_[set].size(); ++i) {
      std::uint64_t crossing = 0;
      std::uint64_t& own = transfers_[set][i];
      for (const FlowLoad& load : alike_[set].instances[i].loads) {
        if (!counts_[at(load.link)] || load.flows <= 0.0) continue;
        const std::uint64_t flows = rounded_bits(load.flows);
        crossing += mix(links_[at(load.link)], flows);
        crossed[at(load.link)] += mix(own, flows);
      }
      own = mix(own, crossing);
    }
  }
  links_before_ = links_;
  for (std::size_t link = 0; link < links_.size(); ++link) {
    links_[link] = mix(links_[link], crossed[link]);
  }
}

/// Of links; while transfers of a set are alike, they fall apart in links only.
std::size_t ColourRefinement::classes() const {
  std::vector<std::uint64_t> colours;
  for (std::size_t link = 0; link < links_.size(); ++link) {
    if (counts_[link]) colours.push_back(links_[link]);
  }
  std::sort(colours.begin(), colours.end());
  return static_cast<std::size_t>(std::unique(colours.begin(), colours.end()) - colours.begin());
}

void ColourRefinement::look_for_torn_set() {
  for (std::size_t set = 0; set < transfers_.size() && torn_set_ < 0; ++set) {
    const std::vector<std::uint64_t>& colours = transfers_[set];
    if (std::adjacent_find(colours.begin(), colours.end(), std::not_equal_to<>()) !=
        colours.end()) {
      torn_set_ = static_cast<int>(set);
    }
  }
}

}  // namespace sextant

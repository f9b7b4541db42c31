#include "sim/network/fold_obstacle.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "sim/network/link_columns.h"

namespace sextant {
namespace {

std::size_t at(std::int32_t id) { return static_cast<std::size_t>(id); }

/// What a transfer crosses of one kind of links.
struct Crossing {
  std::vector<std::uint64_t> colours;  ///< of the links and the flows on them, sorted
  double flows = 0.0;                  ///< on its busiest link, all transfers together
  double own = 0.0;                    ///< on all of the links together

  std::string words(const std::string& tier) const {
    if (colours.empty()) return fmt::format("no link from {}", tier);
    return fmt::format(
        "{} link{} from {} with {:.4g} flows, up to {:.4g} with those of others on one",
        colours.size(), colours.size() == 1 ? "" : "s", tier, own, flows);
  }
};

class Obstacle {
 public:
  Obstacle(const Fabric& fabric, const std::vector<bool>& counts,
           std::span<const AlikeTransfers> alike, const ColourRefinement& colours)
      : fabric_(fabric), counts_(counts), colours_(colours), flows_(counts.size(), 0.0) {
    for (const AlikeTransfers& set : alike) {
      for (const TransferPattern& one : set.instances) {
        for (const FlowLoad& load : one.loads) flows_[at(load.link)] += load.flows;
      }
    }
  }

  std::string words(std::size_t set, const AlikeTransfers& alike) const {
    const std::vector<TransferPattern>& instances = alike.instances;
    const std::vector<std::uint64_t>& own = colours_.transfers()[set];
    const auto other = static_cast<std::size_t>(
        std::find_if(own.begin(), own.end(), [&](auto c) { return c != own.front(); }) -
        own.begin());
    const std::string name =
        alike.name.empty() ? fmt::format("transfers of set {}", set) : alike.name;
    const std::string who = fmt::format("the {} {} are not alike: ", own.size(), name);
    const TransferPattern &a = instances.front(), &b = instances[other];
    if (rounded_bits(a.bytes) != rounded_bits(b.bytes)) {
      return fmt::format("{}number 0 moves {:.6g} bytes a flow, number {} {:.6g}", who, a.bytes,
                         other, b.bytes);
    }
    return who + difference(crossings(a), crossings(b), other);
  }

 private:
  using Crossings = std::map<std::string, Crossing>;  ///< by kind of links

  Crossings crossings(const TransferPattern& one) const {
    Crossings found;
    for (const FlowLoad& load : one.loads) {
      if (!counts_[at(load.link)] || load.flows <= 0.0) continue;
      Crossing& crossing = found[fabric_.tier(load.link)];
      crossing.colours.push_back(
          mix(colours_.links_before()[at(load.link)], rounded_bits(load.flows)));
      crossing.flows = std::max(crossing.flows, flows_[at(load.link)]);
      crossing.own += load.flows;
    }
    for (auto& [tier, crossing] : found) {
      std::sort(crossing.colours.begin(), crossing.colours.end());
    }
    return found;
  }

  static std::string difference(Crossings a, Crossings b, std::size_t other) {
    for (const auto& [tier, crossing] : b) a.try_emplace(tier);
    for (const auto& [tier, crossing] : a) {
      const Crossing& there = b[tier];
      if (crossing.colours == there.colours) continue;
      return fmt::format("number 0 crosses {}; number {} crosses {}", crossing.words(tier), other,
                         there.words(tier));
    }
    return fmt::format("numbers 0 and {} share their links with different transfers", other);
  }

  const Fabric& fabric_;
  const std::vector<bool>& counts_;
  const ColourRefinement& colours_;
  std::vector<double> flows_;  ///< by link, of all transfers
};

}  // namespace

std::string fold_obstacle(const Fabric& fabric, const std::vector<bool>& counts,
                          std::span<const AlikeTransfers> alike, const ColourRefinement& colours) {
  const auto set = static_cast<std::size_t>(colours.torn_set());
  return Obstacle(fabric, counts, alike, colours).words(set, alike[set]);
}

}  // namespace sextant

#include "sim/governance/kueue_topology.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "sextant/kernel/assert.h"

namespace sextant::kueue {
namespace {

constexpr std::int64_t kMostPods = std::numeric_limits<std::int32_t>::max();
constexpr Amount kNotCounted = -1;  ///< capacity of what a node does not say

}  // namespace

TopologyFlavor::TopologyFlavor(const AdmissionFlavor& flavor, std::size_t resources)
    : resources_(resources),
      capacity_(resources, kNotCounted),
      there_(static_cast<std::size_t>(flavor.nodes), 1) {
  if (flavor.levels.empty()) return;
  for (const TopologyLevel& level : flavor.levels) levels_.push_back(level.nodes);
  levels_.push_back(1);
  for (const ResourceAmount& amount : flavor.node_capacity) {
    capacity_[static_cast<std::size_t>(amount.resource)] = amount.amount;
  }
  for (int node = 0; node < flavor.nodes; ++node) {
    free_.insert(free_.end(), capacity_.begin(), capacity_.end());
  }
}

void TopologyFlavor::set_node(int node, bool there) {
  if (aware()) there_[static_cast<std::size_t>(node)] = there;
}

void TopologyFlavor::change(const PlacedPods& placed, int sign) {
  for (const ResourceAmount& one : *placed.per_pod) {
    const std::size_t resource = static_cast<std::size_t>(one.resource);
    if (capacity_[resource] == kNotCounted) continue;
    free_[static_cast<std::size_t>(placed.node) * resources_ + resource] -=
        sign * one.amount * placed.pods;
  }
}

bool TopologyFlavor::fits(const PlacedPods& placed) const {
  const std::size_t node = static_cast<std::size_t>(placed.node);
  return there_[node] != 0 && pods_in(&free_[node * resources_], *placed.per_pod) >= placed.pods;
}

std::int64_t TopologyFlavor::pods_in(const Amount* free,
                                     const std::vector<ResourceAmount>& per_pod) const {
  std::int64_t pods = kMostPods;
  for (const ResourceAmount& one : per_pod) {
    const std::size_t resource = static_cast<std::size_t>(one.resource);
    if (one.amount == 0 || capacity_[resource] == kNotCounted) continue;
    pods = std::min(pods, std::max<std::int64_t>(0, free[resource] / one.amount));
  }
  return pods;
}

int TopologyFlavor::first_child(int level, int domain) const {
  return domain *
         (levels_[static_cast<std::size_t>(level)] / levels_[static_cast<std::size_t>(level) + 1]);
}

int TopologyFlavor::parent_of(int level, int domain) const {
  return domain /
         (levels_[static_cast<std::size_t>(level) - 1] / levels_[static_cast<std::size_t>(level)]);
}

// How many pods, and how many whole slices, each domain has room for.
std::vector<TopologyFlavor::Level> TopologyFlavor::count_pods(const PlacementRequest& request,
                                                              std::span<const PlacedPods> assumed,
                                                              bool empty) const {
  const int nodes = static_cast<int>(there_.size());
  const int lowest = levels() - 1;
  std::vector<Level> counts(levels_.size());
  for (int level = 0; level <= lowest; ++level) {
    const int size = levels_[static_cast<std::size_t>(level)];
    counts[static_cast<std::size_t>(level)].resize(
        static_cast<std::size_t>((nodes + size - 1) / size));
  }
  std::vector<Amount> free(resources_);
  for (int node = 0; node < nodes; ++node) {
    if (there_[static_cast<std::size_t>(node)] == 0) continue;
    const Amount* own = &free_[static_cast<std::size_t>(node) * resources_];
    std::copy_n(empty ? capacity_.data() : own, resources_, free.begin());
    for (const PlacedPods& placed : assumed) {
      if (placed.node != node) continue;
      for (const ResourceAmount& one : *placed.per_pod) {
        free[static_cast<std::size_t>(one.resource)] -= one.amount * placed.pods;
      }
    }
    counts.back()[static_cast<std::size_t>(node)].pods = pods_in(free.data(), *request.per_pod);
  }
  for (int level = lowest; level >= 0; --level) {
    Level& here = counts[static_cast<std::size_t>(level)];
    for (std::size_t i = 0; i < here.size(); ++i) {
      if (level == request.slice_level) here[i].slices = here[i].pods / request.slice;
      if (level == 0) continue;
      Domain& above = counts[static_cast<std::size_t>(level) - 1]
                            [static_cast<std::size_t>(parent_of(level, static_cast<int>(i)))];
      above.pods += here[i].pods;
      above.slices += here[i].slices;
    }
  }
  return counts;
}

// One placement: the counts shrink to what is taken while it goes down the levels.
struct TopologyFlavor::Search {
  const TopologyFlavor& flavor;
  const PlacementRequest& request;
  std::vector<Level> counts;

  Domain& at(int level, int domain) {
    return counts[static_cast<std::size_t>(level)][static_cast<std::size_t>(domain)];
  }

  // Most slices first, or fewest if unconstrained; then fewest pods; then as they stand.
  std::vector<int> sorted(int level, std::vector<int> domains) {
    std::sort(domains.begin(), domains.end(), [&](int a, int b) {
      const Domain& x = at(level, a);
      const Domain& y = at(level, b);
      if (x.slices != y.slices) return (x.slices < y.slices) == request.unconstrained;
      if (x.pods != y.pods) return x.pods < y.pods;
      return a < b;
    });
    return domains;
  }

  std::vector<int> children(int level, int domain) const {
    const int total = static_cast<int>(counts[static_cast<std::size_t>(level) + 1].size());
    const int first = std::min(flavor.first_child(level, domain), total);
    const int last = std::min(flavor.first_child(level, domain + 1), total);
    std::vector<int> found(static_cast<std::size_t>(last - first));
    std::iota(found.begin(), found.end(), first);
    return found;
  }

  // Of domains[from …], the first of those with the least room that is enough; else the first.
  template <class Room>
  int best_fit(std::span<const int> domains, std::int64_t needed, Room room) {
    int best = domains.front();
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    for (const int domain : domains) {
      if (room(domain) >= needed && room(domain) < least) {
        best = domain;
        least = room(domain);
      }
    }
    return best;
  }

  // The domains, at the level or above it, that hold all slices together. Changes `level`.
  std::vector<int> domains_that_fit(int& level) {
    const std::int64_t slices = request.count / request.slice;
    for (;; --level) {
      std::vector<int> domains(counts[static_cast<std::size_t>(level)].size());
      std::iota(domains.begin(), domains.end(), 0);
      if (domains.empty()) return {};
      domains = sorted(level, std::move(domains));
      const auto room = [&](int domain) { return at(level, domain).slices; };
      if (request.unconstrained) {
        for (const int domain : domains) {
          if (room(domain) >= slices) return {domain};
        }
      } else if (room(domains.front()) >= slices) {
        return {best_fit(domains, slices, room)};
      }
      if (request.required) return {};
      if (level == 0 || request.unconstrained) return several(domains, slices, room);
    }
  }

  template <class Room>
  std::vector<int> several(const std::vector<int>& domains, std::int64_t slices, Room room) {
    std::vector<int> taken;
    for (std::size_t i = 0; slices > 0 && i < domains.size(); ++i) {
      int domain = domains[i];
      if (!request.unconstrained && room(domain) >= slices) {
        domain = best_fit(std::span(domains).subspan(i), slices, room);
      }
      taken.push_back(domain);
      slices -= room(domain);
    }
    if (slices > 0) taken.clear();
    return taken;
  }

  // Gives `count` pods to the domains in their order, the last of them the tightest that holds the
  // rest; in whole slices, or one by one.
  std::vector<int> take(int level, const std::vector<int>& domains, std::int64_t count,
                        bool in_slices) {
    const std::int64_t size = in_slices ? request.slice : 1;
    const auto room = [&](int domain) {
      return in_slices ? at(level, domain).slices : at(level, domain).pods;
    };
    std::int64_t left = count / size;
    std::vector<int> taken;
    for (std::size_t i = 0; i < domains.size(); ++i) {
      int domain = domains[i];
      if (!request.unconstrained && room(domain) >= left) {
        domain = best_fit(std::span(domains).subspan(i), left, room);
      }
      const std::int64_t given = std::min(room(domain), left);
      at(level, domain) = {.pods = given * size, .slices = in_slices ? given : 0};
      left -= given;
      taken.push_back(domain);
      if (left == 0) return taken;
    }
    SEXTANT_ASSERT(false, "{} pods found no place that was counted", left * size);
    return taken;
  }

  std::vector<int> down(int level, const std::vector<int>& domains) {
    std::vector<int> below;
    for (const int domain : domains) {
      const std::vector<int> own = children(level, domain);
      below.insert(below.end(), own.begin(), own.end());
    }
    return take(level + 1, sorted(level + 1, std::move(below)), request.count, true);
  }

  std::vector<int> down_each(int level, const std::vector<int>& domains) {
    std::vector<int> below;
    for (const int domain : domains) {
      const std::vector<int> own = take(level + 1, sorted(level + 1, children(level, domain)),
                                        at(level, domain).pods, false);
      below.insert(below.end(), own.begin(), own.end());
    }
    return below;
  }
};

std::optional<std::vector<PodsOnNode>> TopologyFlavor::place(const PlacementRequest& request,
                                                             std::span<const PlacedPods> assumed,
                                                             bool empty) const {
  if (request.level > request.slice_level) return std::nullopt;
  Search search{*this, request, count_pods(request, assumed, empty)};
  int level = request.level;
  std::vector<int> domains = search.domains_that_fit(level);
  if (domains.empty()) return std::nullopt;
  const int lowest = levels() - 1;
  domains = search.take(level, domains, request.count, true);
  for (; level < std::min(lowest, request.slice_level); ++level) {
    domains = search.down(level, domains);
  }
  for (; level < lowest; ++level) domains = search.down_each(level, domains);
  std::sort(domains.begin(), domains.end());
  std::vector<PodsOnNode> placed;
  for (const int node : domains) {
    const std::int64_t pods = search.at(lowest, node).pods;
    if (pods > 0) placed.push_back({.node = node, .pods = static_cast<int>(pods)});
  }
  return placed;
}

}  // namespace sextant::kueue

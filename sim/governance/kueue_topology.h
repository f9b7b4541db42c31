#pragma once

#include <optional>
#include <span>
#include <vector>

#include "sextant/governance/admission_policy.h"
#include "sextant/governance/workload.h"

namespace sextant::kueue {

/// Pods of one set on a node.
struct PlacedPods {
  FlavorIndex flavor{};
  int node = 0;
  std::int64_t pods = 0;
  const std::vector<ResourceAmount>* per_pod = nullptr;  ///< of the shape, which outlives it
};
using TopologyUsage = std::vector<PlacedPods>;

/// A request for a place, with what its words mean for one flavor.
struct PlacementRequest {
  std::int64_t count = 0;
  const std::vector<ResourceAmount>* per_pod = nullptr;
  int level = 0;        ///< where all must be together, or had better
  int slice_level = 0;  ///< where the pods of a slice must be together
  std::int64_t slice = 1;
  bool required = false;
  bool unconstrained = false;
};

/// The nodes of a flavor in domains of domains, and where to put pods on them (Kueue,
/// pkg/cache/scheduler/tas_flavor_snapshot.go, with default gates): at the requested level, or at
/// the lowest above it where all fit, few domains, and those that they fill best; unconstrained
/// pods go where least is free.
class TopologyFlavor {
 public:
  TopologyFlavor() = default;
  TopologyFlavor(const AdmissionFlavor& flavor, std::size_t resources);

  /// Whether it knows its topology at all.
  bool aware() const { return !levels_.empty(); }
  /// Levels, the nodes as the last one.
  int levels() const { return static_cast<int>(levels_.size()); }

  void set_node(int node, bool there);
  void add(const PlacedPods& placed) { change(placed, 1); }
  void remove(const PlacedPods& placed) { change(placed, -1); }
  /// Whether the node is there and has room for these pods.
  bool fits(const PlacedPods& placed) const;

  /// Nodes in their order, or none. `assumed` is used as well; with `empty` nothing else is.
  std::optional<std::vector<PodsOnNode>> place(const PlacementRequest& request,
                                               std::span<const PlacedPods> assumed,
                                               bool empty) const;

 private:
  struct Domain {
    std::int64_t pods = 0;
    std::int64_t slices = 0;
  };
  using Level = std::vector<Domain>;  ///< by position
  struct Search;

  void change(const PlacedPods& placed, int sign);
  std::int64_t pods_in(const Amount* free, const std::vector<ResourceAmount>& per_pod) const;
  std::vector<Level> count_pods(const PlacementRequest& request,
                                std::span<const PlacedPods> assumed, bool empty) const;
  int first_child(int level, int domain) const;
  int parent_of(int level, int domain) const;

  std::vector<int> levels_;  ///< nodes of a domain; the last is 1
  std::size_t resources_ = 0;
  std::vector<Amount> capacity_;  ///< of a node, by resource
  std::vector<Amount> free_;      ///< by node and resource
  std::vector<char> there_;
};

}  // namespace sextant::kueue

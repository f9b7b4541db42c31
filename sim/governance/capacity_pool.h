#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "request_shape.h"

namespace sextant {

/// Where a workload's pods are, in the flavors of one of its shape's options.
struct PoolPlacement {
  struct Hold {
    int podset = 0;
    int part = 0;  ///< of the option's podset
    int node = 0;  ///< of the part's flavor
    int pods = 0;
  };
  int option = 0;
  std::vector<Hold> holds;
};

/// All capacity in one pool, whoever's quota it is, for schedulers that know no quotas. A flavor
/// with nodes has them, each with what is said of them and with plenty of anything else that there
/// is quota for; one without nodes counts as one large node that has the sum of its nominal quotas.
///
/// Pods are packed onto whole nodes: as many to a node as an empty one holds, the rest together on
/// one more; each time on the node with the least room that suffices (best fit). So a job of k
/// accelerators, k at least a node's, takes whole nodes, and a smaller one is never split.
/// Finding a node costs O(log nodes).
class CapacityPool {
 public:
  /// What else must be respected on some nodes: at most so much of every resource is used.
  using Limits = std::map<int, std::vector<Amount>>;

  explicit CapacityPool(const AdmissionPolicy& policy);

  /// Takes room for all pods in the first option that has it, from the limits as well; nothing if
  /// none has.
  std::optional<PoolPlacement> place(const RequestShape& shape, Limits* limits = nullptr);
  std::optional<PoolPlacement> place(const RequestShape& shape, int option,
                                     Limits* limits = nullptr);
  void take(const RequestShape& shape, const PoolPlacement& placement);
  void release(const RequestShape& shape, const PoolPlacement& placement);

  void set_node(FlavorIndex flavor, int node, bool there);
  /// Of a queue, or without a queue of a cohort; counts for flavors without nodes.
  void set_nominal(const std::string& queue_or_cohort, FlavorIndex flavor, ResourceIndex resource,
                   Amount nominal);

  /// Free on all nodes that are there.
  Amount free(FlavorIndex flavor, ResourceIndex resource) const {
    return total_free_[slot(flavor, resource)];
  }
  /// Position of (flavor, resource) in vectors of `slots()` amounts.
  std::size_t slot(FlavorIndex flavor, ResourceIndex resource) const {
    return static_cast<std::size_t>(flavor) * resources_ + static_cast<std::size_t>(resource);
  }
  std::size_t slots() const { return total_free_.size(); }

  /// For Limits: the number of the node of a hold, and what is free there now.
  int node_of(const RequestShape& shape, const PoolPlacement& placement,
              const PoolPlacement::Hold& hold) const;
  std::vector<Amount> free_on(int node) const;

 private:
  struct Flavor {
    int first = 0;         ///< number of its first node
    bool counted = false;  ///< no nodes: one that stands for the quota
    std::size_t key = 0;   ///< resource by which its nodes are sorted
    std::vector<Amount> node_capacity;
    std::set<std::pair<Amount, int>> by_room;  ///< (free of `key`, number) of nodes that are there
  };

  void add_quotas(const AdmissionPolicy& policy);
  void add_quota(const std::string& name, const std::vector<ResourceGroup>& groups);
  void change(Flavor& flavor, int node, const std::vector<ResourceAmount>& per_pod, Amount pods);
  void count(const Flavor& flavor, int node, int sign);
  int pods_per_node(const Flavor& flavor, const RequestPart& part, int pods) const;
  std::optional<int> best_node(const Flavor& flavor, const RequestPart& part, int pods,
                               const Limits* limits) const;
  bool has_room(int node, const RequestPart& part, int pods, const Limits* limits) const;
  bool place_part(const RequestPart& part, int pods, PoolPlacement::Hold hold, Limits* limits,
                  PoolPlacement& placement);

  std::size_t resources_;
  std::vector<Flavor> flavors_;
  std::vector<bool> there_;                                        ///< by node
  std::vector<Amount> free_;                                       ///< by node and resource
  std::vector<Amount> total_free_;                                 ///< by slot
  std::map<std::pair<std::string, std::size_t>, Amount> nominal_;  ///< by name and slot
};

}  // namespace sextant

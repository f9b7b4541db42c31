#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sextant/governance/admission_policy.h"
#include "sextant/kernel/quantity.h"
#include "src/scenario/governance_cluster.h"

namespace sextant::scenario {

/// Nodes that are alike: the whole ones of a flavor, or those of one of its partitions.
struct NodeKind {
  const FlavorPlan* flavor = nullptr;
  const PartitionPlan* partition = nullptr;  ///< null: whole ones
  std::string name;                          ///< as the scenario calls them
  int nodes = 0;
  /// What one node has, by Kubernetes' names of resources.
  std::vector<std::pair<std::string, Amount>> capacity;
  std::string device;        ///< resource of its accelerators, or of their parts; empty: none
  std::int64_t devices = 0;  ///< of them on one node
  /// Thousandths of an accelerator that one device is; without devices, of a core that one of
  /// "cpu" is.
  std::int64_t unit_weight = 0;

  /// The resource that stands for its nodes: the device, or "cpu".
  const std::string& main_resource() const;
  Amount amount_of(std::string_view resource) const;
  std::int64_t units_per_node() const { return unit_weight * amount_of(main_resource()); }
};

/// In the order of the flavors: first the whole nodes, then the partitions.
std::vector<NodeKind> node_kinds(const GovernanceCluster& cluster);

/// "nvidia.com/mig-1g.10gb", or "nvidia.com/gpu.shared".
std::string partition_resource(std::string_view kind);

/// Parts of one accelerator in a MIG profile such as "1g.10gb": as many as its seven compute slices
/// and its memory allow. Absent if this is no profile, or none that fits.
/// @source NVIDIA Multi-Instance GPU User Guide, tables of supported profiles
std::optional<int> mig_instances(std::string_view profile, Bytes memory);

}  // namespace sextant::scenario

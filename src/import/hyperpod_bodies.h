#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sextant/governance/admission_policy.h"
#include "src/import/object_reader.h"

namespace sextant::importer {

/// How a team shares what it does not use.
enum class SharingStrategy { kDontLend, kLend, kLendAndBorrow };

/// An entry of ComputeQuotaResources or AbsoluteBorrowLimits.
struct ComputeQuotaResource {
  std::string instance_type;
  std::optional<std::int64_t> count;
  std::optional<std::int64_t> accelerators;
  std::optional<std::int64_t> millicores;
  std::optional<std::int64_t> memory_bytes;
  struct Partition {
    std::string type;  ///< "mig-1g.5gb"
    std::int64_t count = 0;
  };
  std::optional<Partition> partition;
  io::Place place;
  io::Place type_place;
};

/// CreateComputeQuota.
struct ComputeQuota {
  std::string team;
  io::Place team_place;
  std::int64_t fair_share_weight = 0;
  bool active = true;
  std::vector<ComputeQuotaResource> resources;
  SharingStrategy strategy = SharingStrategy::kLendAndBorrow;
  std::int64_t borrow_percent = 50;
  std::vector<ComputeQuotaResource> borrow_limits;
  bool preempts_own_tasks = true;
};

/// CreateClusterSchedulerConfig.
struct ClusterSchedulerConfig {
  std::vector<PriorityClass> priority_classes;
  bool fair_share = true;
  std::optional<bool> idle_resource_sharing;
};

struct HyperPodBodies {
  std::optional<ClusterSchedulerConfig> scheduler;
  std::vector<ComputeQuota> quotas;
};

/// Reads the bodies of requests and responses. Patterns and limits are those of the API: what is
/// beyond them is an error.
HyperPodBodies read_hyperpod_bodies(const io::Node& bodies, ImportContext& context);

}  // namespace sextant::importer

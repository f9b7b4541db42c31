#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "src/import/imported_policy.h"

namespace sextant::importer {

/// Instances whose accelerators are divided, all of them in the same way.
struct DividedInstances {
  int count = 0;
  std::string resource;    ///< "nvidia.com/mig-1g.10gb"
  std::int64_t parts = 0;  ///< of one instance
};

/// The instances of one type in a HyperPod cluster, each type once.
struct InstanceShape {
  std::string type;  ///< "ml.p5.48xlarge"
  int count = 0;     ///< in the cluster
  std::int64_t vcpus = 0;
  std::int64_t memory_bytes = 0;
  /// Accelerators of one instance, and the resource that counts them.
  std::int64_t accelerators = 0;
  std::string accelerator_resource = "nvidia.com/gpu";
  /// Everything else on one instance: {"vpc.amazonaws.com/efa", 32}.
  std::vector<std::pair<std::string, std::int64_t>> devices;
  /// Of `count`, those that have parts of accelerators instead of whole ones.
  std::vector<DividedInstances> divided;
};

struct HyperPodTeam {
  std::string name;
  QueueIndex queue{};
  std::int32_t local_queue = -1;  ///< in AdmissionPolicy::local_queues
};

struct HyperPodPolicy : ImportedPolicy {
  std::vector<HyperPodTeam> teams;  ///< in the order of the file
};

/// The policies of SageMaker HyperPod task governance: the bodies of CreateClusterSchedulerConfig
/// (at most one) and CreateComputeQuota, or what Describe… and List… return. `bodies` is one of
/// them, an array, or {"ClusterSchedulerConfig": …, "ComputeQuotas": […]}. Every instance type is a
/// flavor, every team a ClusterQueue hyperpod-ns-TEAM-clusterqueue of one cohort, every priority
/// class one of the same name with its weight as value. Without a ClusterSchedulerConfig there are
/// no classes, and its defaults hold.
///
/// HyperPod does not publish all of its rules: what is inferred from samples is a note that begins
/// with "inferred mapping: ". Flavors get the cluster's nodes and their capacity.
///
/// Null after an error: a type that the cluster does not have, a limit of the API.
std::optional<HyperPodPolicy> read_hyperpod(const io::Node& bodies,
                                            std::span<const InstanceShape> cluster,
                                            io::Diagnostics& diagnostics);

/// The same from files: JSON, or YAML with any number of documents.
std::optional<HyperPodPolicy> read_hyperpod_files(std::span<const std::filesystem::path> paths,
                                                  std::span<const InstanceShape> cluster,
                                                  Documents& documents,
                                                  io::Diagnostics& diagnostics);

}  // namespace sextant::importer

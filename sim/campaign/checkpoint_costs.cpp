#include "sextant/campaign/checkpoint_costs.h"

#include <algorithm>

#include "sextant/storage/transfer.h"

namespace sextant {
namespace {

Seconds given_or(const std::optional<Coefficient<Seconds>>& given, Seconds derived) {
  return given ? given->value : derived;
}

std::optional<BytesPerSecond> given_or(const std::optional<Coefficient<BytesPerSecond>>& given,
                                       const std::optional<BytesPerSecond>& known) {
  return given ? given->value : known;
}

Bytes size_of(const CheckpointPlan& plan, const CheckpointedJob& job) {
  return Bytes(job.parameters * (plan.bytes_per_parameter ? plan.bytes_per_parameter->value
                                                          : job.bytes_per_parameter));
}

int writers_of(const CheckpointPlan& plan, const CheckpointedJob& job) {
  switch (plan.writers) {
    case CheckpointWriters::kAll:
      return job.nodes;
    case CheckpointWriters::kOneReplica:
      return job.nodes_per_replica;
    case CheckpointWriters::kOne:
      return 1;
  }
  return job.nodes;
}

/// From the devices to host memory, or back.
Seconds copy_time(const CheckpointPlan& plan, const CheckpointedJob& job) {
  return size_of(plan, job) / (writers_of(plan, job) * plan.copy_bandwidth.value);
}

Seconds write_time(const CheckpointPlan& plan, BytesPerSecond store, const CheckpointedJob& job) {
  TransferLimits limits{
      .store = store, .nodes = writers_of(plan, job), .node = job.node_ip_bandwidth};
  if (plan.serialization_bandwidth) limits.serialization = plan.serialization_bandwidth->value;
  return transfer_time(size_of(plan, job), limits);
}

/// Of so many bytes that the job needs once.
Seconds read_time(const CheckpointPlan& plan, Bytes bytes, BytesPerSecond store,
                  const CheckpointedJob& job) {
  const int times = plan.restore == RestoreKind::kEverything ? job.nodes : 1;
  return transfer_time(times * bytes,
                       {.store = store, .nodes = job.nodes, .node = job.node_ip_bandwidth});
}

/// Times of a faster tier that follow from bandwidths. A node's bandwidth that is not known does
/// not limit.
class TierTimes {
 public:
  TierTimes(const FasterTierPlan& tier, int copies, const CheckpointPlan& plan,
            const CheckpointedJob& job)
      : tier_(tier), copies_(copies), plan_(plan), job_(job), copy_(copy_time(plan, job)) {}

  Seconds copy() const { return copy_; }

  /// Behind the copy, until all copies are complete.
  Seconds write() const {
    const auto& given = tier_.write_bandwidth;
    switch (tier_.medium) {
      case CheckpointMedium::kHostMemory:
        return {};
      case CheckpointMedium::kPeerMemory:
        return to_peers(given_or(given, job_.node_network_bandwidth));
      case CheckpointMedium::kNvme:
        return std::max(to_peers(job_.node_network_bandwidth),
                        copies_ * moved(given_or(given, disk_write_bandwidth())));
      case CheckpointMedium::kFileSystem:
        return given ? write_time(plan_, *given, job_) : Seconds(0);
    }
    return {};
  }

  Seconds restore() const {
    const auto& given = tier_.read_bandwidth;
    switch (tier_.medium) {
      case CheckpointMedium::kHostMemory:
        return copy_;
      case CheckpointMedium::kPeerMemory:
        return std::max(copy_, moved(given_or(given, job_.node_network_bandwidth)));
      case CheckpointMedium::kNvme:
        return std::max(copy_, moved(given_or(given, job_.node_disk_bandwidth)));
      case CheckpointMedium::kFileSystem:
        return given ? read_time(plan_, size_of(plan_, job_), *given, job_) : copy_;
    }
    return {};
  }

 private:
  std::optional<BytesPerSecond> disk_write_bandwidth() const {
    return job_.node_disk_write_bandwidth ? job_.node_disk_write_bandwidth
                                          : job_.node_disk_bandwidth;
  }

  /// Every node that saves moves its share once.
  Seconds moved(const std::optional<BytesPerSecond>& of_node) const {
    return of_node ? size_of(plan_, job_) / (writers_of(plan_, job_) * *of_node) : Seconds(0);
  }
  Seconds to_peers(const std::optional<BytesPerSecond>& of_node) const {
    return (copies_ - 1) * moved(of_node);
  }

  const FasterTierPlan& tier_;
  int copies_;
  const CheckpointPlan& plan_;
  const CheckpointedJob& job_;
  Seconds copy_;
};

FasterTier faster_tier(const FasterTierPlan& plan, bool fastest, const CheckpointPlan& checkpoint,
                       const CheckpointedJob& job) {
  FasterTier tier{
      .medium = plan.medium,
      .copies = plan.copies.value_or(plan.medium == CheckpointMedium::kPeerMemory ? 2 : 1),
      .costs = {}};
  const TierTimes times(plan, tier.copies, checkpoint, job);
  const Seconds copy = fastest ? times.copy() : Seconds(0);
  const bool copy_blocks = plan.mode == CheckpointMode::kBlocking;
  const Seconds frozen = read_time(checkpoint, job.frozen, checkpoint.storage.read_bandwidth, job);
  tier.costs = {
      .mode = plan.mode,
      .stall = given_or(plan.stall, copy),
      .write = given_or(plan.write_time, times.write() + (copy_blocks ? copy : Seconds(0))),
      .slowdown = plan.slowdown,
      .restore = given_or(plan.restore, times.restore() + frozen),
      .size = size_of(checkpoint, job)};
  tier.held = tier.copies * tier.costs.size / writers_of(checkpoint, job);
  return tier;
}

}  // namespace

CheckpointCosts checkpoint_costs(const CheckpointPlan& plan, const Recovery& recovery,
                                 const CheckpointedJob& job) {
  const Bytes size = size_of(plan, job);
  const Seconds copy = plan.faster.empty() ? copy_time(plan, job) : Seconds(0);
  const Seconds write = write_time(plan, plan.storage.write_bandwidth, job);
  const Seconds read = read_time(plan, size + job.frozen, plan.storage.read_bandwidth, job);
  return {.mode = plan.mode,
          .stall = given_or(plan.stall, copy),
          .write = given_or(plan.write_time, write),
          .slowdown = plan.slowdown,
          .restore = given_or(recovery.restore, read),
          .size = size,
          .write_failure = plan.write_failure ? plan.write_failure->value : 0.0};
}

std::vector<FasterTier> faster_tiers(const CheckpointPlan& plan, const CheckpointedJob& job) {
  std::vector<FasterTier> tiers;
  for (const FasterTierPlan& tier : plan.faster) {
    tiers.push_back(faster_tier(tier, tiers.empty(), plan, job));
  }
  return tiers;
}

}  // namespace sextant

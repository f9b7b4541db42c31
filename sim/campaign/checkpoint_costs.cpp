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
  return Bytes(job.parameters * plan.bytes_per_parameter.value);
}

/// From the devices to host memory, or back.
Seconds copy_time(const CheckpointPlan& plan, const CheckpointedJob& job) {
  return size_of(plan, job) / (job.nodes * plan.copy_bandwidth.value);
}

Seconds store_transfer(Bytes bytes, BytesPerSecond store, const CheckpointedJob& job) {
  return transfer_time(bytes, {.store = store, .nodes = job.nodes, .node = job.node_ip_bandwidth});
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
                        copies_ * moved(given_or(given, job_.node_disk_bandwidth)));
      case CheckpointMedium::kFileSystem:
        return through_file_system(given);
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
        return std::max(copy_, through_file_system(given));
    }
    return {};
  }

 private:
  /// Every node moves its share once.
  Seconds moved(const std::optional<BytesPerSecond>& of_node) const {
    return of_node ? size_of(plan_, job_) / (job_.nodes * *of_node) : Seconds(0);
  }
  Seconds to_peers(const std::optional<BytesPerSecond>& of_node) const {
    return (copies_ - 1) * moved(of_node);
  }
  Seconds through_file_system(const std::optional<Coefficient<BytesPerSecond>>& clients) const {
    return clients ? store_transfer(size_of(plan_, job_), *clients, job_) : Seconds(0);
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
  const Seconds frozen = store_transfer(job.frozen, checkpoint.storage.read_bandwidth, job);
  tier.costs = {
      .mode = plan.mode,
      .stall = given_or(plan.stall, copy),
      .write = given_or(plan.write_time, times.write() + (copy_blocks ? copy : Seconds(0))),
      .slowdown = plan.slowdown,
      .restore = given_or(plan.restore, times.restore() + frozen)};
  return tier;
}

}  // namespace

CheckpointCosts checkpoint_costs(const CheckpointPlan& plan, const Recovery& recovery,
                                 const CheckpointedJob& job) {
  const Bytes size = size_of(plan, job);
  const Seconds copy = plan.faster.empty() ? copy_time(plan, job) : Seconds(0);
  const Seconds write = store_transfer(size, plan.storage.write_bandwidth, job);
  const Seconds read = store_transfer(size + job.frozen, plan.storage.read_bandwidth, job);
  return {.mode = plan.mode,
          .stall = given_or(plan.stall, copy),
          .write = given_or(plan.write_time, write),
          .slowdown = plan.slowdown,
          .restore = given_or(recovery.restore, read),
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

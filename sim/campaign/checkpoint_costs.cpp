#include "sextant/campaign/checkpoint_costs.h"

#include <algorithm>

#include "sextant/kernel/assert.h"
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

/// The same for the store: the fastest tier pays for the copy.
Seconds first_copy_time(const CheckpointPlan& plan, const CheckpointedJob& job) {
  return plan.faster.empty() ? copy_time(plan, job) : Seconds(0);
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

const StorageSystem& store_of(const CheckpointedJob& job, const std::string& name) {
  const auto found = std::find_if(job.stores.begin(), job.stores.end(),
                                  [&](const StorageSystem& store) { return store.name == name; });
  SEXTANT_ASSERT(found != job.stores.end(), "no store {}", name);
  return *found;
}

StoreClients clients_of(const CheckpointPlan& plan, const CheckpointedJob& job, int nodes) {
  StoreClients clients{.nodes = nodes,
                       .ranks_per_node = job.ranks_per_node,
                       .ip_bandwidth = job.node_ip_bandwidth,
                       .efa_bandwidth = job.node_efa_bandwidth};
  if (plan.serialization_bandwidth) clients.serialization = plan.serialization_bandwidth->value;
  return clients;
}

/// A node that has gathered the checkpoint writes it with the process that has.
StoreClients savers(const CheckpointPlan& plan, const CheckpointedJob& job) {
  StoreClients clients = clients_of(plan, job, writers_of(plan, job));
  if (plan.writers == CheckpointWriters::kOne) clients.ranks_per_node = 1;
  return clients;
}

StoreMove restored_from(const StorageSystem& store, const CheckpointPlan& plan, Bytes size,
                        const CheckpointedJob& job, std::int64_t partitions) {
  return restore_from(store, plan.requests, size, clients_of(plan, job, job.nodes),
                      plan.restore == RestoreKind::kEverything, partitions);
}

/// Fewer than one in the mean.
bool refuses(const StoreMove& move) { return move.refused >= 0.5; }

struct Moves {
  StoreMove saved;
  StoreMove restored;
};

/// At each number of partitions: until nothing is refused, or there is nothing left to split.
std::vector<Moves> moves_at_levels(const CheckpointPlan& plan, const CheckpointedJob& job) {
  const StorageSystem& store = store_of(job, plan.target.back());
  const StoreClients writers = savers(plan, job);
  const Bytes size = size_of(plan, job);
  const std::int64_t most = most_partitions(plan.requests, writers);
  std::vector<Moves> levels;
  for (std::int64_t partitions = first_partitions(plan.requests);; partitions *= 2) {
    levels.push_back({save_to(store, plan.requests, size, writers, partitions),
                      restored_from(store, plan, size + job.frozen, job, partitions)});
    const bool enough = !refuses(levels.back().saved) && !refuses(levels.back().restored);
    if (enough || 2 * partitions > most) return levels;
  }
}

/// Even where every write is bound to fail, one may not.
constexpr double kMostFailure = 0.99;

/// Tries are repeated until one succeeds. Until the store splits, if that comes first: then those
/// at the next level.
Seconds restore_time(const StoreMove& move, Seconds split_after,
                     const std::optional<Seconds>& at_next_level) {
  const Seconds tries = move.time / (1.0 - std::min(kMostFailure, move.failure));
  if (!at_next_level || move.overloaded <= Seconds(0)) return tries;
  const Seconds until_split = split_after / move.overloaded * move.time;
  return std::min(tries, until_split + *at_next_level);
}

/// Of the file system that a faster tier is in; a bandwidth or a time of its own comes before.
const StorageSystem* store_of(const FasterTierPlan& tier, const CheckpointedJob& job) {
  return tier.store ? &store_of(job, *tier.store) : nullptr;
}

/// Weights that are not trained lie in the store.
Seconds frozen_read_time(const CheckpointPlan& plan, const CheckpointedJob& job) {
  if (plan.target.empty()) {
    return read_time(plan, job.frozen, plan.storage.read_bandwidth, job);
  }
  if (job.frozen <= Bytes(0)) return {};
  const StorageSystem& store = store_of(job, plan.target.back());
  return restored_from(store, plan, job.frozen, job, first_partitions(plan.requests)).time;
}

/// Times of a faster tier that follow from bandwidths. A node's bandwidth that is not known does
/// not limit.
class TierTimes {
 public:
  TierTimes(const FasterTierPlan& tier, int copies, const CheckpointPlan& plan,
            const CheckpointedJob& job)
      : tier_(tier),
        copies_(copies),
        plan_(plan),
        job_(job),
        store_(store_of(tier, job)),
        copy_(copy_time(plan, job)) {}

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
        if (given) return write_time(plan_, *given, job_);
        if (!store_) return {};
        return save_to(*store_, plan_.requests, size_of(plan_, job_), savers(plan_, job_), 1).time;
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
        if (given) return read_time(plan_, size_of(plan_, job_), *given, job_);
        if (!store_) return copy_;
        return restored_from(*store_, plan_, size_of(plan_, job_), job_, 1).time;
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
  const StorageSystem* store_;
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
  const Seconds frozen = frozen_read_time(checkpoint, job);
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
  if (!plan.target.empty()) return store_levels(plan, recovery, job).back();
  const Bytes size = size_of(plan, job);
  const Seconds copy = first_copy_time(plan, job);
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

std::vector<CheckpointCosts> store_levels(const CheckpointPlan& plan, const Recovery& recovery,
                                          const CheckpointedJob& job) {
  const std::vector<Moves> levels = moves_at_levels(plan, job);
  const auto& objects = store_of(job, plan.target.back()).object_store;
  const Seconds split_after = objects ? objects->split_after.value : Seconds(0);  // has one level
  const double given = plan.write_failure ? plan.write_failure->value : 0.0;
  std::vector<CheckpointCosts> costs(levels.size());
  std::optional<Seconds> restore;  // at the next level
  for (std::size_t i = levels.size(); i-- > 0;) {
    const auto& [saved, restored] = levels[i];
    restore = restore_time(restored, split_after, restore);
    costs[i] = {
        .mode = plan.mode,
        .stall = given_or(plan.stall, first_copy_time(plan, job)),
        .write = given_or(plan.write_time, saved.time),
        .slowdown = plan.slowdown,
        .restore = given_or(recovery.restore, *restore),
        .size = size_of(plan, job),
        .write_failure = std::min(kMostFailure, 1.0 - (1.0 - given) * (1.0 - saved.failure)),
        .saved = saved,
        .restored = restored};
  }
  return costs;
}

std::vector<FasterTier> faster_tiers(const CheckpointPlan& plan, const CheckpointedJob& job) {
  std::vector<FasterTier> tiers;
  for (const FasterTierPlan& tier : plan.faster) {
    tiers.push_back(faster_tier(tier, tiers.empty(), plan, job));
  }
  return tiers;
}

}  // namespace sextant

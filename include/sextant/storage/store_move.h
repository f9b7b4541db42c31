#pragma once

#include <cstdint>
#include <optional>

#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/quantity.h"
#include "sextant/storage/retry_policy.h"
#include "sextant/storage/storage_system.h"

namespace sextant {

/// Who writes an object of its own: every rank, or one process of a node, to which the others hand
/// over (hierarchical writing).
enum class ObjectsPer { kRank, kNode };

template <>
struct EnumNames<ObjectsPer> {
  static constexpr std::array table{std::pair{ObjectsPer::kRank, "rank"},
                                    std::pair{ObjectsPer::kNode, "node"}};
};

/// Who brings checkpoints to the store: the job itself, each rank its shard; or a service beside it
/// that copies a folder, everything up, and on a restart everything back to every node (SageMaker's
/// checkpoints).
enum class StoreSync { kJob, kCopier };

template <>
struct EnumNames<StoreSync> {
  static constexpr std::array table{std::pair{StoreSync::kJob, "job"},
                                    std::pair{StoreSync::kCopier, "copier"}};
};

/// How the nodes talk to a store of objects.
struct RequestPlan {
  ObjectsPer objects_per = ObjectsPer::kRank;
  StoreSync sync = StoreSync::kJob;
  std::optional<Bytes> object_size;  ///< at most; absent: what a writer has is one object
  Bytes part{8'388'608};             ///< larger objects are moved in parts, each in a request
  int buckets = 1;
  int prefixes = 1;        ///< of each bucket, over which the writers are spread
  bool pre_split = false;  ///< every prefix has a partition of its own from the first request on
  std::optional<int> connections;  ///< of one node; absent: for its bandwidth, as AWS's client
  RetryMode retry = RetryMode::kStandard;
  std::optional<int> max_attempts;  ///< absent: as the mode has it
};

template <class Archive>
void visit(Archive& a, RequestPlan& s) {
  a.object("requests", "How the nodes talk to a store of objects.");
  a.field("objects_per", s.objects_per, {.doc = "Who writes an object of its own"});
  a.field("sync", s.sync,
          {.doc = "Who brings checkpoints to the store: the job, or a copier beside it"});
  a.field("object_size", s.object_size,
          {.doc = "Largest object; absent: what a writer has is one object", .min = 1});
  a.field("part", s.part, {.doc = "Larger objects are moved in parts of this size", .min = 1});
  a.field("buckets", s.buckets, {.doc = "Buckets over which it is spread", .min = 1, .max = 1e4});
  a.field("prefixes", s.prefixes, {.doc = "Prefixes of each bucket", .min = 1, .max = 1e6});
  a.field("pre_split", s.pre_split,
          {.doc = "Every prefix has a partition of its own from the first request on"});
  a.field("connections", s.connections,
          {.doc = "Of one node; absent: enough for its bandwidth", .min = 1, .max = 1e5});
  a.field("retry", s.retry, {.doc = "Retry mode of the SDK"});
  a.field("max_attempts", s.max_attempts,
          {.doc = "Of one request; absent: as the mode has it", .min = 1, .max = 1000});
}

/// The nodes of a job, as a store sees them.
struct StoreClients {
  int nodes = 1;
  int ranks_per_node = 1;
  std::optional<BytesPerSecond> ip_bandwidth{};   ///< of one node; absent: no limit
  std::optional<BytesPerSecond> efa_bandwidth{};  ///< of one node, for file systems; absent: no EFA
  /// Of one node, turning tensors into bytes of a file; absent: no limit.
  std::optional<BytesPerSecond> serialization{};
};

/// What one save or one restore does.
struct StoreMove {
  Seconds time;
  Bytes size;       ///< that crosses the network: what goes to every node counts for each
  double puts = 0;  ///< requests that succeed, those that begin and complete an upload included
  double gets = 0;
  double refused = 0;        ///< 503s
  double failure = 0;        ///< probability that it fails
  Seconds overloaded{};      ///< of a partition
  int nodes = 1;             ///< that take part, in equal shares
  bool over_fabric = false;  ///< by clients over EFA; else over IP

  /// Of one node, on average.
  BytesPerSecond node_rate() const {
    return time > Seconds(0) ? size / time / nodes : BytesPerSecond(0);
  }
};

/// Partitions that the plan has from its first request on: one of each bucket, or of each prefix
/// where these were split before.
std::int64_t first_partitions(const RequestPlan& plan);
/// The most that the plan can use, in doublings of the first ones: a store splits between keys,
/// within a prefix too, and a partition with one client has nothing left to split.
std::int64_t most_partitions(const RequestPlan& plan, const StoreClients& writers);

/// Requests that write an object in so many parts: they are begun and completed by one each, but
/// for a single part, which is a PUT by itself.
std::int64_t puts_of(std::int64_t parts);

/// `size` bytes in all go to the store, in equal shares of the nodes. Of a store of objects:
/// `partitions` are there. Of a file system: `idle` is the time since it was last used, absent: its
/// credits are full.
///
/// A rank or a node that writes has one object, or as many as the plan's and the store's largest
/// object make of its share. An object that is larger than a part is begun (one request), moved in
/// size / part parts, and completed (one request): all count as PUT. Where that would be more parts
/// than the store allows, they are larger.
///
/// Clients have as many connections as AWS's CRT client plans for the node's IP bandwidth (0.4 Gb/s
/// each, at least 10, at most 10,000 of a client; where it is not known, for 10 Gb/s; aws-c-s3,
/// s3_client.c), and a copier those of boto3's transfers (10). They share the node's bandwidth; a
/// TCP flow has at most 5 Gb/s (AWS EC2 user guide, instance network bandwidth).
StoreMove save_to(const StorageSystem& store, const RequestPlan& plan, Bytes size,
                  const StoreClients& writers, std::int64_t partitions,
                  std::optional<Seconds> idle = std::nullopt);

/// `size` bytes are read back once, by all nodes together, or by each of them (`everything`; a
/// copier always does). Objects are as if all readers had written them, and are read in ranges of a
/// part, each in a GET.
StoreMove restore_from(const StorageSystem& store, const RequestPlan& plan, Bytes size,
                       const StoreClients& readers, bool everything, std::int64_t partitions,
                       std::optional<Seconds> idle = std::nullopt);

}  // namespace sextant

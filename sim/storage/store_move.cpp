#include "sextant/storage/store_move.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sextant/cluster/flow_limits.h"
#include "sextant/kernel/assert.h"
#include "sextant/storage/file_system.h"
#include "sextant/storage/request_load.h"

namespace sextant {
namespace {

constexpr BytesPerSecond kPlannedPerConnection{50e6};
constexpr BytesPerSecond kPlannedPerNode{1.25e9};  ///< where its bandwidth is not known
constexpr double kFewestConnections = 10;
constexpr double kMostConnections = 10'000;
constexpr std::int64_t kCopierConnections = 10;

/// How many of `unit` hold `size`; a rounding error is not one more.
std::int64_t pieces(Bytes size, Bytes unit) {
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(size / unit * (1 - 1e-12))));
}

/// What the processes of the nodes write: objects of equal size.
struct Objects {
  std::int64_t of_node = 1;
  std::int64_t clients_of_node = 1;
  Bytes size;  ///< of one object
};

std::int64_t writers_of_node(const RequestPlan& plan, const StoreClients& nodes) {
  return plan.objects_per == ObjectsPer::kRank ? nodes.ranks_per_node : 1;
}

std::int64_t clients_of_node(const RequestPlan& plan, const StoreClients& nodes) {
  return plan.sync == StoreSync::kCopier ? 1 : writers_of_node(plan, nodes);
}

Objects objects_of(const ObjectStore& store, const RequestPlan& plan, Bytes size,
                   const StoreClients& nodes) {
  const std::int64_t writers = writers_of_node(plan, nodes);
  const Bytes share = size / static_cast<double>(nodes.nodes * writers);
  const Bytes largest =
      std::min(plan.object_size.value_or(store.largest_object), store.largest_object);
  const std::int64_t each = pieces(share, largest);
  return {.of_node = writers * each,
          .clients_of_node = clients_of_node(plan, nodes),
          .size = share / static_cast<double>(each)};
}

/// Of an object that is uploaded; 1: it is not.
std::int64_t parts_of(const ObjectStore& store, const RequestPlan& plan, Bytes object) {
  const Bytes part = std::clamp(plan.part, store.smallest_part, store.largest_part);
  return std::min<std::int64_t>(pieces(object, part), store.most_parts);
}

/// Of one client.
std::int64_t connections_of(const RequestPlan& plan, const StoreClients& nodes,
                            std::int64_t clients) {
  if (plan.connections) return std::max<std::int64_t>(1, *plan.connections / clients);
  if (plan.sync == StoreSync::kCopier) return kCopierConnections;
  const BytesPerSecond target =
      nodes.ip_bandwidth.value_or(kPlannedPerNode) / static_cast<double>(clients);
  return static_cast<std::int64_t>(
      std::clamp(std::ceil(target / kPlannedPerConnection), kFewestConnections, kMostConnections));
}

/// The requests of one client with their bytes, before they are spread over connections.
struct ClientWork {
  RequestKind kind = RequestKind::kPut;
  std::int64_t requests = 1;
  Bytes size;
};

/// A client keeps no more connections busy than it needs to do its requests in as few rounds.
RequestLoad load_of(const RequestPlan& plan, const StoreClients& nodes, std::int64_t clients,
                    const ClientWork& work, std::optional<BytesPerSecond> of_node,
                    std::int64_t partitions) {
  const std::int64_t allowed = connections_of(plan, nodes, clients);
  const std::int64_t rounds = (work.requests + allowed - 1) / allowed;
  const std::int64_t busy = (work.requests + rounds - 1) / rounds;
  BytesPerSecond bandwidth = kFlowBandwidth;
  if (of_node) bandwidth = std::min(bandwidth, *of_node / static_cast<double>(busy * clients));
  const std::int64_t all_clients = nodes.nodes * clients;
  return {.kind = work.kind,
          .clients = all_clients,
          .requests = work.requests,
          .connections = busy,
          .size = work.size / static_cast<double>(work.requests),
          .connection_bandwidth = bandwidth,
          .partitions = std::clamp<std::int64_t>(partitions, 1, all_clients),
          .retry = retry_policy(plan.retry, plan.max_attempts)};
}

StoreMove move_of(const RequestOutcome& outcome, RequestKind kind, Bytes size) {
  StoreMove move{.time = outcome.time,
                 .size = size,
                 .refused = outcome.refused,
                 .failure = outcome.failure,
                 .overloaded = outcome.overloaded};
  (kind == RequestKind::kPut ? move.puts : move.gets) = outcome.accepted;
  return move;
}

std::optional<BytesPerSecond> slower(const std::optional<BytesPerSecond>& a,
                                     const std::optional<BytesPerSecond>& b) {
  return a && b ? std::min(*a, *b) : (a ? a : b);
}

/// Requests that wait for others take their own time only where no other connection works on.
Seconds beginning_and_completing(const ObjectStore& store, std::int64_t parts,
                                 std::int64_t connections) {
  if (parts == 1) return {};
  return 2.0 * (1.0 - 1.0 / static_cast<double>(connections)) * store.first_byte.value;
}

StoreMove put_objects(const ObjectStore& store, const RequestPlan& plan, Bytes size,
                      const StoreClients& writers, std::int64_t partitions) {
  const Objects objects = objects_of(store, plan, size, writers);
  const std::int64_t clients = objects.clients_of_node;
  const std::int64_t parts = parts_of(store, plan, objects.size);
  const std::int64_t of_client = objects.of_node / clients;
  const ClientWork work{.kind = RequestKind::kPut,
                        .requests = of_client * puts_of(parts),
                        .size = static_cast<double>(of_client) * objects.size};
  const RequestLoad load = load_of(plan, writers, clients, work,
                                   slower(writers.ip_bandwidth, writers.serialization), partitions);
  StoreMove move = move_of(aggregate_requests(store, load), RequestKind::kPut, size);
  move.time += beginning_and_completing(store, parts, load.connections);
  move.nodes = writers.nodes;
  return move;
}

StoreMove get_objects(const ObjectStore& store, const RequestPlan& plan, Bytes size,
                      const StoreClients& readers, bool everything, std::int64_t partitions) {
  const Objects objects = objects_of(store, plan, size, readers);
  const std::int64_t clients = objects.clients_of_node;
  const std::int64_t times = everything ? readers.nodes : 1;
  const std::int64_t gets = pieces(objects.size, plan.part);
  const std::int64_t of_client = times * objects.of_node / clients;
  const ClientWork work{.kind = RequestKind::kGet,
                        .requests = of_client * gets,
                        .size = static_cast<double>(of_client) * objects.size};
  const RequestLoad load = load_of(plan, readers, clients, work, readers.ip_bandwidth, partitions);
  StoreMove move = move_of(aggregate_requests(store, load), RequestKind::kGet,
                           static_cast<double>(times) * size);
  move.nodes = readers.nodes;
  return move;
}

/// In equal shares of the nodes, through the network on which the file system has clients.
StoreMove move_files(const FileSystem& system, TransferDirection direction, Bytes size,
                     const StoreClients& nodes, std::optional<Seconds> idle) {
  const bool efa = system.efa_client_bandwidth && nodes.efa_bandwidth;
  FileClients clients{.nodes = nodes.nodes,
                      .node_bandwidth = efa ? nodes.efa_bandwidth : nodes.ip_bandwidth,
                      .efa = efa};
  if (direction == TransferDirection::kWrite) {
    clients.node_bandwidth = slower(clients.node_bandwidth, nodes.serialization);
  }
  return {.time = file_transfer_time(system, direction, size, clients, idle),
          .size = size,
          .nodes = nodes.nodes,
          .over_fabric = efa};
}

}  // namespace

std::int64_t puts_of(std::int64_t parts) { return parts == 1 ? 1 : parts + 2; }

std::int64_t first_partitions(const RequestPlan& plan) {
  return std::int64_t{plan.buckets} * (plan.pre_split ? plan.prefixes : 1);
}

std::int64_t most_partitions(const RequestPlan& plan, const StoreClients& writers) {
  const std::int64_t clients = writers.nodes * clients_of_node(plan, writers);
  std::int64_t partitions = first_partitions(plan);
  while (2 * partitions <= clients) partitions *= 2;
  return partitions;
}

StoreMove save_to(const StorageSystem& store, const RequestPlan& plan, Bytes size,
                  const StoreClients& writers, std::int64_t partitions,
                  std::optional<Seconds> idle) {
  if (store.object_store) return put_objects(*store.object_store, plan, size, writers, partitions);
  SEXTANT_ASSERT(store.file_system, "store {} is of no kind", store.name);
  return move_files(*store.file_system, TransferDirection::kWrite, size, writers, idle);
}

StoreMove restore_from(const StorageSystem& store, const RequestPlan& plan, Bytes size,
                       const StoreClients& readers, bool everything, std::int64_t partitions,
                       std::optional<Seconds> idle) {
  const bool all = everything || plan.sync == StoreSync::kCopier;
  if (store.object_store) {
    return get_objects(*store.object_store, plan, size, readers, all, partitions);
  }
  SEXTANT_ASSERT(store.file_system, "store {} is of no kind", store.name);
  const Bytes read = all ? readers.nodes * size : size;
  return move_files(*store.file_system, TransferDirection::kRead, read, readers, idle);
}

}  // namespace sextant

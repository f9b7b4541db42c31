#include "sim/storage/request_times.h"

#include <algorithm>

#include "sextant/kernel/assert.h"

namespace sextant {
namespace {

/// Of one connection.
BytesPerSecond store_bandwidth(const ObjectStore& store, RequestKind kind) {
  const bool uploads = kind == RequestKind::kPut && store.upload_bandwidth;
  return uploads ? store.upload_bandwidth->value : store.connection_bandwidth.value;
}

}  // namespace

RequestTimes::RequestTimes(const ObjectStore& store, const RequestLoad& load) {
  SEXTANT_ASSERT(load.clients >= 1 && load.requests >= 1 && load.connections >= 1 &&
                     load.partitions >= 1 && load.retry.max_attempts >= 1,
                 "a load of {} clients, {} requests, {} connections, {} partitions, {} attempts",
                 load.clients, load.requests, load.connections, load.partitions,
                 load.retry.max_attempts);
  SEXTANT_ASSERT(load.connection_bandwidth.si() > 0, "a connection of {} B/s",
                 load.connection_bandwidth.si());
  const auto& [fastest, slowest] =
      store.first_byte.range.value_or(std::array{store.first_byte.value, store.first_byte.value});
  first_byte = fastest.si();
  first_byte_spread = (slowest - fastest).si();
  const BytesPerSecond bandwidth =
      std::min(load.connection_bandwidth, store_bandwidth(store, load.kind));
  transfer = (load.size / bandwidth).si();
  refusal = store.refusal.value.si();
  rate = load.kind == RequestKind::kPut ? store.put_rate : store.get_rate;
  depth = std::max(1.0, rate * store.burst.value.si());
}

}  // namespace sextant

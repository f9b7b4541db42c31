#pragma once

#include <cstdint>

#include "sextant/kernel/quantity.h"
#include "sextant/storage/object_store.h"
#include "sextant/storage/retry_policy.h"

namespace sextant {

enum class RequestKind { kPut, kGet };

/// Clients that begin together and do the same: each has a list of requests, and starts the next
/// one as soon as one of its connections is free.
struct RequestLoad {
  RequestKind kind = RequestKind::kPut;
  std::int64_t clients = 1;      ///< each with its own connections and retry quota
  std::int64_t requests = 1;     ///< of each client
  std::int64_t connections = 1;  ///< of each client
  Bytes size;                    ///< of one request
  /// Of one connection while all of the client's are busy: limits of the node and of the network
  /// included, that of the store not.
  BytesPerSecond connection_bandwidth;
  std::int64_t partitions = 1;  ///< over which the clients are spread evenly
  RetryPolicy retry;
};

/// What became of a load; expected values of the aggregated model, counts of one simulated case.
struct RequestOutcome {
  Seconds time;  ///< until the last request has succeeded or was given up
  double accepted = 0;
  double refused = 0;  ///< 503s
  double failed = 0;   ///< requests that were given up
  double failure = 0;  ///< probability that any is; 0 or 1 of one case
  Seconds overloaded;  ///< time in which a partition refused requests, of the one that did longest
};

/// The load as a whole, without an event per request: numbers of requests in time slots, by what
/// they have behind them. Its cost does not depend on the number of clients.
RequestOutcome aggregate_requests(const ObjectStore& store, const RequestLoad& load);

/// The same request by request, on the kernel. For small loads, and to hold the other one to it.
RequestOutcome simulate_requests(const ObjectStore& store, const RequestLoad& load,
                                 std::uint64_t seed);

}  // namespace sextant

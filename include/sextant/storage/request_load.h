#pragma once

#include <cstdint>

#include "sextant/kernel/quantity.h"
#include "sextant/storage/object_store.h"
#include "sextant/storage/retry_policy.h"

namespace sextant {

enum class RequestKind { kPut, kGet };

/// Clients that begin together and do the same: each has a list of requests, and each of its
/// connections takes the next one from it as soon as it is free. A request that is given up does
/// not keep its client from the others.
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
  /// Time in which a partition refused requests (no more than a second apart), of the one that did
  /// longest.
  Seconds overloaded;
};

/// Expected values of what simulate_requests does. It follows a sample of the clients, attempt by
/// attempt, in front of a partition that is as much smaller than the real one as they are fewer;
/// their draws are stratified as if all had drawn. It doubles the sample until three in a row agree
/// within 1.5 % in time and 503s (two within 4.5 % where the load is more than 128 times the
/// sample), at most to 90,000 requests; of clients that limit their rate to 23,000. Where requests
/// are refused and a partition has no more than 16,000 of them, the sample is all of them, again
/// and again. Its cost does not depend on the number of clients nor, beyond some hundred, on the
/// length of their lists: those go on as they began, until the partition is split. When the last
/// request ends, that is far out in what a sample shows little of: expected numbers of requests
/// that are refused again and again, and sums of draws where nothing is refused. Always the same
/// for the same load. No partition's clients lean on another's: each client keeps to one, client i
/// to partition i modulo their number.
///
/// Agreement with simulate_requests, and where it is worse than 3 %: sim/storage/README.md.
RequestOutcome aggregate_requests(const ObjectStore& store, const RequestLoad& load);

/// The load request by request, on the kernel. For small loads, and to hold the other one to it.
/// - A partition is a bucket of rate · burst tokens (at least one) that fills at its rate; a
/// request
///   that finds no token is refused. When its overload reaches split_after it is cut in two: its
///   clients find twice the rate and the burst.
/// - An accepted request takes its first byte, evenly in its range, and size / bandwidth; a refused
///   one waits as the retry policy says, while its connection waits with it.
/// - Adaptive: a client's requests stand in one line for its limit, first come first served.
RequestOutcome simulate_requests(const ObjectStore& store, const RequestLoad& load,
                                 std::uint64_t seed);

}  // namespace sextant

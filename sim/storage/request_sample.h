#pragma once

#include <cstdint>
#include <vector>

#include "sextant/kernel/random_stream.h"
#include "sextant/storage/request_load.h"

namespace sextant {

/// When the last request of a connection ends: `begin` + U · `backoff` + V · `first_byte`, with U
/// and V uniform between 0 and 1: what is still open when its last attempt has been decided on.
struct LastRequest {
  double begin = 0;
  double backoff = 0;
  double first_byte = 0;

  double latest() const { return begin + backoff + first_byte; }
  /// Probability that it ends after `time`.
  double open_at(double time) const;
};

/// What became of the requests of a sample. Times in seconds.
struct SampledRequests {
  double accepted = 0;
  double refused = 0;
  double failed = 0;
  double failing_clients = 0;
  double overloaded = 0;
  double last_refusal = 0;             ///< when
  std::vector<double> accepts;         ///< when attempts were accepted
  std::vector<double> refusals;        ///< and refused,
  std::vector<double> first_refusals;  ///< those of first attempts
  std::vector<double> refused_times;   ///< requests, by how often they have been refused before
  std::vector<double> retried_times;   ///< those of them that were tried again
  std::vector<LastRequest> last;       ///< one per connection, those of a client side by side
};

/// Some clients of one partition, which stand for all of its clients.
struct ClientSample {
  std::int64_t clients = 1;
  double of_clients = 1;  ///< that the partition has
};

/// Follows the sampled clients attempt by attempt. The partition takes as many of their requests as
/// their share of its clients, so that they meet what they would meet among all of them.
SampledRequests sample_requests(const ObjectStore& store, const RequestLoad& load,
                                const ClientSample& sample, RandomStream random);

}  // namespace sextant

#pragma once

#include <cstdint>
#include <vector>

#include "sextant/storage/request_load.h"
#include "sim/storage/request_sample.h"

namespace sextant {

/// Samples of partitions that are alike.
struct SampledPartitions {
  double partitions = 1;
  double share = 1;          ///< clients of a partition for each one that was sampled
  std::int64_t clients = 1;  ///< in each sample
  std::vector<SampledRequests> samples{};
};

/// Expected end of the last request of all partitions [s], from samples of each kind of them:
/// the integral of 1 - P(all have ended by t), with
/// - the last request of each connection as far open as it is when its last attempt is decided on;
/// - requests that wait for a retry, in expectation (WaitingRetries);
/// - where nothing is refused, the sum of first bytes of each client's list: clients that the
///   sample does not have lie where such sums lie.
double expected_end(const ObjectStore& store, const RequestLoad& load,
                    const std::vector<SampledPartitions>& kinds);

}  // namespace sextant

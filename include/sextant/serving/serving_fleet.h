#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/log_histogram.h"
#include "sextant/kernel/running_moments.h"
#include "sextant/serving/replica_scaler.h"

namespace sextant {

/// How service times of equal batches differ.
enum class ServiceSpread {
  kConstant,    ///< not at all: fixed shapes, as of encoders and classifiers
  kExponential  ///< as much as their mean: generated texts of any length
};

template <>
struct EnumNames<ServiceSpread> {
  static constexpr std::array table{std::pair{ServiceSpread::kConstant, "constant"},
                                    std::pair{ServiceSpread::kExponential, "exponential"}};
};

/// How one replica serves: `slots` batches at a time, each of up to `batch` requests. A batch
/// begins when a slot is free and either the batch is full or its first request has waited for
/// `batch_timeout`. It takes a time that grows linearly from `single` (one request) to `full`.
struct ReplicaService {
  int slots = 1;
  int batch = 1;
  Seconds batch_timeout{0};
  Seconds single{1};
  Seconds full{1};
  ServiceSpread spread = ServiceSpread::kConstant;

  /// Mean time of a batch of so many.
  Seconds time_of(int requests) const;
  /// Most that it serves: slots · batch / full [1/s].
  double requests_per_s() const { return slots * batch / full.si(); }
};

/// Where replicas come from when the load asks for more. Those of the warm pool have been started
/// before; for each one taken another one is started, and replicas that end go back into it.
struct ReplicaStart {
  Seconds cold{0};
  Seconds warm{0};
  int warm_pool = 0;
};

/// A fleet, its load, and for how long.
struct ServingInputs {
  ScaledEndpoint endpoint;  ///< least = most: a fixed fleet. Rate per replica: `service`'s
  ReplicaService service;
  ReplicaStart start;
  std::optional<std::int64_t> queue_limit;  ///< who finds so many in line is refused
  Seconds latency_target{1};                ///< later answers are counted
  Seconds duration{86400};
  Seconds warm_up{0};  ///< requests that arrive earlier are in no statistics of times
  Seconds bin{0};      ///< the outcome is also told in pieces so long; 0: it is not
  std::uint64_t seed = 1;
  std::uint32_t replica = 0;  ///< of the simulation: one of many with the same seed
};

/// A piece of the simulated time.
struct ServingBin {
  std::int64_t arrived = 0;
  std::int64_t refused = 0;
  std::int64_t late = 0;  ///< of `response.count()`
  LogHistogram response;  ///< of the answers given in it, from arrival to answer [s]
  double busy_seconds = 0;
  double serving_seconds = 0;
  double starting_seconds = 0;
  double warm_seconds = 0;
};

/// What became of the requests, and of the replicas. Every request is in one place:
/// arrived = served + in_service + waiting + refused.
struct ServingOutcome {
  std::int64_t arrived = 0;
  std::int64_t served = 0;
  std::int64_t in_service = 0;  ///< at the end
  std::int64_t waiting = 0;     ///< at the end
  std::int64_t refused = 0;
  std::int64_t batches = 0;
  std::int64_t late = 0;         ///< of `wait.count()`: answered after more than the target
  RunningMoments wait;           ///< from arrival to the start of its batch [s]
  LogHistogram response;         ///< from arrival to the answer [s]
  EndpointOutcome scaling;       ///< as the scaler saw it
  double busy_seconds = 0;       ///< of slots
  double serving_seconds = 0;    ///< of replicas: working, or finishing what they have begun
  double starting_seconds = 0;   ///< those for the warm pool included
  double warm_seconds = 0;       ///< in the warm pool
  std::vector<ServingBin> bins;  ///< by time; none unless asked for
  std::uint64_t events = 0;
  std::uint64_t digest = 0;
};

/// Requests one by one: Poisson arrivals on the curve, one line for all replicas (an ideal load
/// balancer), batches, and the same ReplicaScaler that a governed cluster's endpoints have. The
/// first replicas are there at the beginning.
ServingOutcome simulate_serving(const ServingInputs& inputs);

}  // namespace sextant

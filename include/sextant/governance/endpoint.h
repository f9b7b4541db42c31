#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sextant/governance/job.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// Requests per second at a time of the period, counted from the start of the simulation; between
/// two points, and from the last one to the first, the rate is interpolated linearly.
struct RatePoint {
  Seconds at;
  double requests_per_s = 0;
};

/// An inference endpoint: replicas, each a workload of its own, whose number follows the load
/// (target tracking).
struct EndpointSpec {
  std::string name;
  JobSpec replica;                  ///< `work` is never(), `submit` is when the endpoint begins
  std::vector<RatePoint> requests;  ///< at increasing times below `period`, one or more
  Seconds period{86400};
  double requests_per_s_per_replica = 1;  ///< that one replica can serve
  double target_utilisation = 0.7;        ///< share of it that the autoscaler aims for
  int least = 1;
  int most = 1;
  Seconds evaluate_every{60};
  Seconds scale_out_cooldown{0};   ///< after more were asked for, until still more are
  Seconds scale_in_cooldown{300};  ///< after any change, until there are fewer
};

/// What an endpoint did. Requests that no replica had room for are counted, not queued.
struct EndpointOutcome {
  std::string name;
  double requests = 0;
  double unserved = 0;
  double replica_seconds = 0;      ///< working
  double starting_seconds = 0;     ///< image and model load
  double short_seconds = 0;        ///< with fewer working replicas than the load needs
  std::int64_t most_replicas = 0;  ///< that it had submitted at once
  std::int64_t scale_outs = 0;     ///< after the first replicas
  std::int64_t scale_ins = 0;
};

}  // namespace sextant

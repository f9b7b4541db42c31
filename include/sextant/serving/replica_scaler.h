#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sextant/kernel/process.h"
#include "sextant/kernel/quantity.h"
#include "sextant/kernel/simulation.h"
#include "sextant/serving/replica_pool.h"
#include "sextant/serving/request_curve.h"

namespace sextant {

/// An inference endpoint: replicas whose number follows the load (target tracking).
struct ScaledEndpoint : RequestLoad {
  std::string name;
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

/// Replicas that a rate needs: ceil(rate / (rate of one replica · target utilisation)), within
/// least .. most. A rate that n replicas just reach needs n, however it is rounded.
int wanted_replicas(const ScaledEndpoint& endpoint, double requests_per_s);

/// Keeps the number of an endpoint's replicas in step with its load, by target tracking: at every
/// evaluation there should be `wanted_replicas` of the rate.
///
/// More are asked for at once, unless the last time was less than the scale-out cooldown ago; fewer
/// are kept once nothing has been changed for the scale-in cooldown. Those without room go first,
/// then those that start up, then those that work; of each the newest.
///
/// It sees the rate at the moment of the evaluation. A replica serves once it has started up. Its
/// outcome takes the load for a fluid: what is above what the working replicas can serve is lost.
class ReplicaScaler {
 public:
  /// All three must live as long as the process.
  ReplicaScaler(Simulation& simulation, ReplicaPool& pool, const ScaledEndpoint& endpoint);

  /// The endpoint's life: from `begin` until the simulation ends.
  Process run(SimTime begin);
  /// What it did until `now`, not before the last thing that has happened.
  EndpointOutcome outcome(SimTime now) const;

 private:
  void evaluate();
  void scale_out(int to);
  void scale_in(int to);
  void observe();
  void account(EndpointOutcome& outcome, SimTime now) const;

  Simulation& simulation_;
  ReplicaPool& pool_;
  const ScaledEndpoint& endpoint_;
  RequestCurve curve_;
  EndpointOutcome outcome_;  ///< until `counted_`
  SimTime counted_;
  bool begun_ = false;
  std::vector<ReplicaNumber> replicas_;  ///< asked for, oldest first
  int working_ = 0;                      ///< since `counted_`
  int starting_ = 0;
  SimTime no_scale_out_before_;
  SimTime no_scale_in_before_;
};

}  // namespace sextant

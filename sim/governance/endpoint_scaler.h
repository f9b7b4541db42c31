#pragma once

#include <vector>

#include "request_curve.h"
#include "sextant/governance/endpoint.h"
#include "sextant/kernel/process.h"
#include "sextant/kernel/simulation.h"
#include "sim/governance/job_host.h"

namespace sextant {

/// Keeps the number of an endpoint's replicas in step with its load, by target tracking: at every
/// evaluation
///
///     wanted = ceil(rate / (rate of one replica · target utilisation)), within least .. most.
///
/// More are submitted at once, unless the last time was less than the scale-out cooldown ago; fewer
/// are kept once nothing has been changed for the scale-in cooldown. Those without pods go first,
/// then those that start up, then those that work; of each the newest.
///
/// It sees the rate at the moment of the evaluation. A replica serves once it has started up, and
/// what is above what the working ones can serve is lost.
class EndpointScaler {
 public:
  /// All three must live as long as the process.
  EndpointScaler(Simulation& simulation, JobHost& host, const EndpointSpec& spec);

  /// The endpoint's life: from the replicas' `submit` until the simulation ends.
  Process run();
  /// What it did until `now`, not before the last thing that has happened.
  EndpointOutcome outcome(SimTime now) const;

 private:
  int wanted(SimTime now) const;
  void evaluate();
  void scale_out(int to);
  void scale_in(int to);
  void observe();
  void account(EndpointOutcome& outcome, SimTime now) const;

  Simulation& simulation_;
  JobHost& host_;
  const EndpointSpec& spec_;
  RequestCurve curve_;
  EndpointOutcome outcome_;  ///< until `counted_`
  SimTime counted_;
  bool begun_ = false;
  std::vector<JobNumber> replicas_;  ///< submitted, oldest first
  int working_ = 0;                  ///< since `counted_`
  int starting_ = 0;
  std::int64_t submitted_ = 0;
  SimTime no_scale_out_before_;
  SimTime no_scale_in_before_;
};

}  // namespace sextant

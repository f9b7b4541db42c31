#pragma once

#include "sextant/governance/endpoint.h"
#include "sextant/kernel/process.h"
#include "sextant/kernel/simulation.h"
#include "sextant/serving/replica_scaler.h"
#include "sim/governance/job_host.h"

namespace sextant {

/// An endpoint whose replicas are jobs: a ReplicaScaler that gets them from a host. A replica
/// without pods is one that neither serves nor starts.
class EndpointScaler final : private ReplicaPool {
 public:
  /// All three must live as long as the process.
  EndpointScaler(Simulation& simulation, JobHost& host, const EndpointSpec& spec);

  /// The endpoint's life: from the replicas' `submit` until the simulation ends.
  Process run() { return scaler_.run(spec_.replica.submit); }
  /// What it did until `now`, not before the last thing that has happened.
  EndpointOutcome outcome(SimTime now) const { return scaler_.outcome(now); }

 private:
  ReplicaNumber add() override;
  void remove(ReplicaNumber replica) override;
  bool serving(ReplicaNumber replica) const override;
  bool starting(ReplicaNumber replica) const override;
  const Event& changed() const override { return host_.changed(); }

  Simulation& simulation_;
  JobHost& host_;
  const EndpointSpec& spec_;
  ReplicaScaler scaler_;
  std::int64_t submitted_ = 0;
};

}  // namespace sextant

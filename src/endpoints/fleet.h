#pragma once

#include <optional>
#include <string>

#include "sextant/serving/serving_fleet.h"
#include "src/endpoints/estimate.h"
#include "src/scenario/endpoints_scenario.h"

namespace sextant::endpoints {

/// How one instance of an alternative serves.
struct InstanceService {
  int copies = 1;          ///< of the server
  ReplicaService service;  ///< of all of them together
  std::optional<CopyEstimate> estimate;
  std::string cannot;  ///< why it cannot serve at all; empty: it can
};

/// From the given throughput, or the estimate.
InstanceService instance_service(const scenario::EndpointsScenario& scenario,
                                 const scenario::EndpointAlternative& alternative);

/// A fleet at the peak of its load in closed form.
struct PeakQueue {
  double utilisation = 0;
  /// The others are absent with batches, for which there is no closed form, and where the load is
  /// as much as can be served: there is no steady state.
  std::optional<double> wait_probability;
  std::optional<Seconds> mean_wait;
  std::optional<Seconds> response;  ///< at the target's percentile, or 0.99
};

/// The instances that serve one group of models, and how they do.
struct Fleet {
  InstanceService instance;
  int groups = 1;     ///< of models that share instances
  int by_rate = 1;    ///< instances of a group for the peak at the target utilisation
  int instances = 1;  ///< of a group: with what the latency needs besides
  PeakQueue peak;
  ServingInputs simulated_as;
  ServingOutcome simulated;         ///< of one group
  std::optional<Seconds> response;  ///< simulated, at the target's percentile, or 0.99
  /// Neither is set for what no number of instances would change.
  bool meets = true;
  std::string misses;  ///< why it does not; empty if it does

  int total() const { return groups * instances; }
};

/// Sizes a fleet:
/// - as many instances as the peak needs at the target utilisation, by each group of models;
/// - more, one by one, while the closed form at the peak is above the latency target;
/// - more, while the simulation is. A fleet that follows its load is simulated as it is.
/// The closed forms are M/M/c and M/D/c with c = instances · copies · concurrency.
Fleet size_fleet(const scenario::EndpointsScenario& scenario,
                 const scenario::EndpointAlternative& alternative);

/// The load of one group of models on `alternative`.
RequestLoad group_load(const scenario::EndpointsScenario& scenario,
                       const scenario::EndpointAlternative& alternative);

}  // namespace sextant::endpoints

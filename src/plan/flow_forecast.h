#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sextant/campaign/checkpoint_costs.h"
#include "sextant/kernel/quantity.h"
#include "sextant/network/flow_problem.h"
#include "sextant/training/operation_label.h"
#include "sextant/training/step_inputs.h"
#include "sextant/training/step_profile.h"
#include "src/plan/flow_tiers.h"
#include "src/run/flow_worker.h"
#include "src/run/ranks.h"
#include "src/scenario/scenario.h"

namespace sextant::plan {

/// One placement's step.
struct PlacedStep {
  std::string name;  ///< "scattered", "contiguous, rails crossed"
  std::optional<Seconds> time;
  std::string why_not;  ///< where there is no time
};

/// A step while a checkpoint goes out over the same fabric.
struct StepBesideCheckpoint {
  Seconds time;
  Seconds write;  ///< of the checkpoint, as the campaign has it
  /// Relative slowdown of the steps while it is written, as CheckpointCosts has it.
  double slowdown = 0.0;
};

/// The main batch's step with its transfers as flows on the scenario's fabric.
struct FlowForecast {
  std::string fabric;           ///< title
  bool fabric_assumed = false;  ///< the scenario names none
  int fabric_nodes = 0, job_nodes = 0, leaf_groups = 0;
  std::string placement;  ///< "contiguous", "scattered, rails crossed"
  BytesPerSecond bisection;
  bool folded = false;
  std::string asymmetry;  ///< why not; empty where it was not asked to be
  Seconds replay, flow;   ///< the step in both tiers; without writes of checkpoints
  std::array<Seconds, kStepParts> replay_parts{}, flow_parts{};
  std::optional<StepBesideCheckpoint> beside_checkpoint;  ///< where the background has one
  /// What was slowed by more than 5 %, by what, in words; empty where nothing was.
  std::vector<std::string> differences;
  struct Kind {
    OperationKind kind = OperationKind::kJoin;
    Seconds alone, flowed;                     ///< of one rank's transfers
    std::optional<Seconds> beside_checkpoint;  ///< likewise, while one goes out
    std::string busiest;  ///< link tier and name that the slowed ones had most to share
  };
  std::vector<Kind> kinds;
  std::vector<std::string> background;  ///< names of what goes beside the step
  std::vector<TierUse> tiers;
  std::optional<Watts> network_power;  ///< of all switches and optics, while the cluster is on
  double wall_s = 0.0;
  std::int64_t worker_bytes = 0;  ///< most memory of the engine
  std::int64_t activities = 0, transfers = 0;
  std::vector<PlacedStep> placements;  ///< what-ifs, where asked for

  /// Of the cluster's power for switches, by nodes.
  double job_share() const { return static_cast<double>(job_nodes) / fabric_nodes; }
  const PlacedStep* best_placement() const;  ///< null: none has a time
};

struct FlowQuestion {
  bool unfolded = false;
  bool placements = false;  ///< what-ifs too
  bool fabric_assumed = false;
  run::FlowOptions worker;
  const run::Ranks* ranks = nullptr;  ///< of which the first runs the engine; null: there is one
  /// Runs a problem; absent: run::run_flows with `worker`.
  std::function<FlowResult(const FlowProblem&)> engine = {};
  /// Of the phase whose step it is; absent: writes of checkpoints beside the step need their bytes.
  std::optional<CheckpointCosts> checkpoint;
};

/// A network of the scenario that has none, by its fabric: the catalogue's "efa-non-blocking", or a
/// "fat-tree" that does not block either.
/// @throws io::InputError if the catalogue has it not
scenario::NetworkPlan assumed_network(const scenario::Scenario& scenario,
                                      catalog::Catalogue& catalogue);

/// @pre the scenario has a network
/// @throws InfeasiblePlan if it would be too large to run unfolded
/// @throws run::FlowFailure
FlowForecast flow_forecast(const scenario::Scenario& scenario, const StepInputs& inputs,
                           const StepProfile& replayed, const FlowQuestion& question = {});

}  // namespace sextant::plan

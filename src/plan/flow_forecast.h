#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sextant/kernel/quantity.h"
#include "sextant/training/operation_label.h"
#include "sextant/training/step_inputs.h"
#include "sextant/training/step_profile.h"
#include "src/run/flow_worker.h"
#include "src/scenario/scenario.h"

namespace sextant::plan {

/// How full links of one tier are.
struct TierUse {
  std::string tier;  ///< "card to leaf"
  int links = 0;
  BytesPerSecond capacity;  ///< of one
  /// Share of the capacity, averaged over the step: mean over the tier's links, and the busiest.
  double mean = 0.0, busiest = 0.0;
  /// The same while transfers of one operation kind are under way.
  struct Phase {
    OperationKind kind = OperationKind::kJoin;
    double mean = 0.0, busiest = 0.0;
  };
  std::vector<Phase> phases;
};

/// One placement's step.
struct PlacedStep {
  std::string name;  ///< "scattered", "contiguous, rails crossed"
  std::optional<Seconds> time;
  std::string why_not;  ///< where there is no time
};

/// The main batch's step with its transfers as flows on the scenario's fabric.
struct FlowForecast {
  std::string fabric;  ///< title
  int fabric_nodes = 0, leaf_groups = 0;
  BytesPerSecond bisection;
  bool folded = false;
  std::string asymmetry;  ///< why not
  Seconds replay, flow;   ///< the step in both tiers
  std::array<Seconds, kStepParts> replay_parts{}, flow_parts{};
  /// Where both differ by more than 5 %: what was slowed, by what, in words.
  std::vector<std::string> differences;
  struct Kind {
    OperationKind kind = OperationKind::kJoin;
    Seconds alone, flowed;
    std::string busiest;  ///< link tier and name
  };
  std::vector<Kind> kinds;
  std::vector<TierUse> tiers;
  std::optional<Watts> network_power;  ///< of switches and optics, while the cluster is on
  double wall_s = 0.0;
  std::int64_t worker_bytes = 0;  ///< most memory of the engine
  std::int64_t activities = 0, transfers = 0;
  std::vector<PlacedStep> placements;  ///< what-ifs, where asked for
};

struct FlowQuestion {
  bool unfolded = false;
  bool placements = false;  ///< what-ifs too
  run::FlowOptions worker;
};

/// @throws io::InputError if the scenario's fabric cannot be, or is too large to run unfolded
/// @throws run::FlowFailure
FlowForecast flow_forecast(const scenario::Scenario& scenario, const StepInputs& inputs,
                           const StepProfile& replayed, const FlowQuestion& question = {});

}  // namespace sextant::plan

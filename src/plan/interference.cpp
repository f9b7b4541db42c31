#include "src/plan/interference.h"

#include <algorithm>

#include "sextant/cluster/network_cards.h"
#include "sextant/training/step_model.h"

namespace sextant::plan {
namespace {

/// Share of the fabric that collectives have beside a write.
double fabric_left(const Instance& instance, const StoreMove& save) {
  if (!save.over_fabric) return NetworkCards(instance).fabric_left(save.node_rate());
  return std::max(kLeastFabricShare, 1.0 - save.node_rate() / instance.network_bandwidth.value);
}

}  // namespace

double slowdown_at(StepInputs inputs, const Calibration& calibration, double left) {
  if (left >= 1.0) return 0.0;
  inputs.node.platform.clear();
  const Seconds whole = forecast_step(inputs, calibration).time;
  inputs.node.network_bandwidth *= left;
  const Seconds shared = forecast_step(inputs, calibration).time;
  return std::max(0.0, shared / whole - 1.0);
}

void share_cards_with_checkpoints(const scenario::Scenario& scenario,
                                  std::vector<PlannedPhase>& phases) {
  if (scenario.checkpoint.target.empty()) return;
  if (scenario.checkpoint.mode != CheckpointMode::kAsynchronous) return;
  for (PlannedPhase& phase : phases) {
    const auto add_slowdown = [&](CheckpointCosts& costs) {
      const double left = fabric_left(*scenario.cluster.instance, costs.saved);
      costs.slowdown += slowdown_at(phase.main().inputs, *scenario.calibration, left);
    };
    add_slowdown(phase.campaign.checkpoint);
    for (CheckpointCosts& costs : phase.campaign.growing) add_slowdown(costs);
  }
}

}  // namespace sextant::plan

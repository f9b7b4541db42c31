#include "sextant/ledger/power.h"

#include "sextant/kernel/assert.h"

namespace sextant {
namespace {

constexpr Watts kHostPerAccelerator{100.0};
constexpr double kHostPerTdp = 0.25;
constexpr double kIdleHost = 0.5;  // of the host's power under load

Coefficient<Watts> derived(Watts value, double spread) {
  return {value,
          "derived: accelerators x (TDP or idle power + host share of 100 W + TDP / 4, half of it "
          "when idle)",
          "2026-11-20", Method::kDerived,
          std::array{(1.0 - spread) * value, (1.0 + spread) * value}};
}

}  // namespace

PowerCurve power_curve(const Instance& instance, const Accelerator& accelerator) {
  if (instance.power) return *instance.power;
  const Watts host = kHostPerAccelerator + kHostPerTdp * accelerator.tdp.value;
  const Watts full = instance.accelerators * (accelerator.tdp.value + host);
  const Watts idle = instance.accelerators * (accelerator.idle_power.value + kIdleHost * host);
  return {.idle = derived(idle, 0.4),
          .half = derived(0.5 * (idle + full), 0.25),
          .full = derived(full, 0.15)};
}

Watts node_power(const PowerCurve& curve, NodeState state) {
  switch (state) {
    case NodeState::kTraining:
    case NodeState::kTrainingLost:
    case NodeState::kTrainingSlowed:
    case NodeState::kDegraded:
    case NodeState::kEvaluating:
    case NodeState::kWarmingUp:
      return curve.full;
    case NodeState::kWaitingForData:
    case NodeState::kStraggling:
    case NodeState::kCheckpointStall:
    case NodeState::kDetecting:
      return curve.half;
    case NodeState::kStarting:
    case NodeState::kDiagnosing:
    case NodeState::kWaiting:
    case NodeState::kWaitingForPeople:
    case NodeState::kSwapping:
    case NodeState::kRestarting:
    case NodeState::kReconfiguring:
    case NodeState::kCompiling:
    case NodeState::kLoadingData:
    case NodeState::kRestoring:
    case NodeState::kMaintenance:
    case NodeState::kSpare:
    case NodeState::kRepair:
      return curve.idle;
    case NodeState::kReleased:
      return Watts(0);
  }
  SEXTANT_ASSERT(false, "unknown state {}", static_cast<int>(state));
}

Watts load_power(const PowerCurve& curve, double load) {
  SEXTANT_ASSERT(load >= 0 && load <= 1 + 1e-9, "a load of {}", load);
  if (load < 0.5) return curve.idle.value + 2 * load * (curve.half.value - curve.idle.value);
  return curve.half.value + (2 * load - 1) * (curve.full.value - curve.half.value);
}

}  // namespace sextant

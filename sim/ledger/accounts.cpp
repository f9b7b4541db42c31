#include "sextant/ledger/accounts.h"

#include "sextant/kernel/assert.h"

namespace sextant {

Usd on_demand_cost(const UsageTotals& usage, UsdPerSecond price) {
  return usage.node_time() * price;
}

std::vector<LedgerItem> on_demand_bill(const UsageTotals& usage, UsdPerSecond price) {
  const Seconds spares = usage.node_time(NodeState::kSpare);
  const Seconds repair = usage.node_time(NodeState::kRepair);
  const Seconds job = usage.node_time() - spares - repair;
  const auto item = [&](const char* name, Seconds nodes) {
    return LedgerItem{.item = name,
                      .quantity = nodes / kHour,
                      .unit = "node-hour",
                      .unit_price_usd = (price * kHour).si(),
                      .usd = (nodes * price).si()};
  };
  return {item("nodes of the job", job), item("spare nodes", spares),
          item("nodes under repair", repair)};
}

Watts node_power(const PowerCurve& curve, NodeState state) {
  switch (state) {
    case NodeState::kTraining:
    case NodeState::kTrainingLost:
    case NodeState::kTrainingSlowed:
    case NodeState::kEvaluating:
      return curve.full;
    case NodeState::kCheckpointStall:
    case NodeState::kDetecting:
      return curve.half;
    case NodeState::kStarting:
    case NodeState::kWaiting:
    case NodeState::kSwapping:
    case NodeState::kRestarting:
    case NodeState::kRestoring:
    case NodeState::kSpare:
    case NodeState::kRepair:
      return curve.idle;
  }
  SEXTANT_ASSERT(false, "unknown state {}", static_cast<int>(state));
}

Joules energy(const UsageTotals& usage, const PowerCurve& curve, double pue) {
  Joules sum;
  for (const auto& [state, name] : EnumNames<NodeState>::table) {
    sum += usage.node_time(state) * node_power(curve, state);
  }
  return pue * sum;
}

Emissions emissions(Joules energy, const Region& region, const std::string& factor_set) {
  const GridFactor* grid = region.factor(factor_set);
  SEXTANT_ASSERT(grid != nullptr, "region {} has no factor set '{}'", region.name, factor_set);
  const GramsCo2e location = energy * grid->intensity.value;
  if (!region.market_based) return {location, location};
  return {location, energy * region.market_based->value};
}

}  // namespace sextant

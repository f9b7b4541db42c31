#include "sextant/ledger/accounts.h"

#include <numeric>

#include "sextant/kernel/assert.h"
#include "sextant/ledger/power.h"

namespace sextant {

EnergyByState energy_by_state(const UsageTotals& usage, const PowerCurve& curve, double pue) {
  EnergyByState joules{};
  for (const auto& [state, name] : EnumNames<NodeState>::table) {
    joules[static_cast<std::size_t>(state)] =
        pue * (usage.node_time(state) * node_power(curve, state));
  }
  return joules;
}

Joules total(const EnergyByState& energy) {
  return std::accumulate(energy.begin(), energy.end(), Joules(0));
}

Joules energy(const UsageTotals& usage, const PowerCurve& curve, double pue) {
  return total(energy_by_state(usage, curve, pue));
}

double water_litres(Joules at_meter, double pue, double wue_litres_per_kwh) {
  constexpr Joules kKilowattHour{3.6e6};
  return at_meter / pue / kKilowattHour * wue_litres_per_kwh;
}

Emissions emissions(Joules energy, const Region& region, const std::string& factor_set) {
  const GridFactor* grid = region.factor(factor_set);
  SEXTANT_ASSERT(grid != nullptr, "region {} has no factor set '{}'", region.name, factor_set);
  const GramsCo2e location = energy * grid->intensity.value;
  if (!region.market_based) return {location, location};
  return {location, energy * region.market_based->value};
}

GramsCo2e embodied_emissions(const UsageTotals& usage, const Embodied& embodied) {
  const Seconds rented = usage.node_time() - usage.node_time(NodeState::kReleased);
  return rented / embodied.life.value * embodied.mass.value;
}

}  // namespace sextant

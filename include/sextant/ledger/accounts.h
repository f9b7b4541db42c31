#pragma once

#include <array>
#include <string>

#include "sextant/cluster/embodied.h"
#include "sextant/cluster/power_curve.h"
#include "sextant/kernel/quantity.h"
#include "sextant/ledger/region.h"
#include "sextant/ledger/usage_totals.h"

namespace sextant {

using EnergyByState = std::array<Joules, kNodeStates>;

/// Energy at the meter of the building, by what the nodes were doing: node time · power · PUE.
EnergyByState energy_by_state(const UsageTotals& usage, const PowerCurve& curve, double pue);

/// Their sum.
Joules total(const EnergyByState& energy);
Joules energy(const UsageTotals& usage, const PowerCurve& curve, double pue);

/// Water that the site evaporates and discards [l]: energy of the computers, which is that at the
/// meter / PUE, · WUE. Water of the power stations is not in it.
double water_litres(Joules at_meter, double pue, double wue_litres_per_kwh);

/// Emissions of operation (not of manufacture) after the two methods of the Greenhouse Gas
/// Protocol.
struct Emissions {
  GramsCo2e location;  ///< by the local grid
  GramsCo2e market;    ///< by the provider's contracts; as `location` where none are published
};
Emissions emissions(Joules energy, const Region& region, const std::string& factor_set);

/// The share of the nodes' manufacture that falls to the run: node time / life · mass.
GramsCo2e embodied_emissions(const UsageTotals& usage, const Embodied& embodied);

}  // namespace sextant

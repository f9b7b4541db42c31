#pragma once

#include <string>
#include <vector>

#include "sextant/cluster/instance.h"
#include "sextant/kernel/quantity.h"
#include "sextant/ledger/region.h"
#include "sextant/ledger/usage_totals.h"

namespace sextant {

/// One line of a bill.
struct LedgerItem {
  std::string item;
  double quantity = 0;
  std::string unit;
  double unit_price_usd = 0;
  double usd = 0;
};

/// Cost on demand: every rented node, whatever it does, by the second. Spares and nodes under
/// repair are rented too: the plan keeps them.
Usd on_demand_cost(const UsageTotals& usage, UsdPerSecond price);

/// The same as a bill, in node-hours.
std::vector<LedgerItem> on_demand_bill(const UsageTotals& usage, UsdPerSecond price);

/// Power of one node in a state: `full` while it trains, whether the work is kept or not, and while
/// it evaluates (forward passes run the same matrix products, as close together); `half` when it is
/// stopped for a checkpoint or hangs (accelerators spin in a collective: high utilisation, a third
/// to a half of the power); `idle` otherwise.
Watts node_power(const PowerCurve& curve, NodeState state);

/// Energy at the meter of the building: sum over states of node-seconds · power · PUE.
Joules energy(const UsageTotals& usage, const PowerCurve& curve, double pue);

/// Emissions of operation (not of manufacture) after the two methods of the Greenhouse Gas
/// Protocol.
struct Emissions {
  GramsCo2e location;  ///< by the local grid
  GramsCo2e market;    ///< by the provider's contracts; as `location` where none are published
};
Emissions emissions(Joules energy, const Region& region, const std::string& factor_set);

}  // namespace sextant

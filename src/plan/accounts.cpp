#include "src/plan/accounts.h"

namespace sextant::plan {
namespace {

/// Quantities and amounts are linear in usage, so the mean bill is the bill of the mean usage.
std::vector<LedgerItem> mean_bill(const Replicas& replicas, UsdPerSecond price) {
  std::vector<LedgerItem> mean;
  for (const Replica& replica : replicas) {
    const std::vector<LedgerItem> bill = on_demand_bill(replica.usage, price);
    if (mean.empty()) {
      mean = bill;
      continue;
    }
    for (std::size_t i = 0; i < bill.size(); ++i) {
      mean[i].quantity += bill[i].quantity;
      mean[i].usd += bill[i].usd;
    }
  }
  for (LedgerItem& item : mean) {
    item.quantity /= static_cast<double>(replicas.size());
    item.usd /= static_cast<double>(replicas.size());
  }
  return mean;
}

}  // namespace

void add_money(const ForecastInputs& inputs, const Replicas& replicas, Forecast& result) {
  if (!inputs.price) return;
  const UsdPerSecond price = *inputs.price;
  result.cost_usd = summary_of(
      replicas, [price](const Replica& r) { return on_demand_cost(r.usage, price).si(); });
  result.ledger = mean_bill(replicas, price);
}

void add_energy(const ForecastInputs& inputs, const Replicas& replicas, Forecast& result) {
  if (!inputs.power || !inputs.region) return;
  const Region& region = *inputs.region;
  const auto joules = [&](const Replica& r) { return energy(r.usage, *inputs.power, region.pue); };
  result.energy_j = summary_of(replicas, [&](const Replica& r) { return joules(r).si(); });
  if (region.factor(inputs.grid_factor_set) == nullptr) return;
  const auto kilograms = [&](GramsCo2e Emissions::*method) {
    return summary_of(replicas, [&](const Replica& r) {
      return 1e-3 * (emissions(joules(r), region, inputs.grid_factor_set).*method).si();
    });
  };
  result.co2e_kg = {kilograms(&Emissions::location), kilograms(&Emissions::market)};
}

}  // namespace sextant::plan

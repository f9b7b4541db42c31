#include "src/optimize/reasons.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "sextant/kernel/portable_math.h"
#include "src/plan/purchase.h"

namespace sextant::optimize {
namespace {

/// A factor as close to 1 as this explains nothing.
constexpr double kNoFactor = 5e-4;

/// What the factors are made of.
struct Parts {
  double work = 1;   ///< s, without failures
  double time = 1;   ///< s
  double nodes = 1;  ///< rented
  double cost = 0;
  double energy = 0;
  double co2e = 0;

  explicit Parts(const plan::PlanResult& plan) {
    work = 0;
    for (const plan::PlannedPhase& phase : plan.phases) work += phase.campaign.work().si();
    const plan::Forecast& forecast = plan.forecast;
    time = forecast.wall_time_s.mean;
    nodes = static_cast<double>(plan::rented_nodes(plan.scenario));
    if (forecast.cost_usd) cost = forecast.cost_usd->mean;
    if (forecast.energy_j) energy = forecast.energy_j->mean;
    if (forecast.co2e_kg) co2e = forecast.co2e_kg->location.mean;
  }
};

std::vector<Factor> factors_of(Quantity quantity, const Parts& worse, const Parts& best) {
  std::vector<Factor> factors;
  const auto add = [&](const char* what, double a, double b) {
    if (a > 0 && b > 0) factors.push_back({what, a / b});
  };
  add("training itself", worse.work, best.work);
  add("failures and saving", worse.time / worse.work, best.time / best.work);
  if (quantity == Quantity::kTime) return factors;
  add("nodes rented", worse.nodes, best.nodes);
  const double hours = worse.nodes * worse.time;
  const double best_hours = best.nodes * best.time;
  if (quantity == Quantity::kCost) {
    add("price of a node-hour", worse.cost / hours, best.cost / best_hours);
    return factors;
  }
  add("power of a node", worse.energy / hours, best.energy / best_hours);
  if (quantity == Quantity::kCo2e) {
    add("emissions of the grid", worse.co2e / worse.energy, best.co2e / best.energy);
  }
  return factors;
}

/// Of names with amounts, the one that differs most.
void add_item(const std::vector<std::pair<std::string, double>>& worse,
              const std::vector<std::pair<std::string, double>>& best, Reason& reason) {
  std::map<std::string, double> differences;
  for (const auto& [name, amount] : worse) differences[name] += amount;
  for (const auto& [name, amount] : best) differences[name] -= amount;
  for (const auto& [name, difference] : differences) {
    if (std::abs(difference) <= std::abs(reason.item_difference)) continue;
    reason.item = name;
    reason.item_difference = difference;
  }
}

using Amounts = std::vector<std::pair<std::string, double>>;

Amounts bill_of(const plan::Forecast& forecast) {
  Amounts amounts;
  for (const LedgerItem& item : forecast.ledger) amounts.emplace_back(item.item, item.usd);
  return amounts;
}

Amounts states_of(const plan::Forecast& forecast) {
  Amounts amounts;
  for (const auto& [name, time] : forecast.goodput_s) amounts.emplace_back(name, time.mean);
  return amounts;
}

}  // namespace

Reason reason_of(const Objective& objective, const Candidate& worse, const Candidate& best) {
  Reason reason;
  const plan::Forecast& other = worse.plan.forecast;
  const plan::Forecast& first = best.plan.forecast;
  const Quantity quantity = objective.terms.front().quantity;
  if (quantity == Quantity::kCost) {
    add_item(bill_of(other), bill_of(first), reason);
  } else {
    add_item(states_of(other), states_of(first), reason);
  }
  if (objective.is_sum()) return reason;
  reason.factors = factors_of(quantity, Parts(worse.plan), Parts(best.plan));
  const auto strength = [](const Factor& factor) { return std::abs(portable_log(factor.ratio)); };
  std::erase_if(reason.factors, [&](const Factor& factor) { return strength(factor) < kNoFactor; });
  std::stable_sort(reason.factors.begin(), reason.factors.end(),
                   [&](const Factor& a, const Factor& b) { return strength(a) > strength(b); });
  return reason;
}

}  // namespace sextant::optimize

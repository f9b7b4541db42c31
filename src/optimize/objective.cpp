#include "src/optimize/objective.h"

#include "sextant/kernel/assert.h"

namespace sextant::optimize {
namespace {

Sample scaled(const Sample& sample, double factor) {
  Sample result;
  for (const double number : sample.numbers()) result.add(factor * number);
  return result;
}

/// Of every replica: its energy by the same grid.
std::optional<Sample> emitted(const plan::Forecast& forecast) {
  if (!forecast.co2e_kg || !forecast.samples.energy_j) return std::nullopt;
  const double joules = forecast.energy_j->mean;
  return scaled(*forecast.samples.energy_j,
                joules > 0 ? forecast.co2e_kg->location.mean / joules : 0.0);
}

}  // namespace

std::optional<Sample> values_of(Quantity quantity, const plan::Forecast& forecast) {
  switch (quantity) {
    case Quantity::kCost:
      return forecast.samples.cost_usd;
    case Quantity::kTime:
      return forecast.samples.wall_time_s;
    case Quantity::kEnergy:
      return forecast.samples.energy_j;
    case Quantity::kCo2e:
      return emitted(forecast);
  }
  SEXTANT_ASSERT(false, "no such quantity");
}

double unit_of_worth(Quantity quantity) {
  switch (quantity) {
    case Quantity::kCost:
      return 1;
    case Quantity::kTime:
      return kHour.si();
    case Quantity::kEnergy:
      return 3.6e9;
    case Quantity::kCo2e:
      return 1e3;
  }
  SEXTANT_ASSERT(false, "no such quantity");
}

std::optional<Sample> values_of(const Objective& objective, const plan::Forecast& forecast) {
  if (!objective.is_sum()) return values_of(objective.terms.front().quantity, forecast);
  std::vector<double> sums(static_cast<std::size_t>(forecast.replicas));
  for (const Objective::Term& term : objective.terms) {
    const std::optional<Sample> values = values_of(term.quantity, forecast);
    if (!values) return std::nullopt;
    const double worth = term.worth / unit_of_worth(term.quantity);
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += worth * values->numbers()[i];
  }
  return Sample(std::move(sums));
}

}  // namespace sextant::optimize

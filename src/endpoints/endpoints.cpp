#include "src/endpoints/endpoints.h"

#include <algorithm>
#include <cmath>

#include "sextant/ledger/power.h"
#include "src/endpoints/figures.h"
#include "src/endpoints/price.h"

namespace sextant::endpoints {
namespace {

using scenario::EndpointAlternative;
using scenario::EndpointsScenario;

constexpr Seconds kYear = 365.0 * kDay;
/// Points of a period at which the power of a fixed fleet is taken.
constexpr int kPowerPoints = 1440;

/// Instances on average, all groups together.
struct MeanInstances {
  double working = 0;
  double starting = 0;
  double warm = 0;
};

class Account {
 public:
  Account(const EndpointsScenario& scenario, const EndpointAlternative& alternative,
          double mean_per_s)
      : s_(scenario), a_(alternative) {
    year_.requests = mean_per_s * kYear.si();
  }

  YearlyAccount bought() {
    const scenario::BoughtService& service = *a_.bought;
    year_.cost = service.per_year ? service.per_year->value
                                  : service.per_million->value * (year_.requests / 1e6);
    return year_;
  }

  YearlyAccount of(const Fleet& fleet) {
    const MeanInstances mean = instances(fleet);
    const bool warm_runs = a_.scaling && a_.scaling->warm_running;
    const double idle = mean.starting + (warm_runs ? mean.warm : 0);
    year_.instance_hours = (mean.working + idle) * (kYear / kHour);
    if (const auto price = instance_price(s_, a_)) {
      year_.price = price->value;
      year_.cost = (mean.working + idle) * *year_.price * kYear;
    }
    energy(fleet, mean.working, idle);
    if (const auto& embodied = (*a_.instance)->embodied) {
      year_.embodied =
          (mean.working + idle) * (kYear / embodied->life.value) * embodied->mass.value;
    }
    return year_;
  }

 private:
  MeanInstances instances(const Fleet& fleet) const;
  void energy(const Fleet& fleet, double working, double idle);
  Watts working_power(const Fleet& fleet, const PowerCurve& curve) const;

  const EndpointsScenario& s_;
  const EndpointAlternative& a_;
  YearlyAccount year_;
};

MeanInstances Account::instances(const Fleet& fleet) const {
  if (!a_.scaling) return {.working = static_cast<double>(fleet.total())};
  const double share = fleet.groups / fleet.simulated_as.duration.si();
  return {.working = share * fleet.simulated.serving_seconds,
          .starting = share * fleet.simulated.starting_seconds,
          .warm = share * fleet.simulated.warm_seconds};
}

/// Mean power of a working instance.
Watts Account::working_power(const Fleet& fleet, const PowerCurve& curve) const {
  const double most = fleet.instance.service.requests_per_s();
  if (a_.scaling) {
    const double busy = fleet.simulated.busy_seconds / fleet.instance.service.slots;
    const double serving = fleet.simulated.serving_seconds;
    return load_power(curve, serving > 0 ? std::min(1.0, busy / serving) : 0);
  }
  const RequestCurve load(group_load(s_, a_));
  Watts sum;
  for (int i = 0; i < kPowerPoints; ++i) {
    const Seconds at = (i + 0.5) / kPowerPoints * s_.load.period;
    const double busy = load.rate(SimTime() + SimDuration::rounded(at)) / (fleet.instances * most);
    sum += load_power(curve, std::min(1.0, busy));
  }
  return sum / kPowerPoints;
}

void Account::energy(const Fleet& fleet, double working, double idle) {
  const auto curve = instance_power(s_, a_);
  if (!curve) return;
  const Region& region = **s_.region;
  const Watts power = working * working_power(fleet, *curve) + idle * curve->idle.value;
  year_.energy = region.pue.value * power * kYear;
  if (region.factor(s_.grid_factors) == nullptr) return;
  year_.co2e = emissions(*year_.energy, region, s_.grid_factors);
}

Answer answer_of(const EndpointsScenario& scenario, const EndpointAlternative& alternative,
                 double mean_per_s) {
  Answer answer;
  answer.name = alternative_name(alternative);
  Account account(scenario, alternative, mean_per_s);
  if (alternative.bought) {
    answer.year = account.bought();
    return answer;
  }
  answer.fleet = size_fleet(scenario, alternative);
  if (answer.fleet->instance.cannot.empty()) answer.year = account.of(*answer.fleet);
  return answer;
}

}  // namespace

EndpointsResult serve(const EndpointsScenario& scenario, const run::ParallelOptions& parallel) {
  EndpointsResult result;
  result.scenario = scenario;
  EndpointAlternative all;
  all.models_per_instance = scenario.load.models;
  const RequestCurve curve(group_load(scenario, all));
  result.peak_per_s = curve.peak();
  result.mean_per_s = curve.mean();
  result.answers.resize(scenario.alternatives.size());
  run::begin_phase(parallel, "alternatives", std::ssize(scenario.alternatives));
  run::parallel_for(std::ssize(scenario.alternatives), parallel, [&](std::int64_t i) {
    const auto index = static_cast<std::size_t>(i);
    result.answers[index] = answer_of(scenario, scenario.alternatives[index], result.mean_per_s);
  });
  result.figures = figures_used(scenario);
  return result;
}

}  // namespace sextant::endpoints

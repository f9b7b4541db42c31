#include "src/compare/drivers.h"

#include <array>
#include <cstdint>
#include <numeric>

#include "src/plan/purchase.h"

namespace sextant::compare {
namespace {

using plan::PlanResult;

/// All steps of a run, failures aside.
struct Steps {
  double count = 0;
  std::array<double, kStepParts> parts_s{};  ///< over all steps

  double time_s() const { return std::accumulate(parts_s.begin(), parts_s.end(), 0.0); }
};

Steps steps_of(const PlanResult& result) {
  Steps steps;
  for (const plan::PlannedPhase& phase : result.phases) {
    for (const plan::PlannedBatch& batch : phase.batches) {
      const auto count = static_cast<double>(batch.steps);
      steps.count += count;
      for (std::size_t i = 0; i < kStepParts; ++i) {
        steps.parts_s[i] += count * batch.step.breakdown[i].si();
      }
    }
  }
  return steps;
}

bool has_duration(const PlanResult& result) {
  for (const plan::PlannedPhase& phase : result.phases) {
    if (phase.plan.duration) return true;
  }
  return false;
}

double mean_of(const PlanResult& result, std::string_view state) {
  for (const auto& [name, time] : result.forecast.goodput_s) {
    if (name == state) return time.mean;
  }
  return 0;
}

/// a · b less c · d: what each factor's change does.
struct ProductChange {
  double first = 0, second = 0;
};

ProductChange product_change(double a, double b, double c, double d) {
  return {.first = 0.5 * (b + d) * (a - c), .second = 0.5 * (a + c) * (b - d)};
}

void add_steps(const PlanResult& run, const PlanResult& other, std::vector<Driver>& drivers) {
  const Steps here = steps_of(run), there = steps_of(other);
  double by_number = 0;
  std::vector<Driver> parts;
  for (const auto& [part, name] : EnumNames<StepPart>::table) {
    const auto i = static_cast<std::size_t>(part);
    const ProductChange change = product_change(here.count, here.parts_s[i] / here.count,
                                                there.count, there.parts_s[i] / there.count);
    by_number += change.first;
    parts.push_back({DriverKind::kStepPart, std::string(name), change.second});
  }
  drivers.push_back({DriverKind::kSteps, "steps", by_number});
  drivers.insert(drivers.end(), parts.begin(), parts.end());
  const double pace =
      (mean_of(run, "training") - here.time_s()) - (mean_of(other, "training") - there.time_s());
  drivers.push_back({DriverKind::kPace, "pace", pace});
}

/// What the mean bill charges for nodes: by the hour, and SageMaker's share of that.
double node_cost(const PlanResult& result) {
  double usd = 0;
  for (const LedgerItem& line : result.forecast.ledger) {
    if (line.unit == "node-hour" || line.unit == "USD") usd += line.usd;
  }
  return usd;
}

/// Price, nodes and hours, whose product is the cost of the nodes.
std::array<double, 3> factors(const PlanResult& result) {
  const auto nodes = static_cast<double>(plan::rented_nodes(result.scenario));
  const double hours = result.forecast.wall_time_s.mean / kHour.si();
  return {node_cost(result) / (nodes * hours), nodes, hours};
}

/// What the change of factor i does to the product of three, from `b` to `a`.
double shapley(const std::array<double, 3>& a, const std::array<double, 3>& b, std::size_t i) {
  const std::size_t j = (i + 1) % 3, k = (i + 2) % 3;
  const double both = (a[j] * a[k] + b[j] * b[k]) / 3;
  const double mixed = (a[j] * b[k] + b[j] * a[k]) / 6;
  return (a[i] - b[i]) * (both + mixed);
}

}  // namespace

std::vector<Driver> time_drivers(const PlanResult& run, const PlanResult& other) {
  std::vector<Driver> drivers;
  const bool by_step = !has_duration(run) && !has_duration(other);
  if (by_step) add_steps(run, other, drivers);
  for (const auto& [name, time] : run.forecast.goodput_s) {
    if (by_step && name == "training") continue;
    drivers.push_back({DriverKind::kState, name, time.mean - mean_of(other, name)});
  }
  return drivers;
}

std::vector<Driver> cost_drivers(const PlanResult& run, const PlanResult& other) {
  const auto& cost = run.forecast.cost_usd;
  const auto& other_cost = other.forecast.cost_usd;
  if (!cost || !other_cost) return {};
  const std::array<double, 3> here = factors(run), there = factors(other);
  const double beside_nodes = (cost->mean - node_cost(run)) - (other_cost->mean - node_cost(other));
  return {{DriverKind::kNodePrice, "node_price", shapley(here, there, 0)},
          {DriverKind::kNodes, "nodes", shapley(here, there, 1)},
          {DriverKind::kHours, "hours", shapley(here, there, 2)},
          {DriverKind::kOtherCost, "other", beside_nodes}};
}

}  // namespace sextant::compare

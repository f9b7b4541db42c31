#include "src/optimize/trial.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "sextant/kernel/portable_math.h"
#include "src/io/diagnostics.h"
#include "src/plan/checkpoint_interval.h"
#include "src/plan/feasibility.h"
#include "src/plan/forecast_inputs.h"
#include "src/plan/infeasible.h"
#include "src/plan/purchase.h"
#include "src/plan/spares.h"

namespace sextant::optimize {
namespace {

using scenario::Scenario;

/// Shares of runs that never wait for a node, whose spares are tried.
constexpr std::array kNeverWaiting{0.5, 0.8, 0.95, 1.0};

/// No forecast errs by more in one of a thousand million cases.
constexpr double kSigmas = 6;

void set_spares(plan::PlanResult& plan, int spares) {
  plan.scenario.fleet.spares = spares;
  plan.campaign.fleet.spares = spares;
}

double most(const Sample& sample) {
  return *std::max_element(sample.numbers().begin(), sample.numbers().end());
}

/// Where the duration is given, the run works as long as that.
Seconds shortest_work(const Scenario& scenario, const std::vector<plan::PlannedPhase>& phases) {
  Seconds sum;
  for (const plan::PlannedPhase& phase : phases) {
    const Seconds work = phase.campaign.work();
    sum += phase.campaign.duration ? std::min(work, *phase.campaign.duration) : work;
  }
  return scenario.training.duration ? std::min(sum, *scenario.training.duration) : sum;
}

Usd cheapest(const Scenario& scenario, Seconds time) {
  const auto price = plan::node_price_of(scenario);
  if (!price || scenario.purchase.mode == PurchaseMode::kSpot || scenario.fleet.spot) return Usd(0);
  const auto premium = plan::premium_of(scenario);
  return static_cast<double>(scenario.cluster.nodes) * (premium ? premium->value : 1.0) *
         (time * price->value);
}

}  // namespace

Scenario Trials::prepared(const Scenario& scenario) const {
  Scenario asked = scenario;
  if (!question_.space.keep_interval) {
    asked.checkpoint.interval = IntervalRule::kOptimal;
    for (FasterTierPlan& tier : asked.checkpoint.faster) tier.interval = IntervalRule::kOptimal;
  }
  if (!question_.space.keep_spares) asked.fleet.spares_for.reset();
  asked.simulation.tolerance.reset();
  return asked;
}

Candidate Trials::first(const Scenario& scenario, std::int64_t replicas) const {
  Scenario asked = prepared(scenario);
  asked.simulation.replicas = replicas;
  Candidate candidate;
  candidate.plan = plan::make_bare_plan(asked, parallel_);
  judge(candidate);
  const Space& space = question_.space;
  if (!space.keep_spares && space.spares.empty()) choose_spares(candidate);
  return candidate;
}

void Trials::add_replicas(Candidate& candidate, std::int64_t replicas) const {
  settle(candidate);
  candidate.plan.scenario.simulation.replicas = replicas;
  forecast(candidate);
  plan::require_finish(candidate.plan.campaign, candidate.plan.forecast);
  plan::require_booking(candidate.plan.scenario, candidate.plan.forecast);
}

/// Tries none, what the scenario has, and what some shares of the runs need.
void Trials::choose_spares(Candidate& candidate) const {
  const int own = candidate.plan.scenario.fleet.spares;
  Candidate best = candidate;
  Candidate other = candidate;
  const auto fits = [&](int spares) {
    set_spares(other.plan, spares);
    try {
      plan::require_purchase(other.plan.scenario);
      return true;
    } catch (const plan::InfeasiblePlan&) {
      return false;
    }
  };
  Sample peaks = candidate.plan.forecast.samples.peak_missing;
  if (most(peaks) > own) {
    set_spares(other.plan, std::max(own, plan::many_spares(other.plan.campaign)));
    forecast(other);
    peaks = other.plan.forecast.samples.peak_missing;
  }
  std::set<int> worth_trying{0};
  for (const double share : kNeverWaiting) {
    worth_trying.insert(static_cast<int>(plan::spares_for(peaks, share)));
  }
  for (const int spares : worth_trying) {
    if (spares == own || !fits(spares)) continue;
    forecast(other);
    if (better(other, best)) best = other;
  }
  best.spares_chosen = best.plan.scenario.fleet.spares != own;
  candidate = std::move(best);
}

void Trials::settle(Candidate& candidate) const {
  if (!candidate.spares_chosen) return;
  plan::PlanResult& plan = candidate.plan;
  plan.interval = plan::choose_interval_alone(plan.scenario.checkpoint, plan.campaign,
                                              plan.scenario.simulation.seed, parallel_);
  plan.campaign.interval = plan.interval.interval;
  plan.campaign.faster_intervals = plan.interval.faster_intervals();
  candidate.spares_chosen = false;
}

void Trials::forecast(Candidate& candidate) const {
  plan::PlanResult& plan = candidate.plan;
  plan.forecast =
      plan::forecast(plan::forecast_inputs_of(plan.scenario, plan.campaign, plan.data), parallel_);
  judge(candidate);
}

void Trials::judge(Candidate& candidate) const {
  const plan::PlanResult& plan = candidate.plan;
  const auto values = values_of(question_.objective, plan.forecast);
  if (!values) {
    throw plan::InfeasiblePlan(
        {{.reason = "the forecast does not have what should be small",
          .details = {},
          .remedies = {"prices and a region in the scenario", "another --minimize"}}});
  }
  candidate.objective = *values;
  candidate.standing =
      standing_of(question_.limits, plan.forecast, plan::rented_nodes(plan.scenario));
}

Bound bound_of(const Scenario& scenario, std::int64_t replicas) {
  const std::vector<plan::PlannedPhase> phases = plan::plan_phases(scenario);
  const double spread = phases[plan::main_phase(phases)].main().step.log_spread;
  const double of_mean = spread / std::sqrt(static_cast<double>(replicas));
  const Seconds typical = shortest_work(scenario, phases);
  const Seconds time = portable_exp(-kSigmas * spread) * typical;
  const Seconds mean_time = portable_exp(-kSigmas * of_mean) * typical;
  return {.time = time,
          .cost = cheapest(scenario, time),
          .mean_time = mean_time,
          .mean_cost = cheapest(scenario, mean_time),
          .typical = typical,
          .typical_cost = cheapest(scenario, typical)};
}

double bound_of(const Objective& objective, const Bound& bound) {
  double sum = 0;
  for (const Objective::Term& term : objective.terms) {
    const double worth = objective.is_sum() ? term.worth / unit_of_worth(term.quantity) : 1.0;
    if (term.quantity == Quantity::kCost) sum += worth * bound.mean_cost.si();
    if (term.quantity == Quantity::kTime) sum += worth * bound.mean_time.si();
  }
  return sum;
}

}  // namespace sextant::optimize

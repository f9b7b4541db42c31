#include "src/plan/interval_search.h"

#include <algorithm>
#include <cmath>

#include "sextant/kernel/portable_math.h"
#include "sextant/ledger/usage_totals.h"
#include "src/plan/checkpoint_interval.h"
#include "src/run/spread.h"

namespace sextant::plan {

/// One number of steps for the tier in question, simulated.
struct IntervalSearch::Trial {
  double steps = 1;
  double cost = 0;  ///< mean wall time per step

  double log_steps() const { return portable_log(steps); }
};

/// Fewest and most steps that make a difference, in whole units.
struct IntervalSearch::Limits {
  double low;
  double high;
  double unit;

  double whole(double steps) const {
    return std::clamp(std::round(steps / unit) * unit, low, high);
  }
};

namespace {

/// Failures that the search looks at, in all replicas together: enough to know the optimum to some
/// per cent, and its wall time to far less.
constexpr double kFailuresToSee = 6000;
constexpr double kFewestReplicas = 16;
constexpr double kNodesToDraw = 400'000;

/// Between points of the grid, in the logarithm: two of them double the interval.
constexpr double kGridStep = 0.34657359027997264;
constexpr int kGridReach = 4;         ///< points on each side
constexpr int kGridReachOfTiers = 2;  ///< of several tiers, each of which is searched twice

/// Wall time that nobody would give up safety for.
constexpr double kIndifference = 2e-4;

const CampaignPhase& only_phase(const CampaignInputs& inputs) { return inputs.phases.front(); }

CampaignInputs searched(CampaignInputs inputs) {
  inputs.step_log_spread = 0;
  inputs.uncertain_recovery = false;
  inputs.failures.rate_spread_shape.reset();
  inputs.phases.front().growing.clear();
  if (inputs.fleet.ages == StartAges::kNew) return inputs;
  const Seconds enough = kFailuresToSee / kFewestReplicas * mean_time_to_interruption(inputs);
  if (enough < failure_free_work(inputs)) inputs.duration = enough;
  return inputs;
}

/// Enough to see the failures, within reason: the nodes of every replica draw their lives.
std::int64_t replicas_for(const CampaignInputs& inputs) {
  const double failures = failure_free_work(inputs) / mean_time_to_interruption(inputs);
  const double most = std::clamp(kNodesToDraw / inputs.nodes, kFewestReplicas, 1000.0);
  return static_cast<std::int64_t>(
      std::clamp(std::ceil(kFailuresToSee / (1.0 + failures)), kFewestReplicas, most));
}

double wall_time_per_step(const CampaignInputs& inputs, ReplicaKey key) {
  UsageTotals usage;
  const CampaignResult result = run_campaign(inputs, key, usage);
  return result.wall_time.si() / static_cast<double>(std::max<std::int64_t>(1, result.steps_done));
}

template <class Trials>
std::size_t best_of(const Trials& trials) {
  const auto cheaper = [](const auto& a, const auto& b) { return a.cost < b.cost; };
  return static_cast<std::size_t>(std::min_element(trials.begin(), trials.end(), cheaper) -
                                  trials.begin());
}

/// Vertex of the parabola through the best trial and its neighbours, in the logarithm of the steps;
/// the best trial if it stands at an end.
template <class Trials>
double vertex(const Trials& trials) {
  const std::size_t best = best_of(trials);
  if (best == 0 || best + 1 == trials.size()) return trials[best].steps;
  const double x0 = trials[best - 1].log_steps();
  const double x1 = trials[best].log_steps();
  const double x2 = trials[best + 1].log_steps();
  const double slope_before = (trials[best].cost - trials[best - 1].cost) / (x1 - x0);
  const double slope_after = (trials[best + 1].cost - trials[best].cost) / (x2 - x1);
  const double curvature = (slope_after - slope_before) / (x2 - x0);
  if (!(curvature > 0)) return trials[best].steps;  // all three the same
  return portable_exp(0.5 * (x0 + x1) - 0.5 * slope_before / curvature);
}

}  // namespace

IntervalSearch::IntervalSearch(const CampaignInputs& inputs, std::uint64_t seed,
                               const run::ParallelOptions& parallel)
    : inputs_(searched(inputs)),
      seed_(seed),
      parallel_(run::unstoppable(parallel)),
      replicas_(replicas_for(inputs_)) {}

Seconds IntervalSearch::step() const { return only_phase(inputs_).runs.front().step; }

CampaignInputs IntervalSearch::variant(const SaveSteps& steps) const {
  CampaignInputs variant = inputs_;
  variant.faster_intervals.clear();
  for (const double tier : steps) variant.faster_intervals.push_back(tier * step());
  variant.interval = variant.faster_intervals.back();
  variant.faster_intervals.pop_back();
  return variant;
}

std::vector<double> IntervalSearch::costs(const std::vector<SaveSteps>& points) const {
  std::vector<CampaignInputs> variants;
  variants.reserve(points.size());
  for (const SaveSteps& point : points) variants.push_back(variant(point));
  const auto wall_time = [&](std::int64_t i) {
    const CampaignInputs& inputs = variants[static_cast<std::size_t>(i / replicas_)];
    return wall_time_per_step(inputs, {seed_, static_cast<std::uint32_t>(i % replicas_)});
  };
  const auto runs = static_cast<std::int64_t>(points.size()) * replicas_;
  run::begin_phase(parallel_, "trials of checkpoint intervals", runs);
  const std::vector<double> all = run::spread<double>(runs, parallel_, wall_time);
  std::vector<double> means(points.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    means[i / static_cast<std::size_t>(replicas_)] += all[i] / static_cast<double>(replicas_);
  }
  return means;
}

IntervalSearch::Limits IntervalSearch::limits_of(const SaveSteps& steps, std::size_t tier) const {
  const CampaignPhase& phase = only_phase(inputs_);
  const CheckpointCosts& costs =
      tier < phase.faster.size() ? phase.faster[tier].costs : phase.checkpoint;
  const Seconds covered = costs.mode == CheckpointMode::kAsynchronous
                              ? costs.write / (1.0 + costs.slowdown)
                              : Seconds(0);
  const double unit = tier == 0 ? 1.0 : steps.front();
  const double low = std::max(1.0, std::ceil(covered / (unit * step())));
  const double high = std::max(low, std::floor(failure_free_work(inputs_) / (unit * step())));
  return {low * unit, high * unit, unit};
}

double IntervalSearch::best_steps(SaveSteps steps, std::size_t tier) const {
  const Limits limits = limits_of(steps, tier);
  double centre = std::clamp(steps[tier], limits.low, limits.high);
  const int reach = steps.size() > 1 ? kGridReachOfTiers : kGridReach;
  // The best point of a grid is inside it, or the next grid stands around it; costs have one
  // valley.
  for (;;) {
    std::vector<Trial> trials;
    std::vector<SaveSteps> points;
    for (int i = -reach; i <= reach; ++i) {
      steps[tier] = limits.whole(centre * portable_exp(i * kGridStep));
      if (!trials.empty() && steps[tier] <= trials.back().steps) continue;
      trials.push_back({.steps = steps[tier]});
      points.push_back(steps);
    }
    const std::vector<double> found = costs(points);
    for (std::size_t i = 0; i < trials.size(); ++i) trials[i].cost = found[i];
    const std::size_t best = best_of(trials);
    const bool at_edge = best == 0 || best == trials.size() - 1;
    const bool at_limit = trials[best].steps <= limits.low || trials[best].steps >= limits.high;
    if (!at_edge || at_limit) {
      const double shortest =
          tier == 0 ? trials[best].steps : shortest_as_good(steps, tier, trials[best], limits);
      return shortest < trials[best].steps ? shortest : limits.whole(vertex(trials));
    }
    centre = trials[best].steps;
  }
}

double IntervalSearch::shortest_as_good(SaveSteps steps, std::size_t tier, const Trial& best,
                                        const Limits& limits) const {
  double shortest = best.steps;
  for (;;) {
    std::vector<SaveSteps> points;
    for (int i = 1; i <= kGridReach; ++i) {
      steps[tier] = limits.whole(shortest * portable_exp(-i * kGridStep));
      const double before = points.empty() ? shortest : points.back()[tier];
      if (steps[tier] < before) points.push_back(steps);
    }
    if (points.empty()) return shortest;
    const std::vector<double> found = costs(points);
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (found[i] > best.cost * (1.0 + kIndifference)) return shortest;
      shortest = points[i][tier];
    }
  }
}

}  // namespace sextant::plan

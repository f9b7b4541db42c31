#include "src/plan/checkpoint_interval.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "sextant/campaign/interval.h"
#include "sextant/kernel/portable_math.h"
#include "sextant/ledger/usage_totals.h"
#include "src/run/spread.h"

namespace sextant::plan {
namespace {

/// One interval, in whole steps, simulated.
struct Trial {
  double steps = 1;
  double cost = 0;  ///< mean wall time per step

  double log_steps() const { return portable_log(steps); }
};

/// Failures that the search looks at, in all replicas together: enough to know the optimum to some
/// per cent, and its wall time to far less.
constexpr double kFailuresToSee = 6000;
constexpr double kFewestReplicas = 16;
constexpr double kNodesToDraw = 400'000;

/// Between points of the grid, in the logarithm: two of them double the interval.
constexpr double kGridStep = 0.34657359027997264;
constexpr int kGridReach = 4;  ///< points on each side

const CampaignPhase& only_phase(const CampaignInputs& inputs) { return inputs.phases.front(); }
Seconds step_of(const CampaignInputs& inputs) { return only_phase(inputs).runs.front().step; }

Seconds failure_free_work(const CampaignInputs& inputs) {
  const std::int64_t steps = only_phase(inputs).steps();
  const Seconds work = static_cast<double>(steps) * step_of(inputs);
  return inputs.duration ? std::min(work, *inputs.duration) : work;
}

/// All the work of a run, done in the steps that take most of it: one interval is chosen for all
/// phases, and the longest has most of the failures.
CampaignInputs in_one_phase(CampaignInputs inputs) {
  const auto time_of = [](const CampaignPhase& phase) {
    return phase.duration ? std::min(phase.work(), *phase.duration) : phase.work();
  };
  Seconds work;
  for (const CampaignPhase& phase : inputs.phases) work += time_of(phase);
  CampaignPhase longest = *std::max_element(
      inputs.phases.begin(), inputs.phases.end(),
      [&](const CampaignPhase& a, const CampaignPhase& b) { return time_of(a) < time_of(b); });
  if (inputs.phases.size() == 1 && longest.runs.size() == 1) return inputs;
  longest.runs = {main_run(longest)};
  longest.runs.front().steps = static_cast<std::int64_t>(work / longest.runs.front().step) + 1;
  longest.duration.reset();
  inputs.phases = {std::move(longest)};
  return inputs;
}

/// What the search simulates: the run at its median step and the profile's own rate, because one
/// interval is chosen for all that they may turn out to be; and as much of a long run as shows
/// enough failures. A fleet of new nodes changes as it ages, and is simulated whole.
CampaignInputs searched(CampaignInputs inputs) {
  inputs.step_log_spread = 0;
  inputs.failures.rate_spread_shape.reset();
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

/// Simulates intervals, all with the same replicas.
class Search {
 public:
  Search(const CampaignInputs& inputs, std::uint64_t seed, const run::ParallelOptions& parallel)
      : inputs_(searched(inputs)),
        seed_(seed),
        parallel_{.threads = parallel.threads, .ranks = parallel.ranks},
        replicas_(replicas_for(inputs_)) {}

  void simulate(std::vector<Trial>& trials) const {
    std::vector<CampaignInputs> variants(trials.size(), inputs_);
    for (std::size_t i = 0; i < trials.size(); ++i) {
      variants[i].interval = trials[i].steps * step_of(inputs_);
    }
    const std::int64_t points = static_cast<std::int64_t>(trials.size());
    const auto cost = [&](std::int64_t i) {
      const CampaignInputs& variant = variants[static_cast<std::size_t>(i / replicas_)];
      return wall_time_per_step(variant, {seed_, static_cast<std::uint32_t>(i % replicas_)});
    };
    const std::vector<double> costs = run::spread<double>(points * replicas_, parallel_, cost);
    for (std::size_t i = 0; i < costs.size(); ++i) {
      trials[i / static_cast<std::size_t>(replicas_)].cost +=
          costs[i] / static_cast<double>(replicas_);
    }
  }

 private:
  CampaignInputs inputs_;
  std::uint64_t seed_;
  run::ParallelOptions parallel_;
  std::int64_t replicas_;
};

std::size_t best_of(const std::vector<Trial>& trials) {
  const auto cheaper = [](const Trial& a, const Trial& b) { return a.cost < b.cost; };
  return static_cast<std::size_t>(std::min_element(trials.begin(), trials.end(), cheaper) -
                                  trials.begin());
}

/// Vertex of the parabola through the best trial and its neighbours, in the logarithm of the steps;
/// the best trial if it stands at an end.
double vertex(const std::vector<Trial>& trials) {
  const std::size_t best = best_of(trials);
  if (best == 0 || best + 1 == trials.size()) return trials[best].steps;
  const double x0 = trials[best - 1].log_steps();
  const double x1 = trials[best].log_steps();
  const double x2 = trials[best + 1].log_steps();
  const double slope_before = (trials[best].cost - trials[best - 1].cost) / (x1 - x0);
  const double slope_after = (trials[best + 1].cost - trials[best].cost) / (x2 - x1);
  const double curvature = (slope_after - slope_before) / (x2 - x0);
  if (!(curvature > 0)) return trials[best].steps;  // all three the same
  return std::round(portable_exp(0.5 * (x0 + x1) - 0.5 * slope_before / curvature));
}

/// Fewest and most steps that make a difference.
struct Limits {
  double low;
  double high;
};

Limits limits_of(const CampaignInputs& inputs) {
  const CheckpointCosts& costs = only_phase(inputs).checkpoint;
  const Seconds covered = costs.mode == CheckpointMode::kAsynchronous
                              ? costs.write / (1.0 + costs.slowdown)
                              : Seconds(0);
  const double low = std::max(1.0, std::ceil(covered / step_of(inputs)));
  return {low, std::max(low, std::floor(failure_free_work(inputs) / step_of(inputs)))};
}

/// Points around `centre`, the limits' included where they cut the grid.
std::vector<Trial> grid(double centre, const Limits& limits) {
  std::vector<Trial> trials;
  for (int i = -kGridReach; i <= kGridReach; ++i) {
    const double steps = std::round(centre * portable_exp(i * kGridStep));
    const double whole = std::clamp(steps, limits.low, limits.high);
    if (trials.empty() || whole > trials.back().steps) trials.push_back({.steps = whole});
  }
  return trials;
}

Seconds optimal_interval(const CampaignInputs& inputs, Seconds start, std::uint64_t seed,
                         const run::ParallelOptions& parallel) {
  const Limits limits = limits_of(inputs);
  const Search search(inputs, seed, parallel);
  double centre = std::clamp(start / step_of(inputs), limits.low, limits.high);
  // The best point of a grid is inside it, or the next grid stands around it; costs have one
  // valley.
  for (;;) {
    std::vector<Trial> trials = grid(centre, limits);
    search.simulate(trials);
    const std::size_t best = best_of(trials);
    const double steps = trials[best].steps;
    const bool at_edge = best == 0 || best == trials.size() - 1;
    const bool at_limit = steps <= limits.low || steps >= limits.high;
    if (!at_edge || at_limit) return vertex(trials) * step_of(inputs);
    centre = steps;
  }
}

}  // namespace

Seconds mean_time_to_interruption(const CampaignInputs& inputs) {
  double rate = inputs.nodes / inputs.failures.node_life.value.si();
  if (inputs.failures.job_life) rate += 1.0 / inputs.failures.job_life->value.si();
  return Seconds(rate > 0 ? 1.0 / rate : std::numeric_limits<double>::infinity());
}

IntervalChoice choose_interval(const std::variant<IntervalRule, Seconds>& asked,
                               const CampaignInputs& run, std::uint64_t seed,
                               const run::ParallelOptions& parallel) {
  const CampaignInputs inputs = in_one_phase(run);
  const Seconds cost = only_phase(inputs).checkpoint.overhead();
  const Seconds life = mean_time_to_interruption(inputs);
  // Where nothing fails, one checkpoint at the end.
  const Seconds work = failure_free_work(inputs);
  const Seconds young = std::min(work, young_interval(cost, life));
  const Seconds daly = std::min(work, daly_interval(cost, life));
  IntervalChoice choice{.interval = {}, .chosen_by = "given", .young = young, .daly = daly};
  if (const Seconds* given = std::get_if<Seconds>(&asked)) {
    choice.interval = *given;
    return choice;
  }
  const IntervalRule rule = std::get<IntervalRule>(asked);
  choice.chosen_by = enum_name(rule);
  switch (rule) {
    case IntervalRule::kYoung:
      choice.interval = young;
      break;
    case IntervalRule::kDaly:
      choice.interval = daly;
      break;
    case IntervalRule::kOptimal:
      choice.interval = life.si() < std::numeric_limits<double>::infinity()
                            ? optimal_interval(inputs, daly, seed, parallel)
                            : work;
      break;
  }
  return choice;
}

}  // namespace sextant::plan

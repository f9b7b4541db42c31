#include "src/plan/checkpoint_interval.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "sextant/campaign/expected_ettr.h"
#include "sextant/campaign/interval.h"
#include "sextant/campaign/tier_survival.h"
#include "sextant/kernel/assert.h"
#include "src/plan/interval_search.h"

namespace sextant::plan {
namespace {

using Asked = std::variant<IntervalRule, Seconds>;

/// Rounds of a search over several tiers: the second moves each by little.
constexpr int kRounds = 2;

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

/// What the formulas say, and what is asked for, of every tier: the faster ones, then the store.
class Choice {
 public:
  Choice(const CheckpointPlan& plan, const CampaignInputs& inputs) : inputs_(inputs) {
    const CampaignPhase& phase = inputs.phases.front();
    SEXTANT_ASSERT(plan.faster.size() == phase.faster.size(), "{} tiers are planned, {} are there",
                   plan.faster.size(), phase.faster.size());
    for (std::size_t i = 0; i < phase.faster.size(); ++i) {
      add(plan.faster[i].interval, phase.faster[i].costs);
    }
    add(plan.interval, phase.checkpoint);
  }

  /// Finds what no formula gives, and what it costs to be off if that is asked for.
  void search(std::uint64_t seed, const run::ParallelOptions& parallel, bool cost_of_being_off) {
    if (std::isinf(mean_time_to_interruption(inputs_).si())) return;
    const bool any_optimal = std::find(optimal_.begin(), optimal_.end(), true) != optimal_.end();
    if (!any_optimal && !cost_of_being_off) return;
    const IntervalSearch search(inputs_, seed, parallel);
    SaveSteps steps;
    for (const TierInterval& tier : tiers_) steps.push_back(tier.interval / search.step());
    optimise(search, steps);
    for (std::size_t i = 0; i < tiers_.size(); ++i) {
      if (optimal_[i]) tiers_[i].interval = steps[i] * search.step();
    }
    if (cost_of_being_off) find_cost_of_being_off(search, steps);
  }

  IntervalChoice result() && {
    IntervalChoice choice;
    static_cast<TierInterval&>(choice) = std::move(tiers_.back());
    tiers_.pop_back();
    choice.faster = std::move(tiers_);
    return choice;
  }

 private:
  void add(const Asked& asked, const CheckpointCosts& costs) {
    const double share = share_lost(inputs_, tiers_.size());
    const Seconds life = share > 0 ? mean_time_to_interruption(inputs_) / share
                                   : Seconds(std::numeric_limits<double>::infinity());
    // Where nothing fails, one checkpoint at the end.
    const Seconds work = failure_free_work(inputs_);
    const Seconds young = std::min(work, young_interval(costs.overhead(), life));
    const Seconds daly = std::min(work, daly_interval(costs.overhead(), life));
    TierInterval tier{.interval = daly, .chosen_by = "given", .young = young, .daly = daly};
    const auto* rule = std::get_if<IntervalRule>(&asked);
    if (rule == nullptr) {
      tier.interval = std::get<Seconds>(asked);
    } else {
      tier.chosen_by = enum_name(*rule);
      if (*rule == IntervalRule::kYoung) tier.interval = young;
    }
    optimal_.push_back(rule != nullptr && *rule == IntervalRule::kOptimal);
    tiers_.push_back(std::move(tier));
  }

  void optimise(const IntervalSearch& search, SaveSteps& steps) const {
    const auto searched = std::count(optimal_.begin(), optimal_.end(), true);
    for (int round = 0; round < (searched > 1 ? kRounds : 1); ++round) {
      for (std::size_t i = 0; i < steps.size(); ++i) {
        if (optimal_[i]) steps[i] = search.best_steps(steps, i);
      }
    }
  }

  void find_cost_of_being_off(const IntervalSearch& search, const SaveSteps& steps) {
    std::vector<SaveSteps> points = {steps};
    for (std::size_t i = 0; i < steps.size(); ++i) {
      for (const double factor : {2.0, 0.5}) {
        points.push_back(steps);
        points.back()[i] *= factor;
      }
    }
    const std::vector<double> costs = search.costs(points);
    const auto growth = [&](std::size_t point) { return costs[point] / costs.front() - 1.0; };
    for (std::size_t i = 0; i < tiers_.size(); ++i) {
      tiers_[i].off_by_two = OffByTwo{growth(2 * i + 1), growth(2 * i + 2)};
    }
  }

  const CampaignInputs& inputs_;
  std::vector<TierInterval> tiers_;
  std::vector<bool> optimal_;
};

}  // namespace

std::vector<Seconds> IntervalChoice::faster_intervals() const {
  std::vector<Seconds> intervals;
  for (const TierInterval& tier : faster) intervals.push_back(tier.interval);
  return intervals;
}

Seconds mean_time_to_interruption(const CampaignInputs& inputs) {
  const TimeToInterruption times = mean_time_to_interruption_by_kind(inputs);
  const auto time = times.unexpected ? times.unexpected : times.all;
  return time.value_or(Seconds(std::numeric_limits<double>::infinity()));
}

Seconds failure_free_work(const CampaignInputs& inputs) {
  const CampaignPhase& phase = inputs.phases.front();
  const Seconds work = static_cast<double>(phase.steps()) * phase.runs.front().step;
  return inputs.duration ? std::min(work, *inputs.duration) : work;
}

IntervalChoice choose_interval(const CheckpointPlan& plan, const CampaignInputs& run,
                               std::uint64_t seed, const run::ParallelOptions& parallel) {
  const CampaignInputs inputs = in_one_phase(run);
  Choice choice(plan, inputs);
  choice.search(seed, parallel, true);
  return std::move(choice).result();
}

IntervalChoice choose_interval_alone(const CheckpointPlan& plan, const CampaignInputs& run,
                                     std::uint64_t seed, const run::ParallelOptions& parallel) {
  const CampaignInputs inputs = in_one_phase(run);
  Choice choice(plan, inputs);
  choice.search(seed, parallel, false);
  return std::move(choice).result();
}

IntervalChoice choose_interval(const std::variant<IntervalRule, Seconds>& asked,
                               const CampaignInputs& inputs, std::uint64_t seed,
                               const run::ParallelOptions& parallel) {
  CheckpointPlan plan;
  plan.interval = asked;
  return choose_interval(plan, inputs, seed, parallel);
}

}  // namespace sextant::plan

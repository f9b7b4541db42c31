#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "sextant/campaign/campaign.h"
#include "sextant/cluster/usage_log.h"
#include "sextant/ledger/usage_totals.h"

namespace sextant {
namespace {

Coefficient<Seconds> drawn_seconds(int low, int high) {
  Coefficient<Seconds> result;
  result.value = Seconds(*rc::gen::inRange(low, high));
  return result;
}

FailureCause drawn_cause() {
  FailureCause cause;
  cause.name = "cause";
  cause.weight.value = *rc::gen::inRange(1, 10);
  cause.symptom = *rc::gen::element(Symptom::kCrash, Symptom::kHang);
  cause.remedy = *rc::gen::element(Remedy::kRestart, Remedy::kReplace);
  return cause;
}

CheckpointCosts drawn_costs() {
  return {.mode = *rc::gen::element(CheckpointMode::kBlocking, CheckpointMode::kAsynchronous),
          .stall = Seconds(*rc::gen::inRange(0, 20)),
          .write = Seconds(*rc::gen::inRange(0, 1000)),
          .slowdown = *rc::gen::element(0.0, 0.02, 0.5),
          .restore = Seconds(*rc::gen::inRange(0, 1000))};
}

StepRun drawn_run() {
  return {.step = Seconds(*rc::gen::inRange(1, 100)),
          .steps = *rc::gen::inRange<std::int64_t>(1, 3000)};
}

CampaignPhase drawn_phase() {
  CampaignPhase phase;
  phase.runs = *rc::gen::container<std::vector<StepRun>>(*rc::gen::inRange<std::size_t>(1, 4),
                                                         rc::gen::exec(drawn_run));
  if (*rc::gen::arbitrary<bool>()) {
    phase.evaluation = {.every = *rc::gen::inRange(1, 2000),
                        .time = Seconds(*rc::gen::inRange(0, 1000))};
  }
  if (*rc::gen::inRange(0, 4) == 0) phase.duration = Seconds(*rc::gen::inRange(1, 50'000));
  phase.checkpoint = drawn_costs();
  phase.restarts = *rc::gen::arbitrary<bool>();
  phase.reads_weights = *rc::gen::arbitrary<bool>();
  return phase;
}

/// Any run, the odd ones included: lives of minutes, no spares, checkpoints longer than lives.
CampaignInputs drawn_inputs() {
  CampaignInputs inputs;
  inputs.nodes = *rc::gen::inRange(1, 20);
  inputs.step_log_spread = *rc::gen::element(0.0, 0.1);
  if (*rc::gen::arbitrary<bool>()) inputs.duration = Seconds(*rc::gen::inRange(1, 500'000));
  inputs.phases = *rc::gen::container<std::vector<CampaignPhase>>(
      *rc::gen::inRange<std::size_t>(1, 4), rc::gen::exec(drawn_phase));
  inputs.interval = Seconds(*rc::gen::inRange(1, 20'000));
  inputs.failures.node_life.value = Seconds(*rc::gen::element(1e2, 1e3, 1e4, 1e5, 1e6, 1e8));
  inputs.failures.shape.value = *rc::gen::element(0.2, 0.5, 0.7, 1.0, 2.0);
  inputs.failures.causes = *rc::gen::container<std::vector<FailureCause>>(
      *rc::gen::inRange<std::size_t>(0, 3), rc::gen::exec(drawn_cause));
  if (*rc::gen::arbitrary<bool>()) inputs.failures.job_life = drawn_seconds(1000, 1'000'000);
  inputs.recovery.crash_detection = drawn_seconds(0, 300);
  inputs.recovery.hang_detection = drawn_seconds(0, 2000);
  inputs.recovery.swap = drawn_seconds(0, 300);
  inputs.recovery.restart = drawn_seconds(0, 1000);
  inputs.recovery.repair.law =
      *rc::gen::element(RepairLaw::kConstant, RepairLaw::kExponential, RepairLaw::kLognormal);
  inputs.fleet.spares = *rc::gen::inRange(0, 5);
  inputs.fleet.ages = *rc::gen::element(StartAges::kStationary, StartAges::kNew);
  return inputs;
}

RC_GTEST_PROP(Conservation, EverySecondOfEveryNodeIsInOneState, ()) {
  const CampaignInputs inputs = drawn_inputs();
  const ReplicaKey key{.seed = *rc::gen::arbitrary<std::uint64_t>()};
  UsageLog log;
  const CampaignResult result = run_campaign(inputs, key, log);
  // Nodes in some state as a function of time, by its changes.
  std::map<std::int64_t, std::int64_t> change;
  std::map<std::int64_t, std::int64_t> jobs;
  for (const UsageInterval& usage : log.intervals()) {
    RC_ASSERT(usage.to_ns > usage.from_ns);
    change[usage.from_ns] += usage.nodes;
    change[usage.to_ns] -= usage.nodes;
    if (usage.entity == kFleetEntity) continue;
    ++jobs[usage.from_ns];
    --jobs[usage.to_ns];
  }
  std::int64_t nodes = 0;
  std::int64_t job = 0;
  for (const auto& [time_ns, by] : change) {
    nodes += by;
    job += jobs[time_ns];
    const bool over = static_cast<double>(time_ns) * 1e-9 >= result.wall_time.si();
    RC_ASSERT(nodes == (over ? 0 : inputs.nodes + inputs.fleet.spares));
    RC_ASSERT(job == (over ? 0 : 1));
  }
}

RC_GTEST_PROP(Conservation, TotalsAreThoseOfTheLog, ()) {
  const CampaignInputs inputs = drawn_inputs();
  const ReplicaKey key{.seed = *rc::gen::arbitrary<std::uint64_t>()};
  UsageLog log;
  UsageTotals totals;
  const CampaignResult logged = run_campaign(inputs, key, log);
  const CampaignResult folded = run_campaign(inputs, key, totals);
  RC_ASSERT(logged.digest == folded.digest);
  UsageTotals summed;
  for (const UsageInterval& usage : log.intervals()) summed.add(usage);
  for (const auto& [state, name] : EnumNames<NodeState>::table) {
    RC_ASSERT(summed.job_time(state).si() == totals.job_time(state).si());
  }
  const double rented = (inputs.nodes + inputs.fleet.spares) * folded.wall_time.si();
  RC_ASSERT(std::abs(totals.node_time().si() - rented) <= 1e-9 * rented);
  RC_ASSERT(std::abs(totals.job_time().si() - folded.wall_time.si()) <=
            1e-9 * folded.wall_time.si());
}

RC_GTEST_PROP(Conservation, AFinishedRunHasTrainedEveryStepOnce, ()) {
  CampaignInputs inputs = drawn_inputs();
  inputs.duration.reset();
  for (CampaignPhase& phase : inputs.phases) phase.duration.reset();
  inputs.step_log_spread = 0;
  UsageTotals totals;
  const CampaignResult result =
      run_campaign(inputs, {.seed = *rc::gen::arbitrary<std::uint64_t>()}, totals);
  RC_PRE(result.outcome == Outcome::kFinished);
  RC_ASSERT(result.steps_done == inputs.steps());
  double work = 0;
  for (const CampaignPhase& phase : inputs.phases) {
    for (const StepRun& run : phase.runs) work += static_cast<double>(run.steps) * run.step.si();
  }
  RC_ASSERT(std::abs(totals.job_time(NodeState::kTraining).si() - work) <= 1e-6);
}

RC_GTEST_PROP(Conservation, PhasesFillTheWallTime, ()) {
  const CampaignInputs inputs = drawn_inputs();
  UsageTotals totals;
  const CampaignResult result =
      run_campaign(inputs, {.seed = *rc::gen::arbitrary<std::uint64_t>()}, totals);
  RC_ASSERT(result.phase_times.size() <= inputs.phases.size());
  if (result.outcome == Outcome::kFinished && !inputs.duration) {
    RC_ASSERT(result.phase_times.size() == inputs.phases.size());
  }
  Seconds sum;
  for (const Seconds time : result.phase_times) sum += time;
  RC_ASSERT(std::abs(sum.si() - result.wall_time.si()) <= 1e-9 * result.wall_time.si());
}

/// A run of whole intervals with blocking checkpoints, which a cut between two of them leaves as it
/// is.
CampaignInputs drawn_divisible(std::int64_t intervals) {
  CampaignInputs inputs = drawn_inputs();
  CampaignPhase& phase = inputs.phases.front();
  inputs.phases.resize(1);
  inputs.duration.reset();
  phase.checkpoint.mode = CheckpointMode::kBlocking;
  phase.duration.reset();
  const std::int64_t steps = *rc::gen::inRange<std::int64_t>(1, 500);
  phase.runs = {{.step = Seconds(*rc::gen::inRange(1, 100)), .steps = steps * intervals}};
  phase.evaluation.every = *rc::gen::element<std::int64_t>(0, 1, steps);
  phase.restarts = false;
  inputs.interval = static_cast<double>(steps) * phase.runs.front().step;
  inputs.step_log_spread = 0;
  return inputs;
}

RC_GTEST_PROP(Phases, CutWithoutAStopAreTheSameRun, ()) {
  const std::int64_t intervals = *rc::gen::inRange<std::int64_t>(2, 10);
  const std::int64_t cut = *rc::gen::inRange<std::int64_t>(1, intervals);
  const CampaignInputs whole = drawn_divisible(intervals);
  CampaignInputs parts = whole;
  StepRun& first = parts.phases.front().runs.front();
  first.steps = first.steps / intervals * cut;
  parts.phases.push_back(parts.phases.front());
  parts.phases.back().runs.front().steps = whole.steps() - first.steps;
  const ReplicaKey key{.seed = *rc::gen::arbitrary<std::uint64_t>()};
  UsageTotals one;
  UsageTotals two;
  const CampaignResult a = run_campaign(whole, key, one);
  const CampaignResult b = run_campaign(parts, key, two);
  RC_PRE(a.outcome == Outcome::kFinished);
  RC_ASSERT(a.wall_time.si() == b.wall_time.si());
  RC_ASSERT(a.steps_done == b.steps_done);
  RC_ASSERT(a.checkpoints == b.checkpoints);
  for (const auto& [state, name] : EnumNames<NodeState>::table) {
    RC_ASSERT(one.node_time(state).si() == two.node_time(state).si());
  }
}

RC_GTEST_PROP(Phases, RampOfEqualStepsIsNoRamp, ()) {
  CampaignInputs steady = drawn_inputs();
  CampaignInputs ramp = steady;
  for (std::size_t i = 0; i < steady.phases.size(); ++i) {
    CampaignPhase& phase = steady.phases[i];
    ramp.phases[i].runs.clear();
    for (const StepRun& run : phase.runs) {
      ramp.phases[i].runs.push_back({phase.runs.front().step, run.steps});
    }
    phase.runs = {{.step = phase.runs.front().step, .steps = phase.steps()}};
  }
  const ReplicaKey key{.seed = *rc::gen::arbitrary<std::uint64_t>()};
  UsageTotals one;
  UsageTotals two;
  const CampaignResult a = run_campaign(steady, key, one);
  const CampaignResult b = run_campaign(ramp, key, two);
  // Steps of an uncertain length are rounded to nanoseconds run by run.
  RC_ASSERT(std::abs(a.wall_time.si() - b.wall_time.si()) < 1e-5);
  RC_ASSERT(a.steps_done == b.steps_done);
  RC_ASSERT(a.checkpoints == b.checkpoints);
}

}  // namespace
}  // namespace sextant

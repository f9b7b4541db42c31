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

/// Any run, the odd ones included: lives of minutes, no spares, checkpoints longer than lives.
CampaignInputs drawn_inputs() {
  CampaignInputs inputs;
  inputs.nodes = *rc::gen::inRange(1, 20);
  inputs.step_time = Seconds(*rc::gen::inRange(1, 100));
  inputs.step_log_spread = *rc::gen::element(0.0, 0.1);
  inputs.steps = *rc::gen::inRange<std::int64_t>(1, 3000);
  if (*rc::gen::arbitrary<bool>()) inputs.duration = Seconds(*rc::gen::inRange(1, 500'000));
  inputs.checkpoint = {
      .mode = *rc::gen::element(CheckpointMode::kBlocking, CheckpointMode::kAsynchronous),
      .stall = Seconds(*rc::gen::inRange(0, 20)),
      .write = Seconds(*rc::gen::inRange(0, 1000)),
      .slowdown = *rc::gen::element(0.0, 0.02, 0.5),
      .restore = Seconds(*rc::gen::inRange(0, 1000))};
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
  inputs.step_log_spread = 0;
  UsageTotals totals;
  const CampaignResult result =
      run_campaign(inputs, {.seed = *rc::gen::arbitrary<std::uint64_t>()}, totals);
  RC_PRE(result.outcome == Outcome::kFinished);
  RC_ASSERT(result.steps_done == inputs.steps);
  const double work = static_cast<double>(inputs.steps) * inputs.step_time.si();
  RC_ASSERT(std::abs(totals.job_time(NodeState::kTraining).si() - work) <= 1e-6);
}

}  // namespace
}  // namespace sextant

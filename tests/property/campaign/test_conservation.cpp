#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <map>
#include <optional>
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
  const Seconds step(*rc::gen::inRange(1, 100));
  return {.step = step,
          .steps = *rc::gen::inRange<std::int64_t>(1, 3000),
          .data_stall = *rc::gen::element(0.0, 0.3, 1.0) * step};
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

Coefficient<double> drawn_share(std::initializer_list<double> shares) {
  return {*rc::gen::elementOf(std::vector<double>(shares)), "", "", Method::kAssumed, {}};
}

bool drawn_bool() { return *rc::gen::arbitrary<bool>(); }

FailureDomain drawn_domain() {
  FailureDomain domain{.name = "rack", .nodes = *rc::gen::inRange(1, 8), .life = {}};
  domain.life = drawn_seconds(1000, 1'000'000);
  domain.symptom = *rc::gen::element(Symptom::kCrash, Symptom::kHang);
  domain.remedy = *rc::gen::element(Remedy::kRestart, Remedy::kReplace);
  return domain;
}

Slowdown drawn_slowdown() {
  Slowdown slow{.name = "slow", .node_life = {}, .slowdown = {}, .lasts = {}, .remedy = {}};
  slow.node_life = drawn_seconds(10'000, 1'000'000);
  slow.slowdown = drawn_share({0.0, 0.06, 3.0});
  slow.lasts = drawn_seconds(0, 100'000);
  slow.remedy =
      *rc::gen::element<std::optional<Remedy>>(std::nullopt, Remedy::kRestart, Remedy::kReplace);
  return slow;
}

/// What single nodes do not do by themselves.
void add_events(CampaignInputs& inputs) {
  FailureProfile& failures = inputs.failures;
  if (drawn_bool()) failures.clock = FailureClock::kTraining;
  if (drawn_bool()) failures.domains = {drawn_domain()};
  if (drawn_bool()) failures.slowdowns = {drawn_slowdown()};
  if (drawn_bool()) failures.lemons = LemonNodes{drawn_share({0.0, 0.1}), drawn_share({5.0}), 3};
  if (drawn_bool()) {
    failures.early_failures = EarlyFailures{drawn_share({0.5}), drawn_seconds(1, 100'000)};
  }
  if (!failures.causes.empty() && drawn_bool()) {
    failures.causes.front().shape = drawn_share({0.5, 3.0});
  }
  if (!failures.causes.empty() && drawn_bool()) {
    failures.causes.back().symptom = Symptom::kSilentCorruption;
    failures.causes.back().detection = drawn_seconds(1, 100'000);
  }
  if (drawn_bool()) {
    inputs.fleet.maintenance = Maintenance{drawn_seconds(50'000, 500'000), drawn_seconds(0, 9000)};
  }
  if (drawn_bool()) {
    inputs.fleet.spot = SpotReclaims{};
    inputs.fleet.spot->node_life = drawn_seconds(100'000, 1'000'000);
    inputs.fleet.spot->at_once.value = *rc::gen::inRange(1, 4);
  }
  if (*rc::gen::inRange(0, 4) == 0) {
    inputs.term = RentalTerm{.length = Seconds(*rc::gen::inRange(20'000, 500'000)),
                             .gap = Seconds(*rc::gen::element(0, 50'000)),
                             .start = Seconds(600),
                             .next_start = Seconds(60)};
  }
}

void add_recoveries(CampaignInputs& inputs) {
  Recovery& recovery = inputs.recovery;
  recovery.unwatched_detection = drawn_seconds(0, 30'000);
  if (drawn_bool()) recovery.diagnosis = drawn_seconds(0, 1000);
  if (drawn_bool()) recovery.reboot = drawn_seconds(0, 1000);
  if (drawn_bool()) recovery.compilation = drawn_seconds(0, 3000);
  if (drawn_bool()) recovery.cached_compilation = drawn_seconds(0, 300);
  if (drawn_bool()) recovery.warm_up = drawn_seconds(0, 300);
  if (drawn_bool()) recovery.in_process = drawn_seconds(0, 100);
  if (drawn_bool()) recovery.mean_over_median = drawn_share({1.0, 2.0});
  if (drawn_bool()) recovery.restart_success = drawn_share({0.3, 1.0});
  if (drawn_bool()) recovery.automatic_restarts = 2;
  recovery.people.from = 9.0 * kHour;
  recovery.people.to = 17.0 * kHour;
  recovery.people.weekends = drawn_bool();
  if (drawn_bool()) recovery.repair.crews = *rc::gen::inRange(1, 3);
  if (drawn_bool()) recovery.replacement = RepairTime{};
  if (drawn_bool()) {
    recovery.elastic = ElasticTraining{};
    const int per_replica = *rc::gen::inRange(1, 3);
    inputs.elasticity = Elasticity{per_replica, std::max(1, inputs.nodes / per_replica)};
  }
  inputs.fleet.spare_kind = *rc::gen::element(SpareKind::kWarm, SpareKind::kHot);
}

void add_tiers(CampaignInputs& inputs) {
  if (drawn_bool()) return;
  const FasterTier tier{
      .medium = *rc::gen::element(CheckpointMedium::kPeerMemory, CheckpointMedium::kHostMemory,
                                  CheckpointMedium::kNvme, CheckpointMedium::kFileSystem),
      .copies = *rc::gen::inRange(1, 3),
      .costs = drawn_costs()};
  for (CampaignPhase& phase : inputs.phases) phase.faster = {tier};
  inputs.faster_intervals = {Seconds(*rc::gen::inRange(1, 2000))};
}

StoreMove drawn_move() {
  return {.time = {},
          .size = Bytes(*rc::gen::inRange(1, 1000)),
          .puts = static_cast<double>(*rc::gen::inRange(1, 1000)),
          .gets = static_cast<double>(*rc::gen::inRange(1, 1000)),
          .refused = static_cast<double>(*rc::gen::inRange(0, 1000)),
          .overloaded = Seconds(*rc::gen::inRange(0, 1000))};
}

/// A store that splits under the load, and data that are copied to the nodes.
void add_storage(CampaignInputs& inputs) {
  if (drawn_bool()) {
    inputs.data = {.load = Seconds(*rc::gen::inRange(0, 3000)),
                   .load_new_node = Seconds(*rc::gen::inRange(0, 3000))};
  }
  if (drawn_bool()) return;
  inputs.split_after = drawn_seconds(1, 5000);
  if (drawn_bool()) inputs.split_after->range = {Seconds(1), Seconds(5000)};
  const std::size_t levels = *rc::gen::inRange<std::size_t>(0, 4);
  for (CampaignPhase& phase : inputs.phases) {
    phase.checkpoint.saved = drawn_move();
    phase.checkpoint.restored = drawn_move();
    for (std::size_t i = 0; i < levels; ++i) {
      phase.growing.push_back(phase.checkpoint);
      phase.growing.back().write *= *rc::gen::element(0.5, 1.0, 3.0);
      phase.growing.back().write_failure = *rc::gen::element(0.0, 0.9);
    }
  }
}

/// Any run, the odd ones included: lives of minutes, no spares, checkpoints longer than lives.
CampaignInputs drawn_simple_inputs() {
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

CampaignInputs drawn_inputs() {
  CampaignInputs inputs = drawn_simple_inputs();
  if (drawn_bool()) return inputs;
  inputs.give_up_after = 3;
  add_events(inputs);
  add_recoveries(inputs);
  add_tiers(inputs);
  add_storage(inputs);
  for (CampaignPhase& phase : inputs.phases) {
    phase.checkpoint.write_failure = *rc::gen::element(0.0, 0.3);
  }
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
  const Seconds trained =
      totals.job_time(NodeState::kTraining) + totals.job_time(NodeState::kWaitingForData);
  RC_ASSERT(std::abs(trained.si() - work) <= 1e-6);
}

RC_GTEST_PROP(Conservation, TheStoreCountsEveryWriteAndRestore, ()) {
  CampaignInputs inputs = drawn_inputs();
  const StoreMove save = drawn_move();
  const StoreMove restore = drawn_move();
  for (CampaignPhase& phase : inputs.phases) {
    const auto set = [&](CheckpointCosts& costs) {
      costs.saved = save;
      costs.restored = restore;
    };
    set(phase.checkpoint);
    std::for_each(phase.growing.begin(), phase.growing.end(), set);
  }
  UsageTotals totals;
  const CampaignResult result =
      run_campaign(inputs, {.seed = *rc::gen::arbitrary<std::uint64_t>()}, totals);
  const StoreTraffic& store = result.store;
  const auto writes = static_cast<double>(store.writes);
  const auto restores = static_cast<double>(store.restores);
  RC_ASSERT(store.durable == result.checkpoints);
  RC_ASSERT(store.writes >= store.durable);
  RC_ASSERT(store.written.si() == writes * save.size.si());
  RC_ASSERT(store.read.si() == restores * restore.size.si());
  RC_ASSERT(store.puts == writes * save.puts);
  RC_ASSERT(store.gets == restores * restore.gets);
  RC_ASSERT(store.refused == writes * save.refused + restores * restore.refused);
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
  CampaignInputs inputs = drawn_simple_inputs();
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
  CampaignInputs steady = drawn_simple_inputs();
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

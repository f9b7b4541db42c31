#include "src/plan/what_if.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "src/plan/forecast_inputs.h"
#include "src/run/interrupt.h"

namespace sextant::plan {
namespace {

/// Pairs tell small differences apart.
constexpr std::int64_t kReplicas = 200;
constexpr Seconds kInProcess{30};
/// What saves or costs less than this share of the run is not worth telling.
constexpr double kLeastShare = 1e-4;

bool hangs(Symptom symptom) {
  return symptom == Symptom::kHang || symptom == Symptom::kUnwatchedHang;
}

/// Calls f(symptom, detection) for everything that fails.
template <class Profile, class F>
void for_each_failure(Profile& failures, const F& f) {
  for (auto& cause : failures.causes) f(cause.symptom, cause.detection);
  for (auto& cause : failures.job_causes) f(cause.symptom, cause.detection);
  for (auto& domain : failures.domains) f(domain.symptom, domain.detection);
}

bool has_hangs(const FailureProfile& failures) {
  bool found = false;
  for_each_failure(failures, [&](Symptom symptom, const auto&) { found |= hangs(symptom); });
  return found;
}

bool has_silent_corruption(const FailureProfile& failures) {
  const auto& causes = failures.causes;
  return std::any_of(causes.begin(), causes.end(), [](const FailureCause& cause) {
    return cause.symptom == Symptom::kSilentCorruption;
  });
}

void notice_hangs_soon(CampaignInputs& run) {
  for_each_failure(run.failures, [](Symptom& symptom, auto& detection) {
    if (!hangs(symptom)) return;
    symptom = Symptom::kHang;
    detection.reset();
  });
  Coefficient<Seconds>& detection = run.recovery.hang_detection;
  detection.value = std::min(kMinute, detection.value);
  detection.range.reset();
}

void let_hangs_crash(CampaignInputs& run) {
  for_each_failure(run.failures, [](Symptom& symptom, auto& detection) {
    if (!hangs(symptom)) return;
    symptom = Symptom::kCrash;
    detection.reset();
  });
}

void find_corruption_at_once(CampaignInputs& run) {
  for (FailureCause& cause : run.failures.causes) {
    if (cause.symptom != Symptom::kSilentCorruption) continue;
    cause.symptom = Symptom::kCrash;
    cause.detection.reset();
  }
}

/// The profile's rate is the mean of lemons and others: without them, that of the others.
void remove_lemons(CampaignInputs& run) {
  const LemonNodes lemons = *run.failures.lemons;
  run.failures.node_life.value *= 1 + lemons.share.value * (lemons.factor.value - 1);
  run.failures.lemons.reset();
}

/// With its range: what is not known stays as unknown.
void halve(Coefficient<Seconds>& time) {
  time.value *= 0.5;
  if (!time.range) return;
  for (Seconds& end : *time.range) end *= 0.5;
}
void halve(std::optional<Coefficient<Seconds>>& time) {
  if (time) halve(*time);
}

void restart_twice_as_fast(CampaignInputs& run) {
  Recovery& recovery = run.recovery;
  halve(recovery.restart);
  halve(recovery.initialisation_per_rank);
  halve(recovery.reboot);
  halve(recovery.health_check);
}

void repair_twice_as_fast(CampaignInputs& run) {
  Recovery& recovery = run.recovery;
  RepairTime& time = recovery.replacement ? *recovery.replacement : recovery.repair;
  halve(time.mean);
  halve(time.median);
}

void make_free(CheckpointCosts& costs) {
  costs.stall = Seconds(0);
  costs.slowdown = 0;
  if (costs.mode == CheckpointMode::kBlocking) costs.write = Seconds(0);
}

void make_checkpoints_free(CampaignInputs& run) {
  for (CampaignPhase& phase : run.phases) {
    make_free(phase.checkpoint);
    for (FasterTier& tier : phase.faster) make_free(tier.costs);
  }
}

void remove_failures(CampaignInputs& run) {
  FailureProfile none;
  none.name = run.failures.name;
  run.failures = std::move(none);
  run.fleet.spot.reset();
}

bool anything_fails(const CampaignInputs& run) {
  const FailureProfile& failures = run.failures;
  return failures.node_life.value.si() < std::numeric_limits<double>::infinity() ||
         failures.job_life || failures.early_failures || !failures.domains.empty() ||
         !failures.slowdowns.empty() || run.fleet.spot;
}

bool ends_with_its_work(const CampaignInputs& run) {
  return !run.duration && std::none_of(run.phases.begin(), run.phases.end(),
                                       [](const auto& phase) { return phase.duration; });
}

ForecastInputs paired_with(const PlanResult& result) {
  ForecastInputs inputs = forecast_inputs_of(result.scenario, result.campaign, result.data);
  inputs.replicas = std::min(kReplicas, result.forecast.replicas);
  inputs.tolerance.reset();
  return inputs;
}

}  // namespace

std::vector<WhatIf> what_ifs(const CampaignInputs& run, std::int64_t enough_spares) {
  const FailureProfile& failures = run.failures;
  const Recovery& recovery = run.recovery;
  std::vector<WhatIf> list;
  const auto add = [&](bool applies, const char* change, auto apply) {
    if (applies) list.push_back({change, std::move(apply)});
  };
  const bool fails = anything_fails(run);
  add(fails, "no failures at all", remove_failures);
  add(fails, "restarts twice as fast", restart_twice_as_fast);
  add(fails && (!recovery.in_process || recovery.in_process->value > kInProcess),
      "restarts within the running processes, in 30 s", [](CampaignInputs& changed) {
        changed.recovery.in_process.emplace();
        changed.recovery.in_process->value = kInProcess;
      });
  add(has_hangs(failures), "hangs noticed after 1 min", notice_hangs_soon);
  add(has_hangs(failures), "no hangs: they crash instead", let_hangs_crash);
  add(has_silent_corruption(failures), "silent corruption found at once", find_corruption_at_once);
  add(failures.lemons.has_value(), "no lemon nodes", remove_lemons);
  add(!failures.slowdowns.empty(), "no slow nodes or links",
      [](CampaignInputs& changed) { changed.failures.slowdowns.clear(); });
  add(!failures.domains.empty(), "no nodes that fail together",
      [](CampaignInputs& changed) { changed.failures.domains.clear(); });
  add(run.fleet.maintenance.has_value(), "no planned stops",
      [](CampaignInputs& changed) { changed.fleet.maintenance.reset(); });
  add(fails, "repairs twice as fast", repair_twice_as_fast);
  add(enough_spares > run.fleet.spares, "spares that suffice in 99 % of runs",
      [enough_spares](CampaignInputs& changed) {
        changed.fleet.spares = static_cast<int>(enough_spares);
      });
  add(true, "checkpoints that cost no time", make_checkpoints_free);
  return list;
}

std::vector<Worth> worth_of_what_ifs(const PlanResult& result,
                                     const run::ParallelOptions& parallel) {
  if (!ends_with_its_work(result.campaign)) return {};
  const ForecastInputs planned = paired_with(result);
  const run::ParallelOptions each{.threads = parallel.threads, .ranks = parallel.ranks};
  const Forecast now = forecast(planned, each);
  std::vector<Worth> all;
  const std::int64_t enough = result.spares ? result.spares->for_99 : 0;
  const std::vector<WhatIf> changes = what_ifs(result.campaign, enough);
  run::begin_phase(parallel, "what-ifs", std::ssize(changes));
  for (std::int64_t done = 0; const WhatIf& what_if : changes) {
    if (parallel.progress) parallel.progress(done++);
    if (parallel.stopped && parallel.stopped(done)) throw run::Interrupted();
    ForecastInputs changed = planned;
    what_if.apply(changed.campaign);
    const Forecast then = forecast(changed, each);
    const ForecastDifference saved = difference(now, then);
    const Interval& ci95 = saved.wall_time_s.value.ci95;
    if (std::max(-ci95.low, ci95.high) < kLeastShare * now.wall_time_s.mean) continue;
    all.push_back({what_if.change, saved.wall_time_s, saved.cost_usd});
  }
  std::stable_sort(all.begin(), all.end(), [](const Worth& a, const Worth& b) {
    return a.wall_time_s.value.mean > b.wall_time_s.value.mean;
  });
  return all;
}

}  // namespace sextant::plan

#include "sextant/campaign/campaign.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "sextant/kernel/delay.h"
#include "sextant/kernel/distributions.h"
#include "sextant/kernel/portable_math.h"
#include "sextant/kernel/uncertain.h"
#include "sim/campaign/training_job.h"

namespace sextant {
namespace {

/// What this replica's cluster turns out to be, against the forecast.
struct Drawn {
  double step_factor = 1;
  double rate_factor = 1;
  double recovery_score = 0;
};

Drawn draw(const CampaignInputs& inputs, ReplicaKey key) {
  Drawn drawn;
  RandomStream step(key.seed, "campaign.step_time", key.replica);
  drawn.step_factor = draw_lognormal(step, inputs.step_log_spread);
  if (inputs.failures.rate_spread_shape) {
    const double shape = *inputs.failures.rate_spread_shape;
    RandomStream rate(key.seed, "campaign.failure_rate", key.replica);
    drawn.rate_factor = draw_gamma(rate, shape) / shape;
  }
  if (inputs.uncertain_recovery) {
    RandomStream recovery(key.seed, "campaign.recovery_times", key.replica);
    // Beyond 5 and 95 % the law of an assumed range is not known; its tail would decide the mean.
    drawn.recovery_score = std::clamp(draw_normal(recovery), -1.645, 1.645);
  }
  return drawn;
}

/// All that the job waits for. Repairs go on beside it and keep their own law.
Recovery at_score(Recovery recovery, double score) {
  const auto move = [score](Coefficient<Seconds>& time) { time.value = at_score(time, score); };
  const auto move_given = [&](std::optional<Coefficient<Seconds>>& time) {
    if (time) move(*time);
  };
  for (auto* time :
       {&recovery.crash_detection, &recovery.hang_detection, &recovery.unwatched_detection,
        &recovery.swap, &recovery.restart, &recovery.people.response}) {
    move(*time);
  }
  for (auto* time : {&recovery.diagnosis, &recovery.health_check, &recovery.reboot,
                     &recovery.initialisation_per_rank, &recovery.compilation,
                     &recovery.cached_compilation, &recovery.warm_up, &recovery.in_process}) {
    move_given(*time);
  }
  if (recovery.elastic) move(recovery.elastic->reconfiguration);
  return recovery;
}

/// The failures that do not come from a node: exponential, as long as the job lives.
Process job_failures(const FailureProfile& profile, double rate_factor, ReplicaKey key,
                     TrainingJob& job, ProcessHandle process) {
  RandomStream lives(key.seed, "campaign.job_life", key.replica);
  RandomStream causes(key.seed, "campaign.job_cause", key.replica);
  const DiscreteDistribution which = cause_distribution(profile.job_causes);
  const Seconds mean = profile.job_life->value / rate_factor;
  while (!process.finished()) {
    const SimDuration life = SimDuration::rounded(mean * draw_exponential(lives));
    const Wake wake = co_await delay(life, Priority::kFailure);
    static_cast<void>(wake);
    job.fail(which.draw(causes));
  }
}

std::vector<Cadence> cadences_of(const CampaignInputs& inputs, double step_factor) {
  std::vector<Cadence> cadences;
  for (const CampaignPhase& phase : inputs.phases) {
    cadences.push_back(make_cadence(phase, inputs.interval, step_factor, inputs.faster_intervals));
  }
  return cadences;
}

SimTime last_moment(const CampaignInputs& inputs, const std::vector<Cadence>& cadences) {
  if (inputs.duration) return SimTime() + SimDuration::rounded(*inputs.duration);
  Seconds failure_free;
  for (std::size_t i = 0; i < cadences.size(); ++i) {
    const CampaignPhase& phase = inputs.phases[i];
    const Seconds work = TrainingStretch(cadences[i], 0, cadences[i].steps()).length().seconds();
    failure_free += phase.duration ? std::min(work, *phase.duration) : work;
    if (i == 0 || phase.restarts) failure_free += inputs.recovery.start_time(inputs.ranks);
    if (phase.restarts) failure_free += phase.checkpoint.restore;
  }
  if (inputs.term) failure_free *= 1.0 + inputs.term->gap / inputs.term->length;
  return SimTime() + SimDuration::rounded(inputs.give_up_after * failure_free);
}

}  // namespace

std::int64_t CampaignResult::total_interruptions() const {
  return std::accumulate(interruptions.begin(), interruptions.end(), std::int64_t{0});
}

std::int64_t CampaignInputs::steps() const {
  std::int64_t sum = 0;
  for (const CampaignPhase& phase : phases) sum += phase.steps();
  return sum;
}

CampaignResult run_campaign(const CampaignInputs& asked, ReplicaKey key, UsageSink& usage) {
  const Drawn drawn = draw(asked, key);
  std::optional<CampaignInputs> moved;
  if (asked.uncertain_recovery) {
    moved = asked;
    moved->recovery = at_score(asked.recovery, drawn.recovery_score);
  }
  const CampaignInputs& inputs = moved ? *moved : asked;
  const std::vector<Cadence> cadences = cadences_of(inputs, drawn.step_factor);
  Simulation simulation;
  Fleet fleet(simulation,
              {.profile = inputs.failures,
               .recovery = inputs.recovery,
               .plan = inputs.fleet,
               .nodes = inputs.nodes,
               .rate_factor = drawn.rate_factor,
               .seed = key.seed,
               .replica = key.replica},
              usage);
  TrainingJob job(simulation, fleet, {inputs, cadences, UsageEntity{1}, key.seed, key.replica},
                  usage);
  const ProcessHandle handle = simulation.start(job.run());
  if (inputs.failures.job_life) {
    simulation.start(job_failures(inputs.failures, drawn.rate_factor, key, job, handle));
  }
  simulation.run_until(last_moment(inputs, cadences));

  const bool ended = handle.finished();
  if (!ended) job.end_early();
  fleet.report();
  CampaignResult result;
  job.add_to(result);
  if (job.hopeless()) {
    result.outcome = Outcome::kNoProgress;
  } else if (!ended && !inputs.duration) {
    result.outcome = Outcome::kGaveUp;
  }
  result.wall_time = simulation.now().seconds();
  result.step_factor = drawn.step_factor;
  result.rate_factor = drawn.rate_factor;
  result.recovery_score = drawn.recovery_score;
  simulation.digest().add(simulation.now().ns());
  simulation.digest().add(result.steps_done);
  fleet.add_to(simulation.digest());
  result.digest = simulation.digest().value();
  return result;
}

}  // namespace sextant

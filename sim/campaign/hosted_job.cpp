#include "sextant/campaign/hosted_job.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "sextant/kernel/delay.h"
#include "sextant/kernel/distributions.h"
#include "sextant/kernel/uncertain.h"
#include "sim/campaign/job_usage.h"
#include "sim/campaign/training_job.h"

namespace sextant {
namespace {

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

/// What this job meets, against the forecast.
struct Drawn {
  double step_factor = 1;
  double recovery_score = 0;
  std::optional<CampaignInputs>
      moved;  ///< with other times of recovery; absent: as they were given
};

Drawn draw(const HostedJob::Setup& setup) {
  Drawn drawn;
  const auto stream = [&](const char* name) {
    return RandomStream(setup.key.seed, name, setup.key.replica, setup.number);
  };
  RandomStream step = stream("campaign.step_time");
  drawn.step_factor = draw_lognormal(step, setup.inputs.step_log_spread);
  if (setup.inputs.uncertain_recovery) {
    RandomStream recovery = stream("campaign.recovery_times");
    // Beyond 5 and 95 % the law of an assumed range is not known; its tail would decide the mean.
    drawn.recovery_score = std::clamp(draw_normal(recovery), -1.645, 1.645);
    drawn.moved = setup.inputs;
    drawn.moved->recovery = at_score(setup.inputs.recovery, drawn.recovery_score);
  }
  return drawn;
}

using Cadences = std::vector<std::vector<Cadence>>;

/// Of every phase, and there of every level of the store.
Cadences cadences_of(const CampaignInputs& inputs, double step_factor) {
  Cadences cadences;
  const auto cadence = [&](const CampaignPhase& phase) {
    return make_cadence(phase, inputs.interval, step_factor, inputs.faster_intervals);
  };
  for (const CampaignPhase& phase : inputs.phases) {
    std::vector<Cadence>& levels = cadences.emplace_back();
    for (const CheckpointCosts& costs : phase.growing) {
      CampaignPhase before = phase;
      before.checkpoint = costs;
      levels.push_back(cadence(before));
    }
    levels.push_back(cadence(phase));
  }
  return cadences;
}

/// From the start of a run until it is over, finished or not.
SimDuration longest_run(const CampaignInputs& inputs, const Cadences& cadences) {
  if (inputs.duration) return SimDuration::rounded(*inputs.duration);
  Seconds failure_free;
  for (std::size_t i = 0; i < cadences.size(); ++i) {
    const CampaignPhase& phase = inputs.phases[i];
    const Cadence& first = cadences[i].front();
    const Seconds work = TrainingStretch(first, 0, first.steps()).length().seconds();
    failure_free += phase.duration ? std::min(work, *phase.duration) : work;
    if (i == 0 || phase.restarts) failure_free += inputs.recovery.start_time(inputs.ranks);
    if (phase.restarts) failure_free += phase.checkpoint.restore;
  }
  failure_free += inputs.data.load;
  if (inputs.term) failure_free *= 1.0 + inputs.term->gap / inputs.term->length;
  return SimDuration::rounded(inputs.give_up_after * failure_free);
}

/// The failures that do not come from a node: exponential, as long as the job lives.
Process job_failures(const FailureProfile& profile, const HostedJob::Setup& setup, TrainingJob& job,
                     ProcessHandle process) {
  RandomStream lives(setup.key.seed, "campaign.job_life", setup.key.replica, setup.number);
  RandomStream causes(setup.key.seed, "campaign.job_cause", setup.key.replica, setup.number);
  const DiscreteDistribution which = cause_distribution(profile.job_causes);
  const Seconds mean = profile.job_life->value / setup.rate_factor;
  while (!process.finished()) {
    const SimDuration life = SimDuration::rounded(mean * draw_exponential(lives));
    const Wake wake = co_await delay(life, Priority::kFailure);
    static_cast<void>(wake);
    job.fail(which.draw(causes));
  }
}

}  // namespace

struct HostedJob::Parts {
  Parts(Simulation& clock, Fleet& fleet, const Setup& asked, UsageSink& sink)
      : simulation(clock),
        setup(asked),
        drawn(draw(asked)),
        inputs(drawn.moved ? *drawn.moved : asked.inputs),
        cadences(cadences_of(inputs, drawn.step_factor)),
        usage(sink, asked.owner),
        job(clock, fleet,
            {.inputs = inputs,
             .cadences = cadences,
             .entity = asked.entity,
             .seed = asked.key.seed,
             .replica = asked.key.replica,
             .number = asked.number,
             .preferred = asked.preferred,
             .on_full = asked.on_full,
             .on_left = asked.on_left,
             .on_end = asked.on_end},
            usage) {}

  Simulation& simulation;
  Setup setup;
  Drawn drawn;
  const CampaignInputs& inputs;  ///< as this job meets them
  Cadences cadences;
  JobUsage usage;
  TrainingJob job;
  ProcessHandle process;
  SimTime began;
};

HostedJob::HostedJob(Simulation& simulation, Fleet& fleet, const Setup& setup, UsageSink& usage)
    : parts_(std::make_unique<Parts>(simulation, fleet, setup, usage)) {}

HostedJob::~HostedJob() = default;

void HostedJob::start() {
  Parts& p = *parts_;
  p.began = p.simulation.now();
  p.usage.set_origin(p.began);
  p.process = p.simulation.start(p.job.run());
  if (!p.inputs.failures.job_life) return;
  p.simulation.start(job_failures(p.inputs.failures, p.setup, p.job, p.process));
}

void HostedJob::evict(Seconds notice) { parts_->job.evict(notice); }

void HostedJob::resume(std::vector<NodeIndex> preferred) {
  parts_->job.resume(std::move(preferred));
}

void HostedJob::end_early() { parts_->job.end_early(); }

bool HostedJob::holds(NodeIndex node) const { return parts_->job.holds(node); }

bool HostedJob::ended() const { return parts_->process.finished(); }

SimTime HostedJob::last_moment() const {
  return parts_->began + longest_run(parts_->inputs, parts_->cadences);
}

CampaignResult HostedJob::result() const {
  const Parts& p = *parts_;
  CampaignResult result;
  p.job.add_to(result);
  if (p.job.hopeless()) result.outcome = Outcome::kNoProgress;
  result.wall_time = (p.simulation.now() - p.began).seconds();
  result.step_factor = p.drawn.step_factor;
  result.rate_factor = p.setup.rate_factor;
  result.recovery_score = p.drawn.recovery_score;
  Digest digest = p.usage.digest();
  digest.add((p.simulation.now() - p.began).ns());
  digest.add(result.steps_done);
  for (const std::int64_t count : result.interruptions) digest.add(count);
  result.digest = digest.value();
  return result;
}

double draw_rate_factor(const FailureProfile& profile, ReplicaKey key) {
  if (!profile.rate_spread_shape) return 1;
  const double shape = *profile.rate_spread_shape;
  RandomStream rate(key.seed, "campaign.failure_rate", key.replica);
  return draw_gamma(rate, shape) / shape;
}

}  // namespace sextant

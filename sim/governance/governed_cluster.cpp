#include "sim/governance/governed_cluster.h"

#include <algorithm>
#include <utility>

#include "sextant/governance/baseline_scheduler.h"
#include "sextant/governance/kueue_scheduler.h"
#include "sextant/kernel/assert.h"
#include "sextant/kernel/delay.h"

namespace sextant {
namespace {

std::unique_ptr<Scheduler> make_scheduler(const GovernanceInputs& inputs) {
  if (inputs.scheduler == SchedulerKind::kKueue) {
    return std::make_unique<KueueScheduler>(inputs.policy);
  }
  return make_baseline(inputs.scheduler, inputs.policy);
}

/// The cluster decides what fails, and when a job's rental ends.
std::vector<CampaignInputs> hosted(const GovernanceInputs& inputs) {
  std::vector<CampaignInputs> trainings = inputs.trainings;
  for (CampaignInputs& training : trainings) training.term.reset();
  return trainings;
}

}  // namespace

GovernedCluster::GovernedCluster(const GovernanceInputs& inputs,
                                 std::unique_ptr<Scheduler> scheduler, JobSource& source,
                                 ReplicaKey key, GovernanceObserver& observer)
    : inputs_(inputs),
      source_(source),
      key_(key),
      observer_(observer),
      scheduler_(std::move(scheduler)),
      trainings_(hosted(inputs)),
      pending_(inputs.teams.size()),
      away_(inputs.windows.size()),
      unit_weights_(inputs.policy.resources.size()) {
  for (std::size_t i = 0; i < inputs.policy.flavors.size(); ++i) {
    const FlavorIndex flavor{static_cast<std::uint16_t>(i)};
    const FlavorSupply& supply = inputs.supply[i];
    for (std::size_t r = 0; r < unit_weights_.size(); ++r) {
      unit_weights_[r] = std::max(unit_weights_[r], supply.unit_weights[r]);
    }
    pools_.emplace_back();
    node_usage_.emplace_back();
    const AdmissionFlavor& what = inputs.policy.flavors[i];
    if (what.nodes == 0) continue;
    std::int64_t node_units = 0;
    for (const ResourceAmount& amount : what.node_capacity) {
      node_units += amount.amount * supply.unit_weights[static_cast<std::size_t>(amount.resource)];
    }
    node_usage_.back() = std::make_unique<UsageScale>(observer.usage(flavor), node_units);
    const NodePool::Setup setup{
        .policy = inputs.policy,
        .supply = supply,
        .flavor = flavor,
        .key = key,
        .outages = !inputs.outages.empty(),
        .on_change =
            [this, flavor, nodes = what.nodes](NodeIndex node, bool there) {
              const int number = static_cast<int>(node);
              if (number >= nodes) return;  // a spare: no quota counts on it
              scheduler_->set_node(flavor, number, there, simulation_.now());
              ask_for_cycle();
            },
        .on_hit = [this, flavor](const std::vector<NodeIndex>& nodes, bool crashed,
                                 Seconds detection) { hit(flavor, nodes, crashed, detection); }};
    pools_.back() =
        std::make_unique<NodePool>(simulation_, setup, observer.usage(flavor), *node_usage_.back());
  }
}

GovernanceResult GovernedCluster::run() {
  for (const auto& pool : pools_) {
    if (!pool) continue;
    pool->start();
    simulation_.start(watch_spares(*pool));
  }
  for (std::size_t i = 0; i < inputs_.windows.size(); ++i) {
    away_[i].flavor = inputs_.windows[i].flavor;
    to_come_ += inputs_.windows[i].from > SimTime();
    simulation_.start(open_window(inputs_.windows[i], away_[i]));
  }
  for (const NodeOutage& what : inputs_.outages) {
    to_come_ += what.to != SimTime::never();
    simulation_.start(outage(what));
  }
  simulation_.start(arrive());
  for (const EndpointSpec& spec : inputs_.endpoints) {
    endpoints_.push_back(std::make_unique<EndpointScaler>(simulation_, *this, spec));
    simulation_.start(endpoints_.back()->run());
  }
  simulation_.start(schedule());
  if (!inputs_.looks.empty()) simulation_.start(look());
  const SimTime end =
      inputs_.duration ? SimTime() + SimDuration::rounded(*inputs_.duration) : SimTime::never();
  if (inputs_.duration) {
    simulation_.run_until(end);
  } else {
    simulation_.run();
  }
  end_unfinished();
  for (std::size_t i = 0; i < pools_.size(); ++i) {
    if (!pools_[i]) continue;
    pools_[i]->report();
    pools_[i]->fleet().report();
    pools_[i]->fleet().add_to(simulation_.digest());
  }
  for (const auto& endpoint : endpoints_) {
    result_.endpoints.push_back(endpoint->outcome(simulation_.now()));
  }
  result_.wall_time = simulation_.now().seconds();
  simulation_.digest().add(simulation_.now().ns());
  result_.digest = simulation_.digest().value();
  return result_;
}

/// Submits jobs as their time comes.
Process GovernedCluster::arrive() {
  for (std::optional<JobSpec> job = source_.next(); job; job = source_.next()) {
    if (job->submit > simulation_.now()) {
      const Wake wake = co_await delay(job->submit - simulation_.now());
      static_cast<void>(wake);
    }
    submit(std::move(*job));
  }
  all_arrived_ = true;
  if (over()) simulation_.stop();
}

JobNumber GovernedCluster::submit(JobSpec spec) {
  GovernedJob& job = new_job(std::move(spec));
  const GovernedTeam& team = inputs_.teams[static_cast<std::size_t>(job.spec.team)];
  const auto priority = static_cast<std::size_t>(job.spec.priority_class);
  Workload workload{
      .queue = team.queue,
      .local_queue = team.local_queue,
      .priority = inputs_.policy.priority_classes[priority].value,
      .created = simulation_.now(),
      .uid = static_cast<std::uint64_t>(job.record.number),
      .podsets = job.spec.podsets,
      .estimate = estimate(job),
  };
  set_pending(job, 1);
  scheduler_->submit(job.slot, std::move(workload), simulation_.now());
  ask_for_cycle();
  return job.record.number;
}

GovernedJob& GovernedCluster::new_job(JobSpec spec) {
  if (free_slots_.empty()) {
    free_slots_.push_back(WorkloadIndex{static_cast<std::uint32_t>(jobs_.size())});
    jobs_.emplace_back();
  }
  const WorkloadIndex slot = free_slots_.back();
  free_slots_.pop_back();
  GovernedJob& job = at(slot);
  const SimTime now = simulation_.now();
  job.state = JobState::kPending;
  job.slot = slot;
  job.spec = std::move(spec);
  job.since = now;
  job.pending_since = now;
  JobRecord& record = job.record;
  record.number = JobNumber{next_number_++};
  record.name = job.spec.name.empty() ? std::to_string(static_cast<std::uint64_t>(record.number))
                                      : job.spec.name;
  record.team = job.spec.team;
  record.priority_class = job.spec.priority_class;
  record.kind = job.spec.kind;
  record.submitted_ns = now.ns();
  record.units = units_asked(job.spec);
  const auto& names = inputs_.explain;
  job.explained = std::find(names.begin(), names.end(), record.name) != names.end();
  if (job.explained) explained_.insert(slot);
  slot_of_.emplace(record.number, slot);
  if (job.spec.kind != JobKind::kEndpoint) ++live_;
  if (job.spec.training >= 0) job.training_number = next_training_++;
  ++result_.jobs;
  return job;
}

void GovernedCluster::withdraw(JobNumber number) {
  const auto found = slot_of_.find(number);
  if (found == slot_of_.end()) return;
  GovernedJob& job = at(found->second);
  job.withdrawn = true;
  if (job.state == JobState::kPending) {
    set_pending(job, -1);
    end_job(job, JobEnd::kWithdrawn);
  } else if (!job.must_go) {
    job.must_go = true;
    interrupt(job, Stop::kMustGo);
  }
}

bool GovernedCluster::working(JobNumber number) const {
  const GovernedJob* job = find(number);
  return job != nullptr && job->state == JobState::kWorking;
}

bool GovernedCluster::starting(JobNumber number) const {
  const GovernedJob* job = find(number);
  return job != nullptr && job->state == JobState::kStarting;
}

const GovernedJob* GovernedCluster::find(JobNumber number) const {
  const auto found = slot_of_.find(number);
  return found == slot_of_.end() ? nullptr : &at(found->second);
}

/// Its work is done, and it has let go of its nodes.
void GovernedCluster::finish(GovernedJob& job) {
  if (job.spec.deadline) job.record.missed_deadline = simulation_.now() > *job.spec.deadline;
  ++result_.finished;
  report_quota(job, -1);
  end_job(job, JobEnd::kFinished);
}

/// It holds neither quota nor nodes any more, as far as the accounts go.
void GovernedCluster::end_job(GovernedJob& job, JobEnd how) {
  const SimTime now = simulation_.now();
  JobRecord& record = job.record;
  if (job.state == JobState::kPending) record.wait_ns += (now - job.pending_since).ns();
  if (!record.admitted_ns) record.first_wait_ns = (now - SimTime(record.submitted_ns)).ns();
  if (how != JobEnd::kFinished && job.spec.deadline) {
    record.missed_deadline = now > *job.spec.deadline;
  }
  record.end = how;
  record.ended_ns = now.ns();
  close_wait(job);
  observer_.job_ended(record);
  scheduler_->remove(job.slot, now);
  ask_for_cycle();
  release_slot(job);
  if (over()) simulation_.stop();
}

void GovernedCluster::release_slot(GovernedJob& job) {
  if (job.spec.kind != JobKind::kEndpoint) --live_;
  if (job.holds_quota()) --holding_;
  explained_.erase(job.slot);
  slot_of_.erase(job.record.number);
  const WorkloadIndex slot = job.slot;
  std::destroy_at(&job);
  std::construct_at(&job);
  free_slots_.push_back(slot);
}

/// Nothing but replicas of endpoints is left.
bool GovernedCluster::over() const { return all_arrived_ && live_ == 0 && !inputs_.duration; }

/// What is still there when the simulation ends.
void GovernedCluster::end_unfinished() {
  for (GovernedJob& job : jobs_) {
    if (job.state == JobState::kGone) continue;
    if (job.training != nullptr) job.training->end_early();
    if (job.state == JobState::kPending) {
      const bool never = !job.record.admitted_ns &&
                         scheduler_->why_waiting(job.slot).reason == WaitReason::kNeverFits;
      end_job(job, never ? JobEnd::kNeverFits : JobEnd::kUnfinished);
      continue;
    }
    if (job.training != nullptr) {
      note_training(job);
    } else {
      job.must_go = true;  // nobody keeps its nodes warm
      let_go(job);
    }
    report_quota(job, -1);
    end_job(job, job.spec.kind == JobKind::kEndpoint ? JobEnd::kWithdrawn : JobEnd::kUnfinished);
  }
  for (Away& away : away_) report_away(away);
  while (!warm_.empty()) cool(warm_.front().number);
}

std::int64_t GovernedCluster::units_asked(const JobSpec& spec) const {
  std::int64_t units = 0;
  for (const PodSet& pods : spec.podsets) {
    for (const ResourceAmount& amount : pods.per_pod) {
      units +=
          pods.count * amount.amount * unit_weights_[static_cast<std::size_t>(amount.resource)];
    }
  }
  return units;
}

std::optional<FlavorIndex> GovernedCluster::node_flavor(const PodSetAssignment& assignment) const {
  for (const PodSetAssignment::Flavor& choice : assignment.flavors) {
    if (pools_[static_cast<std::size_t>(choice.flavor)]) return choice.flavor;
  }
  return std::nullopt;
}

std::string GovernedCluster::name_of(WorkloadIndex slot) const {
  return slot == kNoWorkload ? "" : at(slot).record.name;
}

UsageEntity GovernedCluster::entity_of(JobNumber number) {
  return UsageEntity{static_cast<std::uint32_t>(static_cast<std::uint64_t>(number) + 1)};
}

GovernanceResult run_governance(const GovernanceInputs& inputs, JobSource& source, ReplicaKey key,
                                GovernanceObserver& observer) {
  return GovernedCluster(inputs, make_scheduler(inputs), source, key, observer).run();
}

}  // namespace sextant

// What a job does while it has quota.
#include <algorithm>
#include <utility>

#include "sextant/kernel/delay.h"
#include "sim/governance/governed_cluster.h"

namespace sextant {
namespace {

/// Of the nodes of a job that does not work.
NodeState usage_state(const GovernedJob& job) {
  if (job.state == JobState::kDetecting) return NodeState::kDetecting;
  if (job.state == JobState::kStarting) {
    return job.begun ? NodeState::kRestarting : NodeState::kStarting;
  }
  if (job.state == JobState::kIdle) return NodeState::kSpare;
  if (job.state == JobState::kEnding) return NodeState::kCheckpointStall;
  return NodeState::kWaiting;
}

SimDuration start_time(const GovernedJob& job) {
  if (job.warm) return {};
  return job.begun ? job.spec.restart : job.spec.startup;
}

}  // namespace

/// From its admission until it has let go of everything: nodes, start, work. Losing nodes, and
/// crashing, leads back to the first of these.
Process GovernedCluster::live(GovernedJob& job) {
  while (!job.must_go) {
    job.disturbed = false;
    if (job.detection > SimDuration()) {
      enter(job, JobState::kDetecting);
      const Wake noticed = co_await delay(std::exchange(job.detection, SimDuration()));
      if (noticed.interrupted() || job.disturbed) continue;
    }
    if (!find_nodes(job)) {
      const Wake came = co_await job.nodes_came;
      if (came.interrupted() || job.disturbed) continue;
    }
    enter(job, JobState::kStarting);
    const SimDuration start = start_time(job);
    const Wake started = co_await delay(start);
    if (started.interrupted() || job.disturbed) continue;
    enter(job, JobState::kWorking);
    job.begun = true;
    job.worked = true;
    job.warm = false;
    set_ready(job, true);
    const Wake worked = co_await delay(wall_time(job, remaining(job)));
    if (worked.interrupted() || job.disturbed) continue;
    account(job, true);
    enter(job, JobState::kIdle);
    if (job.spec.idle_tail > SimDuration()) {
      const Wake idled = co_await delay(job.spec.idle_tail);
      static_cast<void>(idled);  // whatever it is, it has nothing to lose
    }
    let_go(job);
    finish(job);
    co_return;
  }
  const SimTime end = simulation_.now() + SimDuration::rounded(inputs_.grace);
  while (!job.units.empty() && simulation_.now() < end) {
    if (job.state != JobState::kEnding) enter(job, JobState::kEnding);
    const Wake ended = co_await delay(end - simulation_.now());
    static_cast<void>(ended);
  }
  leave_node_queue(job);
  let_go(job);
  if (job.withdrawn) {
    report_quota(job, -1);
    end_job(job, JobEnd::kWithdrawn);
  } else {
    requeue(job);
  }
}

/// For the pods that have none; false if it has to wait for some.
bool GovernedCluster::find_nodes(GovernedJob& job) {
  leave_node_queue(job);
  if (job.placed.empty() && take_warm_nodes(job)) job.warm = true;
  if (place_missing(job)) return true;
  enter(job, JobState::kNeedsNodes);
  const auto priority_class = static_cast<std::size_t>(job.spec.priority_class);
  const std::int64_t priority = inputs_.policy.priority_classes[priority_class].value;
  job.place_in_queue.emplace(-priority, static_cast<std::uint64_t>(job.record.number), job.slot);
  node_queue_.insert(*job.place_in_queue);
  return false;
}

void GovernedCluster::leave_node_queue(GovernedJob& job) {
  if (job.place_in_queue) node_queue_.erase(*job.place_in_queue);
  job.place_in_queue.reset();
}

/// All pods that have no node, or none of them.
bool GovernedCluster::place_missing(GovernedJob& job) {
  const std::size_t before = job.placed.size();
  for (std::size_t i = 0; i < job.assignment.size(); ++i) {
    const PodSetAssignment& given = job.assignment[i];
    const std::optional<FlavorIndex> flavor = node_flavor(given);
    if (!flavor) continue;
    int missing = given.count;
    for (const PlacedPods& pods : job.placed) {
      if (pods.podset == static_cast<int>(i)) missing -= pods.pods;
    }
    if (missing == 0) continue;
    if (pool(*flavor)->place(static_cast<int>(i), job.spec.podsets[i], missing, given.nodes,
                             job.placed)) {
      continue;
    }
    release_nodes(std::span(job.placed).subspan(before), job.spec.podsets, false);
    job.placed.resize(before);
    return false;
  }
  account(job, true);
  count_units(job);
  vain_timeouts_ = 0;
  return true;
}

/// Nodes have come, or room on them: those that wait get them by priority, then by age.
void GovernedCluster::serve_node_queue() {
  for (auto i = node_queue_.begin(); i != node_queue_.end();) {
    GovernedJob& job = at(std::get<WorkloadIndex>(*i));
    if (!place_missing(job)) {
      ++i;
      continue;
    }
    i = node_queue_.erase(i);
    job.place_in_queue.reset();
    job.nodes_came.pulse();
  }
}

Process GovernedCluster::watch_spares(NodePool& pool) {
  for (;;) {
    const Wake came = co_await pool.fleet().spare_arrived();
    static_cast<void>(came);
    vain_timeouts_ = 0;
    serve_node_queue();
  }
}

void GovernedCluster::let_go(GovernedJob& job) {
  account(job, true);
  hold_units(job, {});
  const bool keep = inputs_.warm_pool && !job.must_go && !job.placed.empty() &&
                    job.spec.kind != JobKind::kEndpoint;
  if (keep) {
    warm_.push_back({next_warm_++, job.spec.team, entity_of(job.record.number),
                     std::exchange(job.placed, {}), job.spec.podsets, simulation_.now()});
    simulation_.start(keep_warm(warm_.back().number));
    return;
  }
  release_nodes(std::exchange(job.placed, {}), job.spec.podsets);
  serve_node_queue();
}

void GovernedCluster::release_nodes(std::span<const PlacedPods> placed,
                                    const std::vector<PodSet>& podsets, bool announced) {
  for (const PlacedPods& pods : placed) {
    pool(pods.flavor)->release(pods, podsets[static_cast<std::size_t>(pods.podset)], announced);
  }
}

std::int64_t GovernedCluster::units_of(const PlacedPods& pods, const std::vector<PodSet>& podsets) {
  const PodSet& what = podsets[static_cast<std::size_t>(pods.podset)];
  return pods.pods * pool(pods.flavor)->units_of(what.per_pod);
}

/// The first kept nodes of the team that are at least as many become free for it.
bool GovernedCluster::take_warm_nodes(GovernedJob& job) {
  for (const WarmNodes& warm : warm_) {
    std::int64_t units = 0;
    for (const PlacedPods& pods : warm.placed) units += units_of(pods, warm.podsets);
    if (warm.team != job.spec.team || units < job.record.units) continue;
    const std::optional<FlavorIndex> flavor = node_flavor(job.assignment.front());
    if (flavor != warm.placed.front().flavor) continue;
    cool(warm.number);
    return true;
  }
  return false;
}

Process GovernedCluster::keep_warm(std::uint64_t number) {
  const Wake over = co_await delay(SimDuration::rounded(*inputs_.warm_pool));
  static_cast<void>(over);
  cool(number);
  serve_node_queue();
}

/// The nodes are no longer kept, if they still were.
void GovernedCluster::cool(std::uint64_t number) {
  const auto found = std::find_if(warm_.begin(), warm_.end(), [number](const WarmNodes& warm) {
    return warm.number == number;
  });
  if (found == warm_.end()) return;
  WarmNodes warm = std::move(*found);
  warm_.erase(found);
  report_warm(warm);
  release_nodes(warm.placed, warm.podsets);
}

void GovernedCluster::report_warm(WarmNodes& warm) {
  const SimTime from = std::exchange(warm.since, simulation_.now());
  if (from == warm.since) return;
  for (const PlacedPods& pods : warm.placed) {
    observer_.usage(pods.flavor)
        .add({.entity = warm.entity,
              .owner = UsageOwner{static_cast<std::uint32_t>(warm.team)},
              .state = NodeState::kSpare,
              .from_ns = from.ns(),
              .to_ns = warm.since.ns(),
              .nodes = units_of(pods, warm.podsets)});
  }
}

void GovernedCluster::enter(GovernedJob& job, JobState state) {
  account(job, true);
  const bool was = job.state == JobState::kStarting || job.state == JobState::kWorking;
  const bool is = state == JobState::kStarting || state == JobState::kWorking;
  job.state = state;
  if (job.explained) explain(job);
  if (job.spec.kind == JobKind::kEndpoint && (was || is)) replicas_changed_.pulse();
}

/// Reports what it has been doing until now. Work is `complete` if nothing of it is lost; otherwise
/// what the last checkpoint has is kept.
void GovernedCluster::account(GovernedJob& job, bool complete) {
  const SimTime now = simulation_.now();
  const SimTime from = std::exchange(job.since, now);
  if (from == now) return;
  const SimDuration elapsed = now - from;
  if (job.state == JobState::kNeedsNodes ||
      (job.state == JobState::kDetecting && job.units.empty())) {
    job.record.no_nodes_ns += elapsed.ns();
  }
  if (job.state != JobState::kWorking) return report(job, usage_state(job), from, now);
  if (job.spec.work.is_never()) return report(job, NodeState::kTraining, from, now);
  const SimDuration progress =
      job.pace == 1 ? elapsed : SimDuration::rounded(job.pace * elapsed.seconds());
  const SimDuration reached = std::min(job.done + progress, job.spec.work);
  SimDuration kept = reached;
  if (!complete && !job.spec.checkpoint_interval) {
    kept = SimDuration();
  } else if (!complete && *job.spec.checkpoint_interval > SimDuration()) {
    const std::int64_t interval = job.spec.checkpoint_interval->ns();
    kept = SimDuration(reached.ns() / interval * interval);
  }
  kept = std::max(kept, job.done);
  const SimTime kept_until = std::min(now, from + wall_time(job, kept - job.done));
  const SimTime split = complete ? now : kept_until;
  report(job, NodeState::kTraining, from, split);
  report(job, NodeState::kTrainingLost, split, now);
  job.record.lost_ns += (now - split).ns();
  job.done = kept;
}

void GovernedCluster::report(const GovernedJob& job, NodeState state, SimTime from, SimTime to) {
  if (from == to) return;
  for (const auto& [flavor, units] : job.units) {
    observer_.usage(flavor).add({.entity = entity_of(job.record.number),
                                 .owner = UsageOwner{static_cast<std::uint32_t>(job.spec.team)},
                                 .state = state,
                                 .from_ns = from.ns(),
                                 .to_ns = to.ns(),
                                 .nodes = units});
  }
}

/// From now on it holds so many units; while it holds some, it runs.
void GovernedCluster::hold_units(GovernedJob& job, HeldUnits units) {
  const SimTime now = simulation_.now();
  if (!job.units.empty()) job.record.run_ns += (now - job.holds_since).ns();
  job.holds_since = now;
  job.units = std::move(units);
}

/// What it holds: of flavors with nodes what is placed, of the others its quota.
void GovernedCluster::count_units(GovernedJob& job) {
  HeldUnits held = assigned_units(job, false);
  for (const PlacedPods& pods : job.placed) {
    add_units(held, pods.flavor, units_of(pods, job.spec.podsets));
  }
  hold_units(job, std::move(held));
}

/// Pods on these nodes are lost, or crash.
void GovernedCluster::hit(FlavorIndex flavor, const std::vector<NodeIndex>& nodes, bool crashed,
                          Seconds detection) {
  const auto is_hit = [&](const PlacedPods& pods) {
    return pods.flavor == flavor && std::find(nodes.begin(), nodes.end(), pods.node) != nodes.end();
  };
  for (GovernedJob& job : jobs_) {
    if (std::none_of(job.placed.begin(), job.placed.end(), is_hit)) continue;
    ++job.record.node_failures;
    job.detection = std::max(job.detection, SimDuration::rounded(detection));
    interrupt(job, Stop::kRestart);
    if (crashed) continue;
    std::erase_if(job.placed, is_hit);
    count_units(job);
  }
  for (WarmNodes& warm : warm_) {
    if (crashed) continue;
    report_warm(warm);
    std::erase_if(warm.placed, is_hit);
  }
  std::erase_if(warm_, [](const WarmNodes& warm) { return warm.placed.empty(); });
}

/// What it did until now is accounted for at once; its process sees to the rest.
void GovernedCluster::interrupt(GovernedJob& job, Stop stop) {
  account(job, job.state != JobState::kWorking);
  job.disturbed = true;
  if (stop == Stop::kRestart) set_ready(job, false);
  job.process.interrupt(stop);
}

/// Of work, with the pods that it was given.
SimDuration GovernedCluster::wall_time(const GovernedJob& job, SimDuration work) const {
  if (work.is_never() || job.pace == 1) return work;
  return SimDuration::rounded(1.0 / job.pace * work.seconds());
}

SimDuration GovernedCluster::remaining(const GovernedJob& job) const {
  return job.spec.work.is_never() ? job.spec.work : job.spec.work - job.done;
}

/// How long it will hold its pods once it has them, if nothing happens.
SimDuration GovernedCluster::estimate(const GovernedJob& job) const {
  if (job.spec.training >= 0) {
    const CampaignInputs& run = trainings_[static_cast<std::size_t>(job.spec.training)];
    Seconds work;
    for (const CampaignPhase& phase : run.phases) {
      work += phase.duration ? std::min(phase.work(), *phase.duration) : phase.work();
    }
    const double left = 1 - static_cast<double>(job.done.ns()) / static_cast<double>(run.steps());
    return SimDuration::rounded(run.recovery.start_time(run.ranks) + left * work);
  }
  return start_time(job) + remaining(job) + job.spec.idle_tail;
}

}  // namespace sextant

// What a job does between two stretches of training.
#include <algorithm>
#include <cmath>

#include "sextant/kernel/assert.h"
#include "sextant/kernel/delay.h"
#include "sextant/kernel/distributions.h"
#include "sextant/kernel/portable_math.h"
#include "sim/campaign/training_job.h"

namespace sextant {

/// A failure during the recovery makes it begin again.
Task<> TrainingJob::recover() {
  begin_recovery();
  recovering_ = true;
  if (sheltered()) fleet_.stop_clock(tenancy_);
  bool running = false;
  while (!running && !hopeless()) {
    co_await detect();
    remove_broken_nodes();
    if (can_go_on_with_less()) {
      running = co_await reconfigure();
    } else {
      running = co_await rebuild();
    }
  }
  if (!running) go_back();
  if (sheltered()) fleet_.start_clock(tenancy_);
  recovering_ = false;
  all_stopped_ = false;
  unannounced_ = false;
  pause_ = Seconds(0);
}

/// What was trained after the newest copy is lost.
void TrainingJob::go_back() {
  position_ = saved_.newest(store_costs().restore).step;
  journal_.roll_back(position_);
  journal_.settle(saved_.safe());
}

void TrainingJob::begin_recovery() {
  slowness_ = 1;
  if (!recovery().mean_over_median) return;
  const double sigma = std::sqrt(2.0 * portable_log(recovery().mean_over_median->value));
  slowness_ = draw_lognormal(recovery_luck_, sigma);
}

/// Nobody knows yet that the job has failed. More may fail meanwhile; the first to be noticed
/// ends the wait.
Task<> TrainingJob::detect() {
  enter(NodeState::kDetecting);
  while (simulation_.now() < detected_at_) {
    const Wake wake = co_await delay(detected_at_ - simulation_.now());
    if (wake.interrupted()) note(wake.interrupt());
  }
  leave();
}

/// The replicas that are left go on from where they are, or take in nodes that have come. False if
/// it was interrupted by another failure.
Task<bool> TrainingJob::reconfigure() {
  const bool done =
      co_await stage(NodeState::kReconfiguring, recovery().elastic->reconfiguration.value);
  if (!done) co_return false;
  swap_pending_ = false;
  position_ = trained_;
  journal_.roll_back(position_);
  journal_.settle(saved_.safe());
  saved_.made_whole();
  co_return true;
}

/// Everything starts again, from a checkpoint. False if it was interrupted by another failure.
Task<bool> TrainingJob::rebuild() {
  alive_ = false;
  if (evicted_) co_await step_aside();
  const bool maintained = co_await stage(NodeState::kMaintenance, pause_);
  if (!maintained) co_return false;
  if (unannounced_) {
    const Seconds diagnosis = slowness_ * or_none(recovery().diagnosis);
    const bool diagnosed = co_await stage(NodeState::kDiagnosing, diagnosis);
    if (!diagnosed) co_return false;
  }
  bool full = false;
  if (assembling_) {
    full = co_await assemble();
  } else {
    full = co_await fill_up();
  }
  if (!full) co_return false;
  const bool started = co_await start_processes();
  if (!started) co_return false;
  const bool there = co_await load_data();
  if (!there) co_return false;
  const bool loaded = co_await load();
  co_return loaded;
}

/// Gives all nodes back, and waits until it may take others.
Task<> TrainingJob::step_aside() {
  go_back();
  fleet_.give_back_all(tenancy_);
  members_ = 0;
  swap_pending_ = false;
  idle_ = true;
  if (on_left_) on_left_();
  Wake wake = co_await resumed_;
  while (wake.interrupted()) {
    if (fleet_.incident(tenancy_, wake.interrupt()).corruption) note(wake.interrupt());
    wake = co_await resumed_;
  }
  resumed_.reset();
  idle_ = false;
  evicted_ = false;
  unannounced_ = false;
  pause_ = Seconds(0);
  assembling_ = true;
  data_to_load_ = inputs_.data.load;
}

/// Takes spares for the nodes that are missing, or waits for repaired ones.
Task<bool> TrainingJob::fill_up() {
  take_spares();
  while (members_ < inputs_.nodes && !enough_replicas()) {
    const bool undisturbed = co_await wait_for_spare();
    if (!undisturbed) co_return false;
    take_spares();
  }
  co_return true;
}

void TrainingJob::take_spares() {
  while (members_ < inputs_.nodes && fleet_.take(tenancy_)) {
    ++members_;
    if (assembling_) continue;
    ++nodes_swapped_;
    swap_pending_ = true;
    data_to_load_ = std::max(data_to_load_, inputs_.data.load_new_node);
  }
  spares_join_at_.reset();
}

Task<bool> TrainingJob::wait_for_spare() {
  enter(NodeState::kWaiting);
  fleet_.stop_clock(tenancy_);
  Wake wake = co_await fleet_.spare_arrived();
  while (wake.interrupted() && fleet_.incident(tenancy_, wake.interrupt()).of_job) {
    wake = co_await fleet_.spare_arrived();  // a job that does not run does not fail by itself
  }
  if (!sheltered()) fleet_.start_clock(tenancy_);
  leave();
  if (!wake.interrupted()) co_return true;
  note(wake.interrupt());
  co_return false;
}

/// Within the processes that are there, or new ones.
Task<bool> TrainingJob::start_processes() {
  const bool hot = inputs_.fleet.spare_kind == SpareKind::kHot;
  if (recovery().in_process && unannounced_ && (hot || !swap_pending_)) {
    const bool again = co_await stage(NodeState::kRestarting, recovery().in_process->value);
    if (again) swap_pending_ = false;
    co_return again;
  }
  if (swap_pending_ && !hot) {
    const bool swapped = co_await stage(NodeState::kSwapping, slowness_ * recovery().swap.value);
    if (!swapped) co_return false;
  }
  swap_pending_ = false;
  if (recovery().reboot) saved_.lose_memory();
  const bool restarted = co_await restart_until_it_works();
  if (!restarted) co_return false;
  const bool compiled =
      co_await stage(NodeState::kCompiling, or_none(recovery().cached_compilation));
  co_return compiled;
}

Task<bool> TrainingJob::restart_until_it_works() {
  const Seconds time = or_none(recovery().health_check) + or_none(recovery().reboot) +
                       recovery().start_time(inputs_.ranks);
  std::int64_t failed = 0;
  for (;;) {
    const bool undisturbed = co_await stage(NodeState::kRestarting, slowness_ * time);
    if (!undisturbed) co_return false;
    if (!recovery().restart_success) co_return true;
    if (draw_bernoulli(recovery_luck_, *recovery().restart_success)) co_return true;
    if (++failed == recovery().automatic_restarts) break;
  }
  ++calls_;
  const bool helped = co_await stage(NodeState::kWaitingForPeople, until_people_help());
  co_return helped;
}

/// Training data are copied to the nodes that have none, where the plan asks for that.
Task<bool> TrainingJob::load_data() {
  const bool there = co_await stage(NodeState::kLoadingData, data_to_load_);
  if (there) data_to_load_ = Seconds(0);
  co_return there;
}

/// Reads the newest copy that is left, and goes back to it.
Task<bool> TrainingJob::load() {
  const SavedSteps::Newest newest = saved_.newest(store_costs().restore);
  const bool something = earlier_steps_ + newest.step > 0 || phase().reads_weights;
  if (something) {
    const Seconds time =
        newest.tier ? phase().faster[*newest.tier].costs.restore : store_costs().restore;
    const bool restored = co_await stage(NodeState::kRestoring, time);
    if (!restored) co_return false;
    if (!newest.tier) store_.restore(phase());
  }
  go_back();
  saved_.made_whole();
  const bool warm = co_await stage(NodeState::kWarmingUp, or_none(recovery().warm_up));
  co_return warm;
}

bool TrainingJob::enough_replicas() const {
  if (!recovery().elastic || !inputs_.elasticity) return false;
  const double left = active_replicas(members_);
  return left >= 1 && left >= recovery().elastic->smallest * inputs_.elasticity->replicas;
}

bool TrainingJob::can_go_on_with_less() const {
  return alive_ && !all_stopped_ && enough_replicas();
}

void TrainingJob::note(const Interrupt& interrupt) {
  const Incident& incident = fleet_.incident(tenancy_, interrupt);
  if (incident.evicted) return note_eviction(incident);
  const FailureCause& cause = fleet_.causes().all[incident.cause];
  ++interruptions_[incident.cause];
  ++fruitless_failures_;
  note_corruptions();
  if (incident.corruption) saved_.discard_since(*incident.corruption);
  saved_.lose_nodes(incident.together ? std::min(incident.broken, 1) : incident.broken);
  notice_ = incident.notice;
  broken_ = incident.broken;
  pause_ = std::max(pause_, incident.pause);
  if (incident.broken == 0 || incident.of_job || incident.corruption) all_stopped_ = true;
  if (!incident.notice) unannounced_ = true;

  const bool known = incident.notice || incident.corruption;
  const Seconds until_noticed = known ? Seconds(0) : detection_time(recovery(), cause);
  const SimTime noticed = simulation_.now() + SimDuration::rounded(until_noticed);
  detected_at_ = state_ == NodeState::kDetecting ? std::min(detected_at_, noticed) : noticed;
}

/// All its nodes go, and what their memories held.
void TrainingJob::note_eviction(const Incident& incident) {
  evicted_ = true;
  all_stopped_ = true;
  notice_ = incident.notice;
  detected_at_ = simulation_.now();
  saved_.lose_all_nodes();
}

void TrainingJob::remove_broken_nodes() { members_ -= fleet_.remove_broken(tenancy_); }

/// From now until they have come, in their working hours, and helped. Runs begin on a Monday at
/// midnight.
Seconds TrainingJob::until_people_help() const {
  const People& people = recovery().people;
  const auto works = [&](std::int64_t day) { return people.weekends || day % 7 < 5; };
  const Seconds now = simulation_.now().seconds();
  auto day = static_cast<std::int64_t>(now / kDay);
  const auto at = [&](Seconds hour) { return static_cast<double>(day) * kDay + hour; };
  Seconds come = std::max(now, at(people.from));
  while (!works(day) || come >= at(people.to)) {
    ++day;
    come = at(people.from);
  }
  return come - now + people.response.value;
}

}  // namespace sextant

#include "sim/campaign/training_job.h"

#include <algorithm>
#include <utility>

#include "sextant/kernel/assert.h"
#include "sextant/kernel/delay.h"

namespace sextant {

TrainingJob::TrainingJob(Simulation& simulation, Fleet& fleet, const Setup& setup, UsageSink& usage)
    : simulation_(simulation),
      fleet_(fleet),
      inputs_(setup.inputs),
      cadences_(setup.cadences),
      entity_(setup.entity),
      usage_(usage),
      node_causes_(std::max<std::size_t>(1, setup.inputs.failures.causes.size())),
      interruptions_(interruption_names(setup.inputs.failures).size()) {}

Process TrainingJob::run() {
  tenancy_ = fleet_.open(simulation_.current());
  take_nodes();
  for (phase_ = 0; phase_ < cadences_.size() && !hopeless(); ++phase_) {
    phase_began_ = simulation_.now();
    const bool begun = co_await begin_phase();
    if (!begun) co_await recover();
    co_await finish_phase();
    phase_times_.push_back((simulation_.now() - phase_began_).seconds());
    earlier_steps_ += std::exchange(durable_steps_, 0);
  }
  simulation_.stop();
}

void TrainingJob::take_nodes() {
  for (; members_ < inputs_.nodes; ++members_) {
    const bool taken = fleet_.take(tenancy_).has_value();
    SEXTANT_ASSERT(taken, "the fleet is smaller than its job");
  }
}

/// The first start of the run, or a planned stop where the phase asks for one. False if it was
/// interrupted by a failure.
Task<bool> TrainingJob::begin_phase() {
  const bool first = phase_ == 0;
  if (!first && !phase().restarts) co_return true;
  const NodeState state = first ? NodeState::kStarting : NodeState::kRestarting;
  const bool started = co_await stage(state, inputs_.recovery.restart);
  if (!started || (first && !phase().reads_weights)) co_return started;
  const bool read = co_await stage(NodeState::kRestoring, phase().checkpoint.restore);
  co_return read;
}

Task<> TrainingJob::finish_phase() {
  while (!phase_done() && !hopeless()) {
    co_await train();
    if (!phase_done()) co_await recover();
  }
}

/// Up to where the next stretch would train: to the end, or as far as fits into the phase's time.
std::int64_t TrainingJob::last_step_to_try() const {
  if (!phase().duration) return cadence().steps();
  const SimTime end = phase_began_ + SimDuration::rounded(*phase().duration);
  return durable_steps_ + steps_that_fit(cadence(), durable_steps_, end - simulation_.now());
}

bool TrainingJob::phase_done() const { return durable_steps_ == last_step_to_try(); }

Task<> TrainingJob::train() {
  const TrainingStretch stretch(cadence(), durable_steps_, last_step_to_try());
  stretch_ = &stretch;
  enter(NodeState::kTraining);
  const Wake wake = co_await delay(stretch.length());
  const SimDuration elapsed = simulation_.now() - since_;
  stretch.report(since_, elapsed, stretch.durable_steps(elapsed), usage_now(), usage_);
  stretch_ = nullptr;
  const std::int64_t durable = stretch.durable_checkpoints(elapsed);
  if (durable > 0) fruitless_failures_ = 0;
  checkpoints_ += durable;
  durable_steps_ += stretch.durable_steps(elapsed);
  if (wake.interrupted()) note(wake.interrupt());
}

/// A failure during the recovery makes it begin again.
Task<> TrainingJob::recover() {
  bool rebuilt = false;
  while (!rebuilt && !hopeless()) {
    co_await detect();
    remove_broken_nodes();
    rebuilt = co_await rebuild();
  }
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

/// False if it was interrupted by another failure.
Task<bool> TrainingJob::rebuild() {
  const bool full = co_await fill_up();
  if (!full) co_return false;
  if (swap_pending_) {
    const bool swapped = co_await stage(NodeState::kSwapping, inputs_.recovery.swap);
    if (!swapped) co_return false;
    swap_pending_ = false;
  }
  const bool restarted = co_await stage(NodeState::kRestarting, inputs_.recovery.restart);
  if (!restarted) co_return false;
  const bool from_the_start = earlier_steps_ + durable_steps_ == 0;
  if (from_the_start && !phase().reads_weights) co_return true;  // nothing to read
  const bool restored = co_await stage(NodeState::kRestoring, phase().checkpoint.restore);
  co_return restored;
}

/// Takes spares for the nodes that are missing, or waits for repaired ones.
Task<bool> TrainingJob::fill_up() {
  while (members_ < inputs_.nodes) {
    const bool taken = fleet_.take(tenancy_).has_value();
    if (taken) {
      ++members_;
      ++nodes_swapped_;
      swap_pending_ = true;
      continue;
    }
    const bool undisturbed = co_await wait_for_spare();
    if (!undisturbed) co_return false;
  }
  co_return true;
}

Task<bool> TrainingJob::wait_for_spare() {
  enter(NodeState::kWaiting);
  fleet_.stop_clock(tenancy_);
  Wake wake = co_await fleet_.spare_arrived();
  while (wake.interrupted() && wake.interrupt().cause<Disruption>() == Disruption::kJobFailed) {
    wake = co_await fleet_.spare_arrived();  // a job that does not run does not fail by itself
  }
  fleet_.start_clock(tenancy_);
  leave();
  if (!wake.interrupted()) co_return true;
  note(wake.interrupt());
  co_return false;
}

Task<bool> TrainingJob::stage(NodeState state, Seconds duration) {
  enter(state);
  const Wake wake = co_await delay(SimDuration::rounded(duration));
  leave();
  if (!wake.interrupted()) co_return true;
  note(wake.interrupt());
  co_return false;
}

void TrainingJob::note(const Interrupt& interrupt) {
  const FailureProfile& profile = inputs_.failures;
  const FailureCause* cause = nullptr;
  if (interrupt.cause<Disruption>() == Disruption::kNodeFailed) {
    const NodeIndex node{static_cast<std::uint32_t>(interrupt.subject())};
    const std::size_t index = fleet_.cause_of(node);
    if (!profile.causes.empty()) cause = &profile.causes[index];
    // A node that fails twice in one instant is told of twice, and is replaced once.
    const bool known = std::find(broken_.begin(), broken_.end(), node) != broken_.end();
    if (fleet_.remedy_of(node) == Remedy::kReplace && !known) broken_.push_back(node);
    ++interruptions_[index];
  } else {
    const std::size_t index = static_cast<std::size_t>(interrupt.subject());
    if (!profile.job_causes.empty()) cause = &profile.job_causes[index];
    ++interruptions_[node_causes_ + index];
  }
  ++fruitless_failures_;
  const SimTime noticed =
      simulation_.now() + SimDuration::rounded(detection_time(inputs_.recovery, cause));
  detected_at_ = state_ == NodeState::kDetecting ? std::min(detected_at_, noticed) : noticed;
}

void TrainingJob::remove_broken_nodes() {
  for (const NodeIndex node : broken_) fleet_.send_to_repair(node);
  members_ -= static_cast<std::int64_t>(broken_.size());
  broken_.clear();
}

void TrainingJob::end_early() {
  phase_times_.push_back((simulation_.now() - phase_began_).seconds());
  if (stretch_ == nullptr) {
    leave();
    return;
  }
  const SimDuration elapsed = simulation_.now() - since_;
  stretch_->report(since_, elapsed, stretch_->steps(), usage_now(), usage_);
  checkpoints_ += stretch_->durable_checkpoints(elapsed);
  undurable_steps_ = stretch_->trained_steps(elapsed);
}

void TrainingJob::add_to(CampaignResult& result) const {
  result.phase_times = phase_times_;
  result.steps_done = earlier_steps_ + durable_steps_ + undurable_steps_;
  result.checkpoints = checkpoints_;
  result.nodes_swapped = nodes_swapped_;
  result.interruptions = interruptions_;
}

void TrainingJob::enter(NodeState state) {
  state_ = state;
  since_ = simulation_.now();
}

void TrainingJob::leave() {
  const UsageInterval usage = usage_now();
  if (usage.to_ns > usage.from_ns) usage_.add(usage);
}

UsageInterval TrainingJob::usage_now() const {
  return {.entity = entity_,
          .state = state_,
          .from_ns = since_.ns(),
          .to_ns = simulation_.now().ns(),
          .nodes = members_};
}

Seconds detection_time(const Recovery& recovery, const FailureCause* cause) {
  if (cause == nullptr) return recovery.crash_detection;
  if (cause->detection) return *cause->detection;
  return cause->symptom == Symptom::kHang ? recovery.hang_detection : recovery.crash_detection;
}

}  // namespace sextant

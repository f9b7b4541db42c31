#include "sextant/kernel/simulation.h"

#include "sextant/kernel/assert.h"

namespace sextant {

using Status = ProcessState::Status;

Simulation::~Simulation() {
  free_states_.clear();  // a process started by a destructor gets a new state, at the end
  for (ProcessState& process : states_) process.disarm();
  for (std::size_t i = 0; i < states_.size(); ++i) {  // NOLINT(modernize-loop-convert): it may grow
    ProcessState& process = states_[i];
    process.disarm();
    process.status = Status::kFinished;
    if (process.root) std::exchange(process.root, nullptr).destroy();
  }
}

ProcessHandle Simulation::start(Process process, Priority priority) {
  SEXTANT_ASSERT(process.frame_, "a process is started once");
  ProcessState& state = new_state();
  process.frame_.promise().process = &state;
  state.root = state.leaf = std::exchange(process.frame_, nullptr);
  state.status = Status::kScheduled;
  state.valid_from = schedule(state, now_, priority, 0);
  ++live_;
  return ProcessHandle(&state, state.generation);
}

void Simulation::run_until(SimTime end) {
  SEXTANT_ASSERT(end >= now_, "run until {} ns at {} ns", end.ns(), now_.ns());
  run_through(end);
  if (!stopped_) now_ = end;
}

void Simulation::run_through(SimTime end) {
  SEXTANT_ASSERT(current_ == nullptr, "a process runs the simulation that runs it");
  stopped_ = false;
  while (!stopped_ && !queue_.empty() && queue_.top().time_ns <= end.ns()) {
    const QueueEntry entry = queue_.top();
    queue_.pop();
    if (!queue_.empty()) __builtin_prefetch(queue_.top().process);
    ProcessState& process = *entry.process;
    if (entry.sequence() < process.valid_from) {
      --stale_;
      continue;
    }
    now_ = SimTime(entry.time_ns);
    if (process.status == Status::kWaiting && !process.timer_rings(entry.branch())) continue;
    ++events_;
    digest_.add(entry.time_ns);
    digest_.add(entry.order);
    resume(process);
  }
}

void Simulation::resume(ProcessState& process) {
  current_ = &process;
  process.status = Status::kRunning;
  do {
    process.leaf.resume();
  } while (process.status == Status::kRunning);  // a task was called, or has returned
  current_ = nullptr;
  if (process.status == Status::kFinished) finish(process);
}

void Simulation::finish(ProcessState& process) {
  ++process.generation;
  --live_;
  process.valid_from = ProcessState::kNoEntry;
  process.pending.clear();
  process.has_pending = false;
  std::exchange(process.root, nullptr).destroy();
  process.joiners.wake_all(Priority::kEvent);
  free_states_.push_back(&process);
  if (process.exception) std::rethrow_exception(std::exchange(process.exception, nullptr));
}

ProcessHandle Simulation::current() const {
  return current_ ? ProcessHandle(current_, current_->generation) : ProcessHandle();
}

ProcessState& Simulation::new_state() {
  if (free_states_.empty()) {
    ProcessState& state = states_.emplace_back();
    state.simulation = this;
    return state;
  }
  ProcessState& state = *free_states_.back();
  free_states_.pop_back();
  return state;
}

std::uint64_t Simulation::schedule(ProcessState& process, SimTime time, Priority priority,
                                   std::uint32_t branch) {
  const std::uint64_t sequence = next_sequence_++;
  queue_.push({.time_ns = time.ns(),
               .order = QueueEntry::pack(priority, sequence, branch),
               .process = &process});
  return sequence;
}

void Simulation::forget_entries(std::uint32_t count) {
  constexpr std::size_t kWorthCompacting = 64;
  stale_ += count;
  if (stale_ < kWorthCompacting || stale_ * 2 < queue_.size()) return;
  queue_.remove_if(
      [](const QueueEntry& entry) { return entry.sequence() < entry.process->valid_from; });
  stale_ = 0;
}

}  // namespace sextant

#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "sextant/kernel/digest.h"
#include "sextant/kernel/event_queue.h"
#include "sextant/kernel/process.h"
#include "sextant/kernel/sim_time.h"

namespace sextant {

/// A clock and the processes that live by it: the context that every model receives by reference.
///
/// Events are ordered by (time in nanoseconds, Priority, sequence of scheduling): totally, so a run
/// is the same on every machine. One simulation uses one thread; any number of simulations run side
/// by side, one per replica.
class Simulation {
 public:
  Simulation() = default;
  /// Destroys the frames of all processes that have not ended.
  ~Simulation();
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  SimTime now() const { return now_; }

  /// Takes over the process; it begins at the present time, when the caller has given way.
  ProcessHandle start(Process process, Priority priority = Priority::kStart);

  /// Runs until nothing is left to happen, or stop(). Processes may still wait for what will never
  /// come. After an exception the simulation can only be destroyed.
  void run() { run_through(SimTime::never()); }
  /// Runs everything up to and including time `end`, then sets the clock to it, unless stopped.
  void run_until(SimTime end);
  /// Ends run() when the present process gives way; a later run() continues.
  void stop() { stopped_ = true; }

  /// The process that runs now; no process outside run().
  ProcessHandle current() const;

  /// Wake-ups so far.
  std::uint64_t events() const { return events_; }
  /// Processes that have not ended.
  std::size_t live_processes() const { return live_; }
  /// Entries of the event queue, cancelled ones included: at most twice the valid ones and a few.
  std::size_t queued() const { return queue_.size(); }
  /// Fingerprint of the event sequence. Owners of random streams add a final draw of each, so that
  /// the digest also tells how often they were used.
  Digest& digest() { return digest_; }

 private:
  friend class ProcessState;

  void run_through(SimTime end);
  void resume(ProcessState& process);
  void finish(ProcessState& process);
  ProcessState& new_state();
  /// Schedules an entry for a process; returns its sequence.
  std::uint64_t schedule(ProcessState& process, SimTime time, Priority priority,
                         std::uint32_t branch);
  void forget_entries(std::uint32_t count);

  SimTime now_;
  bool stopped_ = false;
  std::uint64_t next_sequence_ = 0;
  std::uint64_t events_ = 0;
  std::size_t stale_ = 0;  ///< cancelled entries in the queue
  std::size_t live_ = 0;
  EventQueue queue_;
  Digest digest_;
  ProcessState* current_ = nullptr;
  std::deque<ProcessState> states_;
  std::vector<ProcessState*> free_states_;
};

}  // namespace sextant

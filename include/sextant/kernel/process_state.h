#pragma once

#include <coroutine>
#include <cstdint>
#include <exception>
#include <limits>
#include <span>
#include <vector>

#include "sextant/kernel/wait_list.h"
#include "sextant/kernel/wake.h"

namespace sextant {

class Simulation;

/// What the simulation knows about a process. Models use ProcessHandle; this is the machinery of
/// the awaitables. States are recycled: a handle knows by its generation whether it still means the
/// same process.
class alignas(64) ProcessState {
 public:
  enum class Status : std::uint8_t {
    kFinished,   ///< the state is free
    kScheduled,  ///< one valid entry in the queue will resume it, whatever happens
    kRunning,
    kWaiting  ///< for `needed` of its conditions
  };

  /// Waits for `count` of the conditions; `nodes` are as many and stay where they are while the
  /// process waits. False: no need to suspend, `wake` is the answer.
  bool wait_for(std::span<const Condition> conditions, std::span<WaitNode> nodes,
                std::uint16_t count);
  /// The same for a single delay.
  bool wait_delay(SimDuration duration, Priority priority);
  /// A timer of the waiting process is due. True: it was the last condition that it needed.
  bool timer_rings(std::uint32_t branch) {
    --timers;
    if (--needed > 0) return false;
    disarm();
    wake = Wake(static_cast<std::int32_t>(branch));
    return true;
  }
  /// One of the lists has come: the process is scheduled if it was the last that it needed.
  void come(std::uint32_t branch, Priority priority);
  /// @see ProcessHandle::interrupt
  void interrupt(Interrupt interrupt);
  /// Leaves all lists, and forgets all timers.
  void disarm();

  // The first cache line: all that a wake-up touches.
  std::coroutine_handle<> leaf;  ///< what runs next: the process, or the innermost of its tasks
  /// Queue entries of this process with a smaller sequence are stale.
  std::uint64_t valid_from = kNoEntry;
  Simulation* simulation = nullptr;
  WaitNode* nodes = nullptr;  ///< places in lists
  std::uint16_t node_count = 0;
  std::uint16_t timers = 0;  ///< valid entries in the queue
  std::uint16_t needed = 0;  ///< conditions still to come
  Status status = Status::kFinished;
  bool has_pending = false;  ///< `pending` is not empty
  Wake wake;

  std::vector<Interrupt> pending;  ///< interrupts to deliver, oldest first
  std::coroutine_handle<> root;
  std::uint32_t generation = 0;
  WaitList joiners;
  std::exception_ptr exception;

  static constexpr std::uint64_t kNoEntry = std::numeric_limits<std::uint64_t>::max();

 private:
  void arm(const Condition& condition, std::uint32_t branch);
  void set_timer(SimDuration duration, Priority priority, std::uint32_t branch);
  bool take_pending_interrupt();
};

}  // namespace sextant

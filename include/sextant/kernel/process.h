#pragma once

#include <coroutine>
#include <utility>

#include "sextant/kernel/process_state.h"
#include "sextant/kernel/wait_for.h"

namespace sextant {

/// What Process and Task have in common: the process on whose behalf the coroutine runs.
struct CoroutinePromise {
  ProcessState* process = nullptr;

  std::suspend_always initial_suspend() const noexcept { return {}; }
};

/// A coroutine that lives in simulated time:
///
///     Process node_life(Simulation& sim, Node& node) {
///       for (;;) {
///         const Wake wake = co_await delay(node.draw_life());
///         ...
///       }
///     }
///     sim.start(node_life(sim, node));
///
/// It owns its frame until `Simulation::start` takes it over; the simulation destroys the frame
/// when the process ends, or when the simulation dies. An exception that leaves the coroutine
/// leaves `Simulation::run`.
///
/// Rules for those who write processes and tasks; all but the first are about gcc 12.2, which
/// compiles the following to code that corrupts memory (clang does not):
/// - Parameters by reference, and what a lambda has captured, must outlive the process. Do not make
///   a process of a lambda with captures: pass what it needs as parameters.
/// - Never `co_await` in the condition of if, while, for or switch, nor in `?:` (GCC bug 106188).
///   Name the result first; `if (const Wake wake = co_await ...; wake.interrupted())` is right,
///   too.
/// - No braces in the arguments of an awaited call, as in `co_await save({1, 2})` or
///   `co_await save(Options{...})`: name the aggregate first (GCC bugs 98401, 103871).
class [[nodiscard]] Process {
 public:
  struct promise_type : CoroutinePromise {
    struct Finish {
      bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<promise_type> self) const noexcept {
        self.promise().process->status = ProcessState::Status::kFinished;
      }
      void await_resume() const noexcept {}
    };

    Process get_return_object() {
      return Process(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    Finish final_suspend() const noexcept { return {}; }
    void return_void() const {}
    void unhandled_exception() { process->exception = std::current_exception(); }
  };

  Process(Process&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  Process& operator=(Process&& other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~Process() {
    if (frame_) frame_.destroy();
  }

 private:
  friend class Simulation;
  explicit Process(std::coroutine_handle<promise_type> frame) : frame_(frame) {}

  std::coroutine_handle<promise_type> frame_;
};

/// A started process, as others see it: it can be waited for (`co_await handle`, also in any_of and
/// all_of) and interrupted. A small value; it may outlive the process, but not the simulation.
class ProcessHandle {
 public:
  /// Means no process, and is finished.
  ProcessHandle() = default;

  bool finished() const { return state_ == nullptr || state_->generation != generation_; }

  /// Ends the wait of the process: its `co_await` returns with this interrupt, at the present time
  /// with Priority::kInterrupt. What it waited for goes on without it. If the process does not wait
  /// (it is about to be resumed, or interrupts itself) the interrupt is kept for its next wait:
  /// none is lost. Nothing happens when it is finished.
  void interrupt(Interrupt interrupt) const {
    if (!finished()) state_->interrupt(interrupt);
  }
  template <class Enum>
  requires std::is_enum_v<Enum>
  void interrupt(Enum cause, std::int64_t subject = 0) const {
    interrupt(Interrupt(cause, subject));
  }

  operator Condition() const {  // NOLINT(google-explicit-constructor)
    return finished() ? Condition::ready() : Condition::in(state_->joiners);
  }
  WaitFor<1> operator co_await() const { return WaitFor<1>(*this); }

  friend bool operator==(const ProcessHandle&, const ProcessHandle&) = default;

 private:
  friend class Simulation;
  ProcessHandle(ProcessState* state, std::uint32_t generation)
      : state_(state), generation_(generation) {}

  ProcessState* state_ = nullptr;
  std::uint32_t generation_ = 0;
};

}  // namespace sextant

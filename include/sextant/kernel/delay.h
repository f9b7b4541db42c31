#pragma once

#include <coroutine>

#include "sextant/kernel/process_state.h"

namespace sextant {

/// The awaitable that `delay` returns.
class [[nodiscard]] Delay {
 public:
  Delay(SimDuration duration, Priority priority) : duration_(duration), priority_(priority) {}

  bool await_ready() const { return false; }
  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> coroutine) {
    process_ = coroutine.promise().process;
    return process_->wait_delay(duration_, priority_);
  }
  Wake await_resume() const { return process_->wake; }

  operator Condition() const {  // NOLINT(google-explicit-constructor)
    return Condition::delay(duration_, priority_);
  }

 private:
  SimDuration duration_;
  Priority priority_;
  ProcessState* process_ = nullptr;
};

/// `co_await delay(d)`: the process continues d later, or when it is interrupted. Zero gives way to
/// everything of this instant that comes first; `never()` waits for an interrupt only. Asserts that
/// d is not negative.
inline Delay delay(SimDuration duration, Priority priority = Priority::kNormal) {
  return Delay(duration, priority);
}

}  // namespace sextant

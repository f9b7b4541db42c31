#pragma once

#include "sextant/kernel/wait_for.h"

namespace sextant {

/// Something that happens, and that any number of processes can wait for: `co_await event`.
///
/// `trigger()` wakes all waiters and leaves the event triggered: who comes later does not wait,
/// until `reset()`. `pulse()` wakes those who wait now and leaves the event as it is.
/// An event that dies with waiters never comes for them.
class Event {
 public:
  bool triggered() const { return triggered_; }

  void trigger(Priority priority = Priority::kEvent) {
    triggered_ = true;
    waiters_.wake_all(priority);
  }
  void pulse(Priority priority = Priority::kEvent) { waiters_.wake_all(priority); }
  void reset() { triggered_ = false; }

  operator Condition() const {  // NOLINT(google-explicit-constructor)
    return triggered_ ? Condition::ready() : Condition::in(waiters_);
  }
  WaitFor<1> operator co_await() const { return WaitFor<1>(*this); }

 private:
  bool triggered_ = false;
  mutable WaitList waiters_;  ///< to wait does not change the event
};

}  // namespace sextant

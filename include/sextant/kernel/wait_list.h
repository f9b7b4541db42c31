#pragma once

#include <cstdint>

#include "sextant/kernel/intrusive_list.h"
#include "sextant/kernel/priority.h"
#include "sextant/kernel/sim_time.h"

namespace sextant {

class ProcessState;

/// A place in a WaitList. It lives in the frame of the waiting coroutine; ProcessState takes it out
/// when the wait is over, however it ends.
struct WaitNode : ListHook {
  ProcessState* process = nullptr;
  std::uint32_t branch = 0;
};

/// The processes that wait for one thing, in order of arrival.
class WaitList {
 public:
  bool empty() const { return nodes_.empty(); }
  void append(WaitNode& node) { nodes_.push_back(node); }
  /// Schedules every waiter at the present time, first come first served.
  void wake_all(Priority priority);

 private:
  IntrusiveList<WaitNode> nodes_;
};

/// Something that a process can wait for, as any_of and all_of see it: a delay, or a list to stand
/// in, or nothing any more because it has already come.
struct Condition {
  enum class Kind : std::uint8_t { kReady, kDelay, kList };

  static Condition ready() { return Condition{}; }
  static Condition delay(SimDuration duration, Priority priority) {
    return Condition{Kind::kDelay, priority, duration, nullptr};
  }
  static Condition in(WaitList& list) {
    return Condition{Kind::kList, Priority::kNormal, SimDuration(), &list};
  }

  Kind kind = Kind::kReady;
  Priority priority = Priority::kNormal;  ///< of a delay
  SimDuration duration;                   ///< of a delay
  WaitList* list = nullptr;
};

}  // namespace sextant

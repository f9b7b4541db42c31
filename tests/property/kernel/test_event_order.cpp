// Events come in the order (time, priority, sequence), whatever is pushed, popped and cancelled.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <tuple>
#include <vector>

#include "sextant/kernel/delay.h"
#include "sextant/kernel/event_queue.h"
#include "sextant/kernel/simulation.h"

namespace sextant {
namespace {

constexpr Priority kPriorities[] = {Priority::kFailure, Priority::kInterrupt, Priority::kRelease,
                                    Priority::kNormal,  Priority::kStart,     Priority::kEnd};

Priority any_priority() { return kPriorities[*rc::gen::inRange<std::size_t>(0, 6)]; }

using Key = std::tuple<std::int64_t, std::uint64_t>;
Key key(const QueueEntry& entry) { return {entry.time_ns, entry.order}; }

RC_GTEST_PROP(EventQueue, PopsTheLeastOfWhatItHolds, ()) {
  EventQueue queue;
  std::vector<Key> held;
  const int steps = *rc::gen::inRange(0, 300);
  for (int i = 0; i < steps; ++i) {
    const int action = *rc::gen::weightedElement<int>({{6, 0}, {4, 1}, {1, 2}});
    if (action == 0) {
      const std::int64_t time = *rc::gen::inRange(0, 20);
      const QueueEntry entry{
          .time_ns = time,
          .order = QueueEntry::pack(any_priority(), static_cast<std::uint64_t>(i), 0),
          .process = nullptr};
      queue.push(entry);
      held.push_back(key(entry));
    } else if (action == 1 && !held.empty()) {
      const auto least = std::min_element(held.begin(), held.end());
      RC_ASSERT(key(queue.top()) == *least);
      queue.pop();
      held.erase(least);
    } else if (action == 2) {
      const std::int64_t time = *rc::gen::inRange(0, 20);
      queue.remove_if([&](const QueueEntry& entry) { return entry.time_ns == time; });
      std::erase_if(held, [&](const Key& k) { return std::get<0>(k) == time; });
    }
    RC_ASSERT(queue.size() == held.size());
  }
}

struct Arrival {
  std::int64_t time;
  int priority;
  int number;
  auto operator<=>(const Arrival&) const = default;
};

Process arrives(Simulation& sim, std::vector<Arrival>& log, Arrival plan, Priority priority) {
  (void)co_await delay(SimDuration(plan.time), priority);
  RC_ASSERT(sim.now() == SimTime(plan.time));
  log.push_back(plan);
}

RC_GTEST_PROP(Simulation, ProcessesWakeInTotalOrder, ()) {
  Simulation sim;
  std::vector<Arrival> log;
  const int count = *rc::gen::inRange(0, 100);
  for (int i = 0; i < count; ++i) {
    const Priority priority = any_priority();
    const std::int64_t time = *rc::gen::inRange(1, 10);
    sim.start(arrives(sim, log, {time, static_cast<int>(priority), i}, priority));
  }
  sim.run();
  RC_ASSERT(log.size() == static_cast<std::size_t>(count));
  RC_ASSERT(std::is_sorted(log.begin(), log.end()));
}

}  // namespace
}  // namespace sextant

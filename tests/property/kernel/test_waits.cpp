// What a wait promises, for random programs: who is woken, when, by what, and that nothing is
// left behind.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "sextant/kernel/delay.h"
#include "sextant/kernel/distributions.h"
#include "sextant/kernel/event.h"
#include "sextant/kernel/simulation.h"

namespace sextant {
namespace {

enum class Cause { kTest };

using Times = std::array<std::int64_t, 3>;

Process triggers(Event& event, std::int64_t time) {
  (void)co_await delay(SimDuration(time));
  event.trigger();
}

struct Outcome {
  std::optional<Wake> wake;
  SimTime time;
};

Process waits_for_any(Simulation& sim, const Times& delays, const Event& event, Outcome& outcome) {
  const Wake wake = co_await any_of(delay(SimDuration(delays[0])), event,
                                    delay(SimDuration(delays[1])), delay(SimDuration(delays[2])));
  outcome = {wake, sim.now()};
}

Process waits_for_all(Simulation& sim, const Times& delays, const Event& event, Outcome& outcome) {
  const Wake wake = co_await all_of(delay(SimDuration(delays[0])), event,
                                    delay(SimDuration(delays[1])), delay(SimDuration(delays[2])));
  outcome = {wake, sim.now()};
}

Process interrupts(ProcessHandle victim, std::int64_t time) {
  (void)co_await delay(SimDuration(time));
  victim.interrupt(Cause::kTest);
}

Times any_times() {
  Times times{};
  for (std::int64_t& time : times) time = *rc::gen::inRange(1, 20);
  return times;
}

/// any_of returns at the earliest of its parts and names a part that came then; an interrupt before
/// that wins; the queue is empty afterwards.
RC_GTEST_PROP(AnyOf, ComesWithTheFirst, ()) {
  const Times delays = any_times();
  const std::int64_t event_time = *rc::gen::inRange(1, 20);
  const std::int64_t interrupt_time = *rc::gen::inRange(1, 40);
  Simulation sim;
  Event event;
  Outcome outcome;
  const ProcessHandle waiter = sim.start(waits_for_any(sim, delays, event, outcome));
  sim.start(triggers(event, event_time));
  sim.start(interrupts(waiter, interrupt_time));
  sim.run();

  const std::int64_t first =
      std::min({delays[0], event_time, delays[1], delays[2], interrupt_time});
  RC_ASSERT(outcome.wake.has_value());
  RC_ASSERT(outcome.time == SimTime(first));
  const std::array came{delays[0], event_time, delays[1], delays[2]};
  if (outcome.wake->interrupted()) {
    RC_ASSERT(interrupt_time == first);
  } else {
    RC_ASSERT(came[static_cast<std::size_t>(outcome.wake->index())] == first);
  }
  RC_ASSERT(sim.queued() == 0u);
  RC_ASSERT(sim.live_processes() == 0u);
}

RC_GTEST_PROP(AllOf, ComesWithTheLast, ()) {
  const Times delays = any_times();
  const std::int64_t event_time = *rc::gen::inRange(1, 20);
  const std::int64_t interrupt_time = *rc::gen::inRange(1, 40);
  Simulation sim;
  Event event;
  Outcome outcome;
  const ProcessHandle waiter = sim.start(waits_for_all(sim, delays, event, outcome));
  sim.start(triggers(event, event_time));
  sim.start(interrupts(waiter, interrupt_time));
  sim.run();

  const std::int64_t last = std::max({delays[0], event_time, delays[1], delays[2]});
  RC_ASSERT(outcome.wake.has_value());
  RC_ASSERT(outcome.time == SimTime(std::min(last, interrupt_time)));
  if (outcome.wake->interrupted()) {
    RC_ASSERT(interrupt_time <= last);
  } else {
    RC_ASSERT(last <= interrupt_time);
  }
  RC_ASSERT(sim.queued() == 0u);
}

/// A crowd that waits in all ways and disturbs one another.
class Crowd {
 public:
  Crowd(std::uint64_t seed, std::uint32_t size) : seed_(seed), events_(size) {
    for (std::uint32_t i = 0; i < size; ++i) members_.push_back(sim_.start(live(i)));
  }

  void run(std::int64_t end) { sim_.run_until(SimTime(end)); }
  /// From now on nobody disturbs anybody.
  void calm_down() { calm_ = true; }
  Simulation& sim() { return sim_; }
  std::uint64_t sent() const { return sent_; }
  std::uint64_t received() const { return received_; }
  bool clock_went_back() const { return clock_went_back_; }

 private:
  Process live(std::uint32_t self) {
    RandomStream stream(seed_, "crowd", 0, self);
    SimTime last;
    for (;;) {
      const SimDuration length(static_cast<std::int64_t>(draw_index(stream, 50)));
      const Event& event = events_[draw_index(stream, events_.size())];
      const std::uint64_t way = draw_index(stream, 4);
      Wake wake;
      if (way == 0) wake = co_await delay(length);
      if (way == 1) wake = co_await any_of(event, delay(length));
      if (way == 2) wake = co_await all_of(delay(length), delay(SimDuration(7)));
      if (way == 3) wake = co_await any_of(delay(length), delay(SimDuration(1'000'000)));
      received_ += wake.interrupted();
      clock_went_back_ |= sim_.now() < last;
      last = sim_.now();
      if (!calm_) disturb(stream);
    }
  }

  void disturb(RandomStream& stream) {
    const std::size_t other = draw_index(stream, members_.size());
    const double luck = draw_uniform(stream);
    if (luck < 0.3) {
      members_[other].interrupt(Cause::kTest);
      ++sent_;
    } else if (luck < 0.5) {
      events_[other].pulse();
    }
  }

  std::uint64_t seed_;
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
  bool clock_went_back_ = false;
  bool calm_ = false;
  std::deque<Event> events_;
  std::vector<ProcessHandle> members_;
  Simulation sim_;
};

/// Interrupts are neither lost nor doubled, the clock never goes back, and cancelled delays do not
/// fill the queue.
RC_GTEST_PROP(Crowd, KeepsItsPromises, ()) {
  const std::uint64_t seed = *rc::gen::arbitrary<std::uint64_t>();
  const std::uint32_t size = *rc::gen::inRange(1u, 40u);
  Crowd crowd(seed, size);
  for (int slice = 1; slice <= 10; ++slice) {
    crowd.run(slice * 100);
    RC_ASSERT(crowd.sim().queued() <= 2 * 2 * size + 64 + 2);
  }
  RC_ASSERT(!crowd.clock_went_back());
  RC_ASSERT(crowd.sim().live_processes() == size);
  crowd.calm_down();
  crowd.run(2'000);
  RC_ASSERT(crowd.received() == crowd.sent());
}

RC_GTEST_PROP(Crowd, RepeatsItself, ()) {
  const std::uint64_t seed = *rc::gen::arbitrary<std::uint64_t>();
  Crowd first(seed, 20);
  Crowd second(seed, 20);
  first.run(500);
  for (int slice = 1; slice <= 50; ++slice) second.run(slice * 10);
  RC_ASSERT(first.sim().events() == second.sim().events());
  RC_ASSERT(first.sim().digest().value() == second.sim().digest().value());
}

}  // namespace
}  // namespace sextant

#include "sextant/kernel/simulation.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "sextant/kernel/delay.h"
#include "sextant/kernel/event.h"

namespace sextant {
namespace {

using Log = std::vector<std::string>;

enum class Cause { kNone, kFailure, kPreempted };

SimDuration ns(std::int64_t n) { return SimDuration(n); }

/// A simulation and what its processes said, with the time.
struct Stage {
  Simulation sim;
  Log log;

  void say(const std::string& text) { log.push_back(text + " " + std::to_string(sim.now().ns())); }
  void say(const std::string& name, const Wake& wake) {
    say(name + (wake.interrupted() ? " interrupted" : " " + std::to_string(wake.index())));
  }
};

Process sleeper(Stage& stage, std::string name, std::int64_t length,
                Priority priority = Priority::kNormal) {
  const Wake wake = co_await delay(ns(length), priority);
  stage.say(name, wake);
}

// --- Clock and order ----------------------------------------------------------------------------

TEST(Simulation, DelaysEndInOrderOfTime) {
  Stage stage;
  stage.sim.start(sleeper(stage, "late", 20));
  stage.sim.start(sleeper(stage, "early", 10));
  stage.sim.run();
  EXPECT_EQ(stage.log, (Log{"early 0 10", "late 0 20"}));
  EXPECT_EQ(stage.sim.now(), SimTime(20));
  EXPECT_EQ(stage.sim.events(), 4u);  // two starts, two ends of delays
  EXPECT_EQ(stage.sim.live_processes(), 0u);
  EXPECT_EQ(stage.sim.queued(), 0u);
}

TEST(Simulation, TiesGoByPriorityThenBySequence) {
  Stage stage;
  stage.sim.start(sleeper(stage, "observe", 10, Priority::kObserve));
  stage.sim.start(sleeper(stage, "first", 10));
  stage.sim.start(sleeper(stage, "second", 10));
  stage.sim.start(sleeper(stage, "failure", 10, Priority::kFailure));
  stage.sim.run();
  EXPECT_EQ(stage.log, (Log{"failure 0 10", "first 0 10", "second 0 10", "observe 0 10"}));
}

TEST(Simulation, RunUntilIncludesItsEnd) {
  Stage stage;
  stage.sim.start(sleeper(stage, "a", 10));
  stage.sim.start(sleeper(stage, "b", 11));
  stage.sim.run_until(SimTime(10));
  EXPECT_EQ(stage.log, (Log{"a 0 10"}));
  EXPECT_EQ(stage.sim.now(), SimTime(10));
  stage.sim.run_until(SimTime(15));
  EXPECT_EQ(stage.sim.now(), SimTime(15));
  EXPECT_EQ(stage.log.back(), "b 0 11");
}

Process stopper(Stage& stage) {
  (void)co_await delay(ns(5));
  stage.sim.stop();
  (void)co_await delay(ns(5));
  stage.say("after");
}

TEST(Simulation, StopsAndContinues) {
  Stage stage;
  stage.sim.start(stopper(stage));
  stage.sim.run_until(SimTime(100));
  EXPECT_EQ(stage.sim.now(), SimTime(5));
  stage.sim.run();
  EXPECT_EQ(stage.log, (Log{"after 10"}));
}

Process waits_for_ever(Stage& stage) {
  const Wake wake = co_await delay(SimDuration::never());
  stage.say("woke", wake);
}

TEST(Simulation, NeverIsNotQueued) {
  Stage stage;
  const ProcessHandle process = stage.sim.start(waits_for_ever(stage));
  stage.sim.run();
  EXPECT_EQ(stage.sim.queued(), 0u);
  EXPECT_EQ(stage.sim.live_processes(), 1u);
  process.interrupt(Cause::kFailure);
  stage.sim.run();
  EXPECT_EQ(stage.log, (Log{"woke interrupted 0"}));
}

Process parent(Stage& stage) {
  (void)co_await delay(ns(3));
  stage.sim.start(sleeper(stage, "child", 4));
  stage.say("started a child");
}

TEST(Simulation, ProcessesStartProcesses) {
  Stage stage;
  stage.sim.start(parent(stage));
  stage.sim.run();
  EXPECT_EQ(stage.log, (Log{"started a child 3", "child 0 7"}));
}

Process names_itself(Simulation& sim, ProcessHandle& self) {
  self = sim.current();
  (void)co_await delay(ns(1));
}

TEST(Simulation, KnowsTheCurrentProcess) {
  Simulation sim;
  ProcessHandle self;
  const ProcessHandle started = sim.start(names_itself(sim, self));
  EXPECT_EQ(sim.current(), ProcessHandle());
  sim.run_until(SimTime(0));
  EXPECT_EQ(self, started);
  sim.run();
  EXPECT_TRUE(self.finished());
}

TEST(Simulation, NegativeDelayIsAnInternalError) {
  Stage stage;
  stage.sim.start(sleeper(stage, "a", -1));
  EXPECT_DEATH(stage.sim.run(), "a delay of -1 ns");
}

// --- Interrupts ---------------------------------------------------------------------------------

Process interrupter(ProcessHandle victim, std::int64_t after, int times = 1) {
  (void)co_await delay(ns(after));
  for (int i = 0; i < times; ++i) victim.interrupt(Cause::kFailure, i);
}

Process victim(Stage& stage) {
  for (int i = 0; i < 3; ++i) {
    const Wake wake = co_await delay(ns(100));
    if (wake.interrupted()) {
      EXPECT_EQ(wake.interrupt().cause<Cause>(), Cause::kFailure);
      stage.say("failure " + std::to_string(wake.interrupt().subject()));
    } else {
      stage.say("done");
    }
  }
}

TEST(Interrupt, EndsAWait) {
  Stage stage;
  const ProcessHandle process = stage.sim.start(victim(stage));
  stage.sim.start(interrupter(process, 5));
  stage.sim.run();
  EXPECT_EQ(stage.log, (Log{"failure 0 5", "done 105", "done 205"}));
  EXPECT_TRUE(process.finished());
}

TEST(Interrupt, IsKeptForTheNextWait) {
  Stage stage;
  const ProcessHandle process = stage.sim.start(victim(stage));
  stage.sim.start(interrupter(process, 5, 2));
  stage.sim.run();
  EXPECT_EQ(stage.log, (Log{"failure 0 5", "failure 1 5", "done 105"}));
}

TEST(Interrupt, ReachesAProcessThatHasNotBegun) {
  Stage stage;
  const ProcessHandle process = stage.sim.start(victim(stage));
  process.interrupt(Cause::kFailure, 7);
  stage.sim.run();
  EXPECT_EQ(stage.log, (Log{"failure 7 0", "done 100", "done 200"}));
}

TEST(Interrupt, AfterADelayOfTheSameInstantIsKept) {
  Stage stage;
  const ProcessHandle process = stage.sim.start(victim(stage));
  stage.sim.start(interrupter(process, 100));  // its delay ends after the victim's
  stage.sim.run();
  EXPECT_EQ(stage.log, (Log{"done 100", "failure 0 100", "done 200"}));
}

TEST(Interrupt, OfAFinishedProcessDoesNothing) {
  Stage stage;
  const ProcessHandle process = stage.sim.start(sleeper(stage, "a", 1));
  stage.sim.run();
  process.interrupt(Cause::kFailure);
  ProcessHandle().interrupt(Cause::kFailure);
  const ProcessHandle next = stage.sim.start(sleeper(stage, "recycled", 1));
  process.interrupt(Cause::kFailure);
  EXPECT_FALSE(next.finished());
  stage.sim.run();
  EXPECT_EQ(stage.log, (Log{"a 0 1", "recycled 0 2"}));
}

Process interrupts_itself(Stage& stage) {
  stage.sim.current().interrupt(Cause::kPreempted);
  const Wake wake = co_await delay(ns(5));
  stage.say("self", wake);
}

TEST(Interrupt, OfItselfEndsTheNextWait) {
  Stage stage;
  stage.sim.start(interrupts_itself(stage));
  stage.sim.run();
  EXPECT_EQ(stage.log, (Log{"self interrupted 0"}));
}

// --- Events -------------------------------------------------------------------------------------

Process event_waiter(Stage& stage, const Event& event, std::string name) {
  const Wake wake = co_await event;
  stage.say(name, wake);
}

Process at(std::int64_t time, Event& event, void (*action)(Event&)) {
  (void)co_await delay(ns(time));
  action(event);
}

TEST(Event, TriggerWakesAllInOrderAndStays) {
  Stage stage;
  Event event;
  stage.sim.start(event_waiter(stage, event, "a"));
  stage.sim.start(event_waiter(stage, event, "b"));
  stage.sim.start(at(5, event, [](Event& e) { e.trigger(); }));
  stage.sim.run();
  EXPECT_TRUE(event.triggered());
  stage.sim.start(event_waiter(stage, event, "c"));
  stage.sim.run();
  EXPECT_EQ(stage.log, (Log{"a 0 5", "b 0 5", "c 0 5"}));
}

TEST(Event, ResetArmsAgain) {
  Stage stage;
  Event event;
  event.trigger();
  event.reset();
  stage.sim.start(event_waiter(stage, event, "a"));
  stage.sim.start(at(5, event, [](Event& e) { e.trigger(); }));
  stage.sim.run();
  EXPECT_EQ(stage.log, (Log{"a 0 5"}));
}

TEST(Event, PulseWakesOnlyThoseWhoWait) {
  Stage stage;
  Event event;
  event.pulse();
  stage.sim.start(event_waiter(stage, event, "a"));
  stage.sim.start(at(5, event, [](Event& e) { e.pulse(); }));
  stage.sim.run();
  stage.sim.start(event_waiter(stage, event, "b"));
  stage.sim.run();
  EXPECT_EQ(stage.log, (Log{"a 0 5"}));
}

TEST(Event, MayDieBeforeItsWaiters) {
  Stage stage;
  auto event = std::make_unique<Event>();
  stage.sim.start(event_waiter(stage, *event, "a"));
  stage.sim.run();
  event.reset();
  stage.sim.run();
  EXPECT_EQ(stage.sim.live_processes(), 1u);
}

TEST(Event, MayDieAfterTheSimulation) {
  Event event;
  {
    Stage stage;
    stage.sim.start(event_waiter(stage, event, "a"));
    stage.sim.run();
  }
  event.trigger();
}

// --- any_of, all_of, processes ------------------------------------------------------------------

Process waits_for_any(Stage& stage, const Event& event) {
  const Wake first = co_await any_of(delay(ns(10)), event);
  stage.say("first", first);
  const Wake second = co_await any_of(delay(ns(10)), event);
  stage.say("second", second);
}

TEST(AnyOf, SaysWhichCame) {
  Stage stage;
  Event event;
  stage.sim.start(waits_for_any(stage, event));
  stage.sim.start(at(4, event, [](Event& e) { e.pulse(); }));
  stage.sim.run();
  EXPECT_EQ(stage.log, (Log{"first 1 4", "second 0 14"}));
}

TEST(AnyOf, TieGoesToWhatWasScheduledFirst) {
  Stage stage;
  Event event;
  stage.sim.start(at(10, event, [](Event& e) { e.pulse(); }));
  stage.sim.start(waits_for_any(stage, event));
  stage.sim.run_until(SimTime(10));
  EXPECT_EQ(stage.log, (Log{"first 1 10"}));

  Stage other;
  other.sim.start(waits_for_any(other, event));
  other.sim.start(at(10, event, [](Event& e) { e.pulse(); }));
  other.sim.run_until(SimTime(10));
  EXPECT_EQ(other.log, (Log{"first 0 10", "second 1 10"}));
}

Process waits_for_what_has_come(Stage& stage, const Event& event) {
  const Wake wake = co_await any_of(delay(ns(10)), event, delay(ns(0)));
  stage.say("any", wake);
  const Wake all = co_await all_of(event, event);
  stage.say("all", all);
}

TEST(AnyOf, DoesNotWaitForWhatHasCome) {
  Stage stage;
  Event event;
  event.trigger();
  stage.sim.start(waits_for_what_has_come(stage, event));
  stage.sim.run();
  EXPECT_EQ(stage.log, (Log{"any 1 0", "all 1 0"}));
  EXPECT_EQ(stage.sim.events(), 1u);
}

Process waits_for_all(Stage& stage, const Event& event, ProcessHandle process) {
  const Wake wake = co_await all_of(delay(ns(3)), event, process, delay(ns(7)), event);
  stage.say("all", wake);
}

TEST(AllOf, WaitsForTheLast) {
  Stage stage;
  Event event;
  const ProcessHandle process = stage.sim.start(sleeper(stage, "process", 9));
  stage.sim.start(waits_for_all(stage, event, process));
  stage.sim.start(at(5, event, [](Event& e) { e.trigger(); }));
  stage.sim.run();
  EXPECT_EQ(stage.log, (Log{"process 0 9", "all 2 9"}));
}

TEST(AllOf, IsInterrupted) {
  Stage stage;
  Event event;
  const ProcessHandle waiter = stage.sim.start(waits_for_all(stage, event, ProcessHandle()));
  stage.sim.start(interrupter(waiter, 5));
  stage.sim.run();
  EXPECT_EQ(stage.log, (Log{"all interrupted 5"}));
  EXPECT_EQ(stage.sim.queued(), 0u);
  EXPECT_EQ(stage.sim.now(), SimTime(5)) << "a cancelled delay does not move the clock";
}

Process joiner(Stage& stage, ProcessHandle process) {
  const Wake first = co_await process;
  stage.say("joined", first);
  const Wake again = co_await process;
  stage.say("again", again);
}

TEST(ProcessHandle, CanBeWaitedFor) {
  Stage stage;
  const ProcessHandle process = stage.sim.start(sleeper(stage, "a", 5));
  stage.sim.start(joiner(stage, process));
  stage.sim.run();
  EXPECT_EQ(stage.log, (Log{"a 0 5", "joined 0 5", "again 0 5"}));
}

// --- Destruction --------------------------------------------------------------------------------

/// Triggers, starts and interrupts from a destructor, as a careless model might.
class Mourner {
 public:
  Mourner(Stage& stage, Event& event, ProcessHandle other)
      : stage_(&stage), event_(&event), other_(other) {}
  ~Mourner() {
    event_->trigger();
    other_.interrupt(Cause::kFailure);
    stage_->sim.start(sleeper(*stage_, "too late", 1));
  }
  Mourner(const Mourner&) = delete;
  Mourner& operator=(const Mourner&) = delete;

 private:
  Stage* stage_;
  Event* event_;
  ProcessHandle other_;
};

Process mourning(Stage& stage, Event& event, ProcessHandle other) {
  const Mourner mourner(stage, event, other);
  (void)co_await delay(ns(100));
}

TEST(Simulation, DestructorsOfFramesMayUseIt) {
  Event event;
  Log log;
  {
    Stage stage;
    const ProcessHandle first = stage.sim.start(event_waiter(stage, event, "a"));
    stage.sim.start(mourning(stage, event, first));
    stage.sim.start(event_waiter(stage, event, "b"));
    stage.sim.start(sleeper(stage, "c", 2));  // leaves a free state behind
    stage.sim.run_until(SimTime(3));
    log = stage.log;
  }
  EXPECT_EQ(log, (Log{"c 0 2"}));
}

// --- The queue does not fill up -----------------------------------------------------------------

Process impatient(const Event& event, int times) {
  for (int i = 0; i < times; ++i) (void)co_await any_of(delay(ns(1'000'000'000)), event);
}

Process pulser(Event& event, int times, std::size_t& most, Simulation& sim) {
  for (int i = 0; i < times; ++i) {
    (void)co_await delay(ns(1));
    event.pulse();
    most = std::max(most, sim.queued());
  }
}

TEST(Simulation, CancelledDelaysDoNotAccumulate) {
  Simulation sim;
  Event event;
  std::size_t most = 0;
  for (int i = 0; i < 10; ++i) sim.start(impatient(event, 10'000));
  sim.start(pulser(event, 10'000, most, sim));
  sim.run();
  EXPECT_EQ(sim.live_processes(), 0u);
  EXPECT_LT(most, 200u);
  EXPECT_EQ(sim.queued(), 0u);
}

}  // namespace
}  // namespace sextant

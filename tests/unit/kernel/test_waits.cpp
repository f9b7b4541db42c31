// Interrupts, events, any_of, all_of and waiting for processes.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "sextant/kernel/event.h"
#include "sextant/kernel/simulation.h"
#include "tests/unit/kernel/stage.h"

namespace sextant {
namespace {

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

}  // namespace
}  // namespace sextant

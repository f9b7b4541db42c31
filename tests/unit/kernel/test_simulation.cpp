#include "sextant/kernel/simulation.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "sextant/kernel/delay.h"
#include "sextant/kernel/event.h"
#include "tests/unit/kernel/stage.h"

namespace sextant {
namespace {

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

Process runs_its_own(Simulation& sim) {
  sim.run();
  co_return;
}

TEST(Simulation, RunningItFromInsideIsAnInternalError) {
  Simulation sim;
  sim.start(runs_its_own(sim));
  EXPECT_DEATH(sim.run(), "a process runs the simulation that runs it");
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

#include "sextant/kernel/simulation.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "sextant/kernel/delay.h"
#include "sextant/kernel/event.h"
#include "sextant/kernel/task.h"

namespace sextant {
namespace {

using Log = std::vector<std::string>;

enum class Cause { kNone, kFailure, kPreempted };

SimDuration ns(std::int64_t n) { return SimDuration(n); }

Process sleeper(Simulation& sim, Log& log, std::string name, std::int64_t length) {
  const Wake wake = co_await delay(ns(length));
  log.push_back(name + (wake.interrupted() ? " interrupted " : " woke ") +
                std::to_string(sim.now().ns()));
}

TEST(Simulation, DelaysEndInOrderOfTime) {
  Simulation sim;
  Log log;
  sim.start(sleeper(sim, log, "late", 20));
  sim.start(sleeper(sim, log, "early", 10));
  sim.run();
  EXPECT_EQ(log, (Log{"early woke 10", "late woke 20"}));
  EXPECT_EQ(sim.now(), SimTime(20));
  EXPECT_EQ(sim.live_processes(), 0u);
  EXPECT_EQ(sim.queued(), 0u);
}

Process interrupter(ProcessHandle victim, std::int64_t after) {
  (void)co_await delay(ns(after));
  victim.interrupt(Cause::kFailure, 7);
}

Process victim(Simulation& sim, Log& log) {
  const Wake wake = co_await delay(ns(100));
  EXPECT_TRUE(wake.interrupted());
  EXPECT_EQ(wake.interrupt().cause<Cause>(), Cause::kFailure);
  EXPECT_EQ(wake.interrupt().subject(), 7);
  log.push_back(std::to_string(sim.now().ns()));
  (void)co_await delay(ns(1));
  log.push_back(std::to_string(sim.now().ns()));
}

TEST(Simulation, InterruptEndsAWait) {
  Simulation sim;
  Log log;
  const ProcessHandle process = sim.start(victim(sim, log));
  sim.start(interrupter(process, 5));
  sim.run();
  EXPECT_EQ(log, (Log{"5", "6"}));
  EXPECT_TRUE(process.finished());
}

Task<int> doubled(int n) {
  (void)co_await delay(ns(n));
  co_return 2 * n;
}

Task<> thrower() {
  (void)co_await delay(ns(1));
  throw std::runtime_error("told you");
}

Process caller(Simulation& sim, Log& log) {
  const int result = co_await doubled(21);
  log.push_back(std::to_string(result) + " at " + std::to_string(sim.now().ns()));
  co_await thrower();
}

TEST(Simulation, TasksReturnAndThrow) {
  Simulation sim;
  Log log;
  sim.start(caller(sim, log));
  EXPECT_THROW(sim.run(), std::runtime_error);
  EXPECT_EQ(log, (Log{"42 at 21"}));
}

Process any_waiter(Log& log, const Event& event) {
  const Wake first = co_await any_of(delay(ns(10)), event);
  log.push_back("first " + std::to_string(first.index()));
  const Wake second = co_await any_of(delay(ns(10)), event);
  log.push_back("second " + std::to_string(second.index()));
}

Process pulser(Event& event) {
  (void)co_await delay(ns(4));
  event.pulse();
}

TEST(Simulation, AnyOfSaysWhichCame) {
  Simulation sim;
  Log log;
  Event event;
  sim.start(any_waiter(log, event));
  sim.start(pulser(event));
  sim.run();
  EXPECT_EQ(log, (Log{"first 1", "second 0"}));
  EXPECT_EQ(sim.now(), SimTime(14));
}

}  // namespace
}  // namespace sextant

// What processes and tasks may write, and that nothing is destroyed twice or forgotten: under gcc
// 12 this is not a matter of course. The rules are in sextant/kernel/process.h.

#include "sextant/kernel/task.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sextant/kernel/delay.h"
#include "sextant/kernel/simulation.h"

namespace sextant {
namespace {

const SimDuration kTick(1);

/// Counts the living; holds memory, so that a sanitizer sees what the count does not.
class Counted {
 public:
  Counted(int& living, std::string text) : living_(&living), text_(std::move(text)) { ++*living_; }
  Counted(const Counted& other) : living_(other.living_), text_(other.text_) { ++*living_; }
  Counted& operator=(const Counted&) = default;
  ~Counted() { --*living_; }

  int size() const { return static_cast<int>(text_.size()); }

 private:
  int* living_;
  std::string text_;
};

const char* const kLongText = "longer than what a string holds without memory of its own";

struct Options {
  Counted text;
  int factor = 1;
};

Task<int> size_of(Counted counted) {
  (void)co_await delay(kTick);
  co_return counted.size();
}

Task<int> size_of_reference(const Counted& counted) {
  (void)co_await delay(kTick);
  co_return counted.size();
}

Task<Counted> pass(Counted counted) {
  (void)co_await delay(kTick);
  co_return counted;
}

Task<int> scaled(Options options) {
  const int size = co_await size_of(options.text);
  co_return options.factor* size;
}

Task<std::vector<int>> one_two_three() {
  (void)co_await delay(kTick);
  co_return std::vector<int>{1, 2, 3};
}

/// Every pattern that the rules allow.
Process allowed_patterns(int& living, int& passed) {
  const int size = co_await size_of(Counted(living, kLongText));
  passed += size == static_cast<int>(std::string(kLongText).size());
  const Counted counted = co_await pass(Counted(living, "named"));
  passed += counted.size() == 5;
  const int sum = co_await size_of(counted) + co_await size_of(Counted(living, kLongText));
  passed += sum == size + 5;
  const int nested = co_await size_of_reference(co_await pass(Counted(living, kLongText)));
  passed += nested == size;
  const Options options{Counted(living, "ab"), 3};
  const int product = co_await scaled(options);
  passed += product == 6;
  if (const Wake wake = co_await delay(kTick); !wake.interrupted()) ++passed;
  int total = 0;
  for (const int n : co_await one_two_three()) total += n;
  passed += total == 6;
  (void)co_await pass(Counted(living, kLongText));
  Task<int> kept = size_of(Counted(living, kLongText));
  const int late = co_await std::move(kept);
  passed += late == size;
  const Task<int> never_awaited = size_of(Counted(living, kLongText));
  ++passed;
}

constexpr int kPatterns = 9;
constexpr int kTicks = 11;

TEST(Task, AllowedPatternsDestroyEverythingOnce) {
  int living = 0;
  int passed = 0;
  Simulation sim;
  sim.start(allowed_patterns(living, passed));
  sim.run();
  EXPECT_EQ(passed, kPatterns);
  EXPECT_EQ(living, 0);
  EXPECT_EQ(sim.now(), SimTime(kTicks));
}

TEST(Task, FramesDieWithTheSimulationWhereverTheyWait) {
  for (int end = 0; end <= kTicks; ++end) {
    int living = 0;
    int passed = 0;
    {
      Simulation sim;
      sim.start(allowed_patterns(living, passed));
      sim.run_until(SimTime(end));
      EXPECT_EQ(sim.live_processes(), end == kTicks ? 0u : 1u);
    }
    EXPECT_EQ(living, 0) << "killed at " << end;
  }
}

TEST(Task, ProcessThatIsNeverStartedDies) {
  int living = 0;
  int passed = 0;
  {
    Process first = allowed_patterns(living, passed);
    Process second = allowed_patterns(living, passed);
    first = std::move(second);
  }
  EXPECT_EQ(living, 0);
}

Task<int> at_once(int n) { co_return n; }

Process many_calls(std::int64_t& sum) {
  for (int i = 0; i < 1'000'000; ++i) sum += co_await at_once(1);
}

TEST(Task, CallsThatReturnAtOnceUseNoStack) {
  Simulation sim;
  std::int64_t sum = 0;
  sim.start(many_calls(sum));
  sim.run();
  EXPECT_EQ(sum, 1'000'000);
  EXPECT_EQ(sim.events(), 1u);
}

Task<int> depth(int levels) {
  if (levels == 0) {
    (void)co_await delay(kTick);
    co_return 0;
  }
  const int below = co_await depth(levels - 1);
  co_return below + 1;
}

Process deep(int& reached) { reached = co_await depth(1'000); }

TEST(Task, TasksNest) {
  Simulation sim;
  int reached = 0;
  sim.start(deep(reached));
  sim.run();
  EXPECT_EQ(reached, 1'000);
  EXPECT_EQ(sim.now(), SimTime(1));
}

Task<int> fails_later() {
  (void)co_await delay(kTick);
  throw std::runtime_error("failed");
}

Process catches(std::string& caught) {
  try {
    const int value = co_await fails_later();
    caught = std::to_string(value);
  } catch (const std::runtime_error& error) {
    caught = error.what();
  }
  (void)co_await delay(kTick);
}

TEST(Task, ExceptionsPassToTheCaller) {
  Simulation sim;
  std::string caught;
  sim.start(catches(caught));
  sim.run();
  EXPECT_EQ(caught, "failed");
  EXPECT_EQ(sim.now(), SimTime(2));
}

Process fails(int& living) {
  const Counted counted(living, kLongText);
  const int value = co_await fails_later();
  living += value;
}

TEST(Task, ExceptionsOfAProcessLeaveRun) {
  int living = 0;
  Simulation sim;
  const ProcessHandle process = sim.start(fails(living));
  EXPECT_THROW(sim.run(), std::runtime_error);
  EXPECT_TRUE(process.finished());
  EXPECT_EQ(living, 0);
}

}  // namespace
}  // namespace sextant

#include "sim/campaign/training_stretch.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "sextant/cluster/usage_log.h"

namespace sextant {
namespace {

constexpr std::int64_t kManySteps = 1000;
constexpr std::int64_t kSecond = 1'000'000'000;

SimDuration seconds(double s) { return SimDuration::rounded(Seconds(s)); }

Cadence blocking(double step, std::int64_t steps, double write) {
  return {.runs = {{.step = Seconds(step), .steps = kManySteps}},
          .steps_per_checkpoint = steps,
          .evaluation = {},
          .costs = {.mode = CheckpointMode::kBlocking, .write = Seconds(write)}};
}

Cadence asynchronous(double step, std::int64_t steps, double stall, double write, double slowdown) {
  return {.runs = {{.step = Seconds(step), .steps = kManySteps}},
          .steps_per_checkpoint = steps,
          .evaluation = {},
          .costs = {.mode = CheckpointMode::kAsynchronous,
                    .stall = Seconds(stall),
                    .write = Seconds(write),
                    .slowdown = slowdown}};
}

/// What becomes of the training after the last durable checkpoint.
enum class Tail { kLost, kKept };

/// "training 0-20, stall 20-25": states and times in seconds.
std::string story(const TrainingStretch& stretch, double elapsed, Tail tail) {
  UsageLog log;
  const std::int64_t kept =
      tail == Tail::kKept ? stretch.steps() : stretch.durable_steps(seconds(elapsed));
  stretch.report(SimTime(), seconds(elapsed), kept, {.entity = UsageEntity{1}, .nodes = 1}, log);
  std::string text;
  for (const UsageInterval& usage : log.intervals()) {
    if (!text.empty()) text += ", ";
    text += fmt::format("{} {:g}-{:g}", enum_name(usage.state),
                        static_cast<double>(usage.from_ns) / kSecond,
                        static_cast<double>(usage.to_ns) / kSecond);
  }
  return text;
}

constexpr auto kLost = Tail::kLost;
constexpr auto kKept = Tail::kKept;

TEST(BlockingStretch, SavesAfterEverySegmentAndAtTheEnd) {
  const Cadence cadence = blocking(2, 10, 5);
  const TrainingStretch stretch(cadence, 0, 25);
  EXPECT_EQ(stretch.length(), seconds(25 + 25 + 15));
  EXPECT_EQ(story(stretch, 65, kLost),
            "training 0-20, checkpoint_stall 20-25, training 25-45, checkpoint_stall 45-50, "
            "training 50-60, checkpoint_stall 60-65");
  EXPECT_EQ(stretch.durable_checkpoints(seconds(65)), 3);
  EXPECT_EQ(stretch.durable_steps(seconds(65)), 25);
}

TEST(BlockingStretch, LosesWhatCameAfterTheLastDurableCheckpoint) {
  const Cadence cadence = blocking(2, 10, 5);
  const TrainingStretch stretch(cadence, 0, 25);
  EXPECT_EQ(story(stretch, 33, kLost),
            "training 0-20, checkpoint_stall 20-25, training_lost 25-33");
  EXPECT_EQ(stretch.durable_steps(seconds(33)), 10);
  EXPECT_EQ(stretch.trained_steps(seconds(33)), 14);
  EXPECT_EQ(story(stretch, 33, kKept), "training 0-20, checkpoint_stall 20-25, training 25-33");
}

TEST(BlockingStretch, IsNotDurableInTheInstantInWhichTheWriteEnds) {
  const Cadence cadence = blocking(2, 10, 5);
  const TrainingStretch stretch(cadence, 0, 25);
  EXPECT_EQ(stretch.durable_steps(seconds(25)), 0);
  EXPECT_EQ(stretch.durable_steps(seconds(25) + SimDuration(1)), 10);
  EXPECT_EQ(story(stretch, 25, kLost), "training_lost 0-20, checkpoint_stall 20-25");
}

TEST(AsynchronousStretch, WritesBehindTheNextSegment) {
  // A write of 10 s slows the steps by a quarter: 8 s of work in it, 2 s longer.
  const Cadence cadence = asynchronous(2, 10, 1, 10, 0.25);
  const TrainingStretch stretch(cadence, 0, 30);
  EXPECT_EQ(story(stretch, stretch.length().seconds().si(), kLost),
            "training 0-20, checkpoint_stall 20-21, training_slowed 21-23, training 23-43, "
            "checkpoint_stall 43-44, training_slowed 44-46, training 46-66, "
            "checkpoint_stall 66-77");
  EXPECT_EQ(stretch.length(), seconds(77));
}

TEST(AsynchronousStretch, IsDurableWhenTheWriteIs) {
  const Cadence cadence = asynchronous(2, 10, 1, 10, 0.25);
  const TrainingStretch stretch(cadence, 0, 30);
  EXPECT_EQ(stretch.durable_steps(seconds(31)), 0);
  EXPECT_EQ(stretch.durable_steps(seconds(31) + SimDuration(1)), 10);
  EXPECT_EQ(stretch.durable_steps(seconds(54)), 10);
  EXPECT_EQ(stretch.durable_steps(seconds(54) + SimDuration(1)), 20);
  // Cut 5 s into a write: a fifth of them was the slowdown.
  EXPECT_EQ(story(stretch, 26, kLost),
            "training_lost 0-20, checkpoint_stall 20-21, training_slowed 21-22, "
            "training_lost 22-26");
  EXPECT_EQ(stretch.trained_steps(seconds(26)), 12);
}

TEST(AsynchronousStretch, WaitsForTheWriteBeforeAShortLastSegment) {
  // The last segment has one step of 2 s, slowed to 2.5 s, of a write of 10 s: 7.5 s to wait, then
  // the copy and the last write.
  const Cadence cadence = asynchronous(2, 10, 1, 10, 0.25);
  const TrainingStretch stretch(cadence, 0, 11);
  EXPECT_EQ(stretch.length(), seconds(20 + 1 + 2.5 + 7.5 + 1 + 10));
}

/// 4 steps of 1 s, then steps of 2 s; saved every 3 steps.
Cadence ramp() {
  Cadence cadence = blocking(2, 3, 1);
  cadence.runs.insert(cadence.runs.begin(), StepRun{.step = Seconds(1), .steps = 4});
  return cadence;
}

TEST(RampedStretch, TakesEachStepAtItsOwnTime) {
  const Cadence cadence = ramp();
  const TrainingStretch stretch(cadence, 0, 10);
  // Steps 0 to 3 take 1 s, so the second segment takes 1 + 2 + 2.
  EXPECT_EQ(story(stretch, 20, kLost),
            "training 0-3, checkpoint_stall 3-4, training 4-9, checkpoint_stall 9-10, "
            "training 10-16, checkpoint_stall 16-17, training 17-19, checkpoint_stall 19-20");
  EXPECT_EQ(stretch.length(), seconds(20));
  EXPECT_EQ(stretch.trained_steps(seconds(4.5)), 3);
  EXPECT_EQ(stretch.trained_steps(seconds(6.9)), 4);
  EXPECT_EQ(stretch.trained_steps(seconds(7)), 5);
}

TEST(RampedStretch, GoesOnInTheMiddleOfARun) {
  const Cadence cadence = ramp();
  const TrainingStretch stretch(cadence, 3, 10);
  EXPECT_EQ(story(stretch, 16, kLost),
            "training 0-5, checkpoint_stall 5-6, training 6-12, checkpoint_stall 12-13, "
            "training 13-15, checkpoint_stall 15-16");
  EXPECT_EQ(TrainingStretch(cadence, 9, 10).length(), seconds(2 + 1));
}

TEST(EvaluatedStretch, StopsToEvaluateBetweenSteps) {
  Cadence cadence = blocking(2, 5, 1);
  cadence.evaluation = {.every = 4, .time = Seconds(3)};
  const TrainingStretch stretch(cadence, 0, 12);
  EXPECT_EQ(story(stretch, 36, kLost),
            "training 0-8, evaluating 8-11, training 11-13, checkpoint_stall 13-14, "
            "training 14-20, evaluating 20-23, training 23-27, checkpoint_stall 27-28, "
            "training 28-32, evaluating 32-35, checkpoint_stall 35-36");
  EXPECT_EQ(stretch.length(), seconds(36));
  EXPECT_EQ(stretch.trained_steps(seconds(10)), 4);
  EXPECT_EQ(stretch.durable_steps(seconds(28.5)), 10);
  EXPECT_EQ(story(stretch, 22, kLost),
            "training 0-8, evaluating 8-11, training 11-13, checkpoint_stall 13-14, "
            "training_lost 14-20, evaluating 20-22");
}

TEST(EvaluatedStretch, DoesNotRepeatTheEvaluationBeforeItsFirstStep) {
  Cadence cadence = blocking(2, 4, 1);
  cadence.evaluation = {.every = 4, .time = Seconds(3)};
  const TrainingStretch stretch(cadence, 4, 9);
  EXPECT_EQ(story(stretch, 15, kLost),
            "training 0-8, evaluating 8-11, checkpoint_stall 11-12, training 12-14, "
            "checkpoint_stall 14-15");
}

/// Memory every 5 steps, with a stall of 1 s; the store every other segment: 2 s of copy, 10 s of
/// write behind it.
Cadence two_tiers(double slowdown) {
  Cadence cadence = asynchronous(2, 5, 2, 10, slowdown);
  cadence.store_every = 2;
  cadence.faster = {
      {.costs = {.mode = CheckpointMode::kAsynchronous, .stall = Seconds(1)}, .every = 1}};
  return cadence;
}

TEST(TieredStretch, StopsForAllTiersThatAreDue) {
  const Cadence cadence = two_tiers(0.25);
  const TrainingStretch stretch(cadence, 0, 22);
  // The store after 10 and 20 steps: 1 + 2 s of stall, then 2 s slower. The last checkpoint waits
  // for the write before: 10 s, of which two steps of 2 s in 5 s.
  EXPECT_EQ(story(stretch, 79, kLost),
            "training 0-10, checkpoint_stall 10-11, training 11-21, checkpoint_stall 21-24, "
            "training_slowed 24-26, training 26-36, checkpoint_stall 36-37, training 37-47, "
            "checkpoint_stall 47-50, training_slowed 50-51, training 51-55, "
            "checkpoint_stall 55-73");
  EXPECT_EQ(stretch.length(), seconds(73));
  EXPECT_EQ(stretch.durable_checkpoints(stretch.length()), 3);
}

TEST(TieredStretch, KnowsWhatEachTierHolds) {
  const Cadence cadence = two_tiers(0.25);
  const TrainingStretch stretch(cadence, 0, 22);
  const auto held = [&](double elapsed) {
    return std::pair(stretch.saved_steps(0, seconds(elapsed)),
                     stretch.durable_steps(seconds(elapsed)));
  };
  EXPECT_EQ(held(11), std::pair(0L, 0L));
  EXPECT_EQ(held(11.1), std::pair(5L, 0L));
  EXPECT_EQ(held(24.1), std::pair(10L, 0L));
  EXPECT_EQ(held(34.1), std::pair(10L, 10L));  // written behind
  EXPECT_EQ(held(37.1), std::pair(15L, 10L));
  EXPECT_EQ(held(50.1), std::pair(20L, 10L));
  EXPECT_EQ(held(60.1), std::pair(20L, 20L));
  EXPECT_EQ(held(73), std::pair(22L, 22L));
  EXPECT_EQ(stretch.trained_steps(seconds(25)), 10);
  EXPECT_EQ(stretch.trained_steps(seconds(30)), 12);
}

TEST(TieredStretch, ChargesALongWriteToTheSegmentAfterIt) {
  // A write of 40 s, over three segments of 10 s: 8 s of slowdown in the first of them.
  Cadence cadence = two_tiers(0.25);
  cadence.costs.write = Seconds(40);
  cadence.store_every = 4;
  const TrainingStretch stretch(cadence, 0, 40);
  EXPECT_EQ(story(stretch, 70, kLost),
            "training_lost 0-10, checkpoint_stall 10-11, training_lost 11-21, "
            "checkpoint_stall 21-22, training_lost 22-32, checkpoint_stall 32-33, "
            "training_lost 33-43, checkpoint_stall 43-46, training_slowed 46-54, "
            "training_lost 54-64, checkpoint_stall 64-65, training_lost 65-70");
  // Cut within it: a fifth of what went by, and the rest when the steps are done.
  EXPECT_EQ(stretch.trained_steps(seconds(51)), 22);
  EXPECT_EQ(stretch.trained_steps(seconds(58.4)), 24);
  EXPECT_EQ(stretch.trained_steps(seconds(58.6)), 25);
  EXPECT_EQ(stretch.durable_steps(seconds(86)), 0);
  EXPECT_EQ(stretch.durable_steps(seconds(86.1)), 20);
}

TEST(TieredStretch, ReportsWhatTheRunKeepsStepByStep) {
  const Cadence cadence = two_tiers(0);
  const TrainingStretch stretch(cadence, 0, 22);
  UsageLog log;
  stretch.report(SimTime(), seconds(20), 7, {.entity = UsageEntity{1}, .nodes = 1}, log);
  ASSERT_EQ(log.intervals().size(), 4U);
  EXPECT_EQ(log.intervals()[2].state, NodeState::kTraining);
  EXPECT_EQ(log.intervals()[2].to_ns, 15 * kSecond);
  EXPECT_EQ(log.intervals()[3].state, NodeState::kTrainingLost);
}

/// The seed of writes of which just these fail.
StoreWrites writes_that_fail(std::vector<std::int64_t> failing, std::int64_t among) {
  for (std::uint64_t seed = 0;; ++seed) {
    const StoreWrites writes(0.3, seed, 0);
    std::vector<std::int64_t> failed;
    for (std::int64_t i = 0; i < among; ++i) {
      if (writes.fails(i)) failed.push_back(i);
    }
    if (failed == failing) return writes;
  }
}

TEST(FailedWrites, LeaveTheCheckpointBeforeAsTheLast) {
  const Cadence cadence = blocking(2, 10, 5);
  const StoreWrites writes = writes_that_fail({1}, 4);
  const TrainingStretch stretch(cadence, 0, 40, writes);
  EXPECT_EQ(stretch.durable_steps(seconds(26)), 10);
  EXPECT_EQ(stretch.durable_steps(seconds(51)), 10);
  EXPECT_EQ(stretch.durable_checkpoints(seconds(51)), 1);
  EXPECT_EQ(stretch.store_writes(seconds(51)), 2);
  EXPECT_EQ(stretch.durable_steps(seconds(76)), 30);
  EXPECT_EQ(stretch.durable_checkpoints(seconds(76)), 2);
  EXPECT_EQ(stretch.length(), seconds(100));
  EXPECT_EQ(stretch.durable_checkpoints(seconds(100)), 3);
}

TEST(FailedWrites, RepeatTheLastOneUntilItSucceeds) {
  const Cadence cadence = blocking(2, 10, 5);
  StoreWrites writes = writes_that_fail({3}, 4);
  const std::int64_t tries = writes.tries(3);
  ASSERT_GE(tries, 2);
  const TrainingStretch stretch(cadence, 0, 40, writes);
  EXPECT_EQ(stretch.length(), seconds(95) + seconds(5) * tries);
  EXPECT_EQ(stretch.durable_steps(seconds(101)), 30);
  EXPECT_EQ(stretch.durable_checkpoints(stretch.length()), 4);
  EXPECT_EQ(stretch.store_writes(stretch.length()), 4);
  writes.advance(3);
  EXPECT_EQ(writes.tries(0), tries);
}

TEST(FailedWrites, FailAsOftenAsTheySay) {
  const StoreWrites writes(0.1, 7, 3);
  const StoreWrites others(0.1, 7, 4);
  int failed = 0;
  int both = 0;
  for (int i = 0; i < 10'000; ++i) {
    failed += writes.fails(i) ? 1 : 0;
    both += writes.fails(i) && others.fails(i) ? 1 : 0;
  }
  EXPECT_NEAR(failed, 1000, 100);
  EXPECT_NEAR(both, 100, 40);
  EXPECT_FALSE(StoreWrites().can_fail());
  EXPECT_FALSE(StoreWrites(0, 7, 3).can_fail());
}

TEST(StepsThatFit, AreThoseThatAreSavedInTime) {
  const Cadence cadence = blocking(2, 5, 1);
  EXPECT_EQ(steps_that_fit(cadence, 0, seconds(2.9)), 0);
  EXPECT_EQ(steps_that_fit(cadence, 0, seconds(3)), 1);
  EXPECT_EQ(steps_that_fit(cadence, 0, seconds(11)), 5);
  EXPECT_EQ(steps_that_fit(cadence, 0, seconds(13.9)), 5);  // two saves
  EXPECT_EQ(steps_that_fit(cadence, 0, seconds(14)), 6);
  EXPECT_EQ(steps_that_fit(cadence, kManySteps - 2, seconds(100)), 2);
  EXPECT_EQ(steps_that_fit(cadence, 0, seconds(-1)), 0);
}

TEST(Cadence, SavesByTheStepThatTakesMostOfThePhase) {
  const CheckpointCosts costs{.mode = CheckpointMode::kAsynchronous,
                              .stall = Seconds(1),
                              .write = Seconds(30),
                              .slowdown = 0};
  CampaignPhase phase = steady_phase(Seconds(10), 1000, costs);
  phase.runs.insert(phase.runs.begin(), StepRun{.step = Seconds(2), .steps = 100});
  EXPECT_EQ(make_cadence(phase, Seconds(600)).steps_per_checkpoint, 60);
  // The shortest steps have to cover the write, too.
  EXPECT_EQ(make_cadence(phase, Seconds(20)).steps_per_checkpoint, 15);
  EXPECT_EQ(make_cadence(phase, Seconds(600), 2.0).steps_per_checkpoint, 30);
}

TEST(Cadence, CountsEvaluationsByTheStepsOfThePhase) {
  Cadence cadence = blocking(2, 5, 1);
  EXPECT_EQ(cadence.pauses(0, 100), 0);
  cadence.evaluation.every = 4;
  EXPECT_EQ(cadence.pauses(0, 3), 0);
  EXPECT_EQ(cadence.pauses(0, 4), 1);
  EXPECT_EQ(cadence.pauses(4, 12), 2);
  EXPECT_EQ(cadence.next_pause(0), 4);
  EXPECT_EQ(cadence.next_pause(4), 8);
}

TEST(Cadence, RoundsTheIntervalToSteps) {
  const CheckpointCosts costs{.mode = CheckpointMode::kBlocking, .write = Seconds(1)};
  EXPECT_EQ(make_cadence(steady_phase(Seconds(7), 100, costs), Seconds(100)).steps_per_checkpoint,
            14);
  EXPECT_EQ(make_cadence(steady_phase(Seconds(7), 100, costs), Seconds(1)).steps_per_checkpoint, 1);
  const Seconds for_ever(std::numeric_limits<double>::infinity());
  const Cadence once = make_cadence(steady_phase(Seconds(7), 100, costs), for_ever);
  EXPECT_EQ(TrainingStretch(once, 0, 100).length(), seconds(701));
}

TEST(Cadence, CountsTheSegmentsOfTheFastestTier) {
  const CheckpointCosts store{.mode = CheckpointMode::kAsynchronous, .write = Seconds(300)};
  CampaignPhase phase = steady_phase(Seconds(10), 1000, store);
  phase.faster = {{.medium = CheckpointMedium::kHostMemory, .copies = 1, .costs = {}},
                  {.medium = CheckpointMedium::kNvme, .copies = 1, .costs = {}}};
  const std::vector<Seconds> faster{Seconds(58), Seconds(200)};
  const Cadence cadence = make_cadence(phase, Seconds(1234), 1, faster);
  EXPECT_EQ(cadence.steps_per_checkpoint, 6);
  ASSERT_EQ(cadence.faster.size(), 2U);
  EXPECT_EQ(cadence.faster[0].every, 1);
  EXPECT_EQ(cadence.faster[1].every, 3);
  EXPECT_EQ(cadence.store_every, 21);
  // A write that takes longer than the interval.
  EXPECT_EQ(make_cadence(phase, Seconds(60), 1, faster).store_every, 5);
  EXPECT_EQ(make_cadence(phase, Seconds(60), 2, faster).store_every, 5);
}

TEST(Cadence, WaitsForTheWriteBefore) {
  const CheckpointCosts costs{.mode = CheckpointMode::kAsynchronous,
                              .stall = Seconds(1),
                              .write = Seconds(100),
                              .slowdown = 0.25};
  // 80 s of work fit into the write.
  EXPECT_EQ(make_cadence(steady_phase(Seconds(7), 100, costs), Seconds(7)).steps_per_checkpoint,
            12);
  EXPECT_EQ(make_cadence(steady_phase(Seconds(7), 100, costs), Seconds(700)).steps_per_checkpoint,
            100);
}

}  // namespace
}  // namespace sextant

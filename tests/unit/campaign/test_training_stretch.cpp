#include "sim/campaign/training_stretch.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

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

/// "training 0-20, stall 20-25": states and times in seconds.
std::string story(const TrainingStretch& stretch, double elapsed, TrainingStretch::Tail tail) {
  UsageLog log;
  stretch.report(SimTime(), seconds(elapsed), tail, {.entity = UsageEntity{1}, .nodes = 1}, log);
  std::string text;
  for (const UsageInterval& usage : log.intervals()) {
    if (!text.empty()) text += ", ";
    text += fmt::format("{} {:g}-{:g}", enum_name(usage.state),
                        static_cast<double>(usage.from_ns) / kSecond,
                        static_cast<double>(usage.to_ns) / kSecond);
  }
  return text;
}

constexpr auto kLost = TrainingStretch::Tail::kLost;
constexpr auto kKept = TrainingStretch::Tail::kKept;

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

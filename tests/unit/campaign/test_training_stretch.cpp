#include "sim/campaign/training_stretch.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "sextant/cluster/usage_log.h"

namespace sextant {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

SimDuration seconds(double s) { return SimDuration::rounded(Seconds(s)); }

Cadence blocking(double step, std::int64_t steps, double write) {
  return {.step = Seconds(step),
          .steps_per_checkpoint = steps,
          .costs = {.mode = CheckpointMode::kBlocking, .write = Seconds(write)}};
}

Cadence asynchronous(double step, std::int64_t steps, double stall, double write, double slowdown) {
  return {.step = Seconds(step),
          .steps_per_checkpoint = steps,
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
  const TrainingStretch stretch(blocking(2, 10, 5), 25);
  EXPECT_EQ(stretch.length(), seconds(25 + 25 + 15));
  EXPECT_EQ(story(stretch, 65, kLost),
            "training 0-20, checkpoint_stall 20-25, training 25-45, checkpoint_stall 45-50, "
            "training 50-60, checkpoint_stall 60-65");
  EXPECT_EQ(stretch.durable_checkpoints(seconds(65)), 3);
  EXPECT_EQ(stretch.durable_steps(seconds(65)), 25);
}

TEST(BlockingStretch, LosesWhatCameAfterTheLastDurableCheckpoint) {
  const TrainingStretch stretch(blocking(2, 10, 5), 25);
  EXPECT_EQ(story(stretch, 33, kLost),
            "training 0-20, checkpoint_stall 20-25, training_lost 25-33");
  EXPECT_EQ(stretch.durable_steps(seconds(33)), 10);
  EXPECT_EQ(stretch.trained_steps(seconds(33)), 14);
  EXPECT_EQ(story(stretch, 33, kKept), "training 0-20, checkpoint_stall 20-25, training 25-33");
}

TEST(BlockingStretch, IsNotDurableInTheInstantInWhichTheWriteEnds) {
  const TrainingStretch stretch(blocking(2, 10, 5), 25);
  EXPECT_EQ(stretch.durable_steps(seconds(25)), 0);
  EXPECT_EQ(stretch.durable_steps(seconds(25) + SimDuration(1)), 10);
  EXPECT_EQ(story(stretch, 25, kLost), "training_lost 0-20, checkpoint_stall 20-25");
}

TEST(AsynchronousStretch, WritesBehindTheNextSegment) {
  // A write of 10 s slows the steps by a quarter: 8 s of work in it, 2 s longer.
  const TrainingStretch stretch(asynchronous(2, 10, 1, 10, 0.25), 30);
  EXPECT_EQ(story(stretch, stretch.length().seconds().si(), kLost),
            "training 0-20, checkpoint_stall 20-21, training_slowed 21-23, training 23-43, "
            "checkpoint_stall 43-44, training_slowed 44-46, training 46-66, "
            "checkpoint_stall 66-77");
  EXPECT_EQ(stretch.length(), seconds(77));
}

TEST(AsynchronousStretch, IsDurableWhenTheWriteIs) {
  const TrainingStretch stretch(asynchronous(2, 10, 1, 10, 0.25), 30);
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
  const TrainingStretch stretch(asynchronous(2, 10, 1, 10, 0.25), 11);
  EXPECT_EQ(stretch.length(), seconds(20 + 1 + 2.5 + 7.5 + 1 + 10));
}

TEST(Cadence, RoundsTheIntervalToSteps) {
  const CheckpointCosts costs{.mode = CheckpointMode::kBlocking, .write = Seconds(1)};
  EXPECT_EQ(make_cadence(Seconds(7), Seconds(100), costs).steps_per_checkpoint, 14);
  EXPECT_EQ(make_cadence(Seconds(7), Seconds(1), costs).steps_per_checkpoint, 1);
  const Seconds for_ever(std::numeric_limits<double>::infinity());
  EXPECT_EQ(TrainingStretch(make_cadence(Seconds(7), for_ever, costs), 100).length(), seconds(701));
}

TEST(Cadence, WaitsForTheWriteBefore) {
  const CheckpointCosts costs{.mode = CheckpointMode::kAsynchronous,
                              .stall = Seconds(1),
                              .write = Seconds(100),
                              .slowdown = 0.25};
  // 80 s of work fit into the write.
  EXPECT_EQ(make_cadence(Seconds(7), Seconds(7), costs).steps_per_checkpoint, 12);
  EXPECT_EQ(make_cadence(Seconds(7), Seconds(700), costs).steps_per_checkpoint, 100);
}

}  // namespace
}  // namespace sextant

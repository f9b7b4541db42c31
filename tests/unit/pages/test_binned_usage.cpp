#include "src/pages/binned_usage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sextant::pages {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr UsageEntity kJob{1};

UsageInterval interval(NodeState state, int from, int to) {
  return {kJob, {}, state, from * kSecond, to * kSecond, 4};
}

TEST(BinnedUsage, CutsIntervalsAtTheEndsOfBins) {
  BinnedUsage usage(Seconds(10), 5);
  usage.add(interval(NodeState::kTraining, 1, 5));
  usage.add(interval(NodeState::kDetecting, 5, 10));
  EXPECT_DOUBLE_EQ(usage.width().si(), 2);
  EXPECT_DOUBLE_EQ(usage.time(0, NodeState::kTraining).si(), 1);
  EXPECT_DOUBLE_EQ(usage.time(1, NodeState::kTraining).si(), 2);
  EXPECT_DOUBLE_EQ(usage.time(2, NodeState::kTraining).si(), 1);
  EXPECT_DOUBLE_EQ(usage.time(2, NodeState::kDetecting).si(), 1);
  EXPECT_DOUBLE_EQ(usage.time(4, NodeState::kDetecting).si(), 2);
}

TEST(BinnedUsage, LooksAtTheJobOnly) {
  BinnedUsage usage(Seconds(10), 1);
  UsageInterval spare = interval(NodeState::kSpare, 0, 10);
  spare.entity = kFleetEntity;
  usage.add(spare);
  EXPECT_EQ(usage.time(0, NodeState::kSpare), Seconds(0));
}

TEST(BinnedUsage, RepeatedCyclesAreInTheirBins) {
  BinnedUsage usage(Seconds(20), 2);
  const std::array cycle{interval(NodeState::kTraining, 0, 4),
                         interval(NodeState::kCheckpointStall, 4, 5)};
  usage.add_repeated(cycle, 5 * kSecond, 4);
  EXPECT_DOUBLE_EQ(usage.time(0, NodeState::kTraining).si(), 8);
  EXPECT_DOUBLE_EQ(usage.time(1, NodeState::kCheckpointStall).si(), 2);
}

TEST(BinnedUsage, AStopIsWhatLiesBetweenTraining) {
  BinnedUsage usage(Seconds(100), 10);
  usage.add(interval(NodeState::kStarting, 0, 5));
  usage.add(interval(NodeState::kDetecting, 20, 22));
  usage.add(interval(NodeState::kRestarting, 22, 30));
  usage.add(interval(NodeState::kTraining, 5, 20));  // known to be kept only now
  usage.add(interval(NodeState::kWaiting, 60, 61));
  const std::vector<Stop> stops = usage.stops();
  ASSERT_EQ(stops.size(), 2u);
  EXPECT_DOUBLE_EQ(stops[0].length().si(), 10);
  EXPECT_EQ(stops[0].state_ns[static_cast<std::size_t>(NodeState::kRestarting)], 8 * kSecond);
  EXPECT_EQ(stops[1].from_ns, 60 * kSecond);
}

}  // namespace
}  // namespace sextant::pages

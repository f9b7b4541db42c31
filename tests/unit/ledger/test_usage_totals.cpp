#include "sextant/ledger/usage_totals.h"

#include <gtest/gtest.h>

namespace sextant {
namespace {

constexpr UsageEntity kJob{1};
constexpr std::int64_t kSecond = 1'000'000'000;

UsageInterval interval(UsageEntity entity, NodeState state, std::int64_t from_s, std::int64_t to_s,
                       std::int64_t nodes) {
  return {.entity = entity,
          .state = state,
          .from_ns = from_s * kSecond,
          .to_ns = to_s * kSecond,
          .nodes = nodes};
}

TEST(UsageTotals, CountsNodesOfEveryoneAndTimeOfTheJob) {
  UsageTotals totals;
  totals.add(interval(kJob, NodeState::kTraining, 0, 10, 8));
  totals.add(interval(kJob, NodeState::kRestarting, 10, 12, 8));
  totals.add(interval(kFleetEntity, NodeState::kSpare, 0, 12, 2));
  EXPECT_DOUBLE_EQ(totals.node_time(NodeState::kTraining).si(), 80.0);
  EXPECT_DOUBLE_EQ(totals.node_time(NodeState::kSpare).si(), 24.0);
  EXPECT_DOUBLE_EQ(totals.node_time().si(), 120.0);
  EXPECT_DOUBLE_EQ(totals.job_time(NodeState::kSpare).si(), 0.0);
  EXPECT_DOUBLE_EQ(totals.job_time().si(), 12.0);
  EXPECT_DOUBLE_EQ(totals.ettr(), 10.0 / 12.0);
}

TEST(UsageTotals, OfNothingHaveNoRatio) { EXPECT_EQ(UsageTotals().ettr(), 0.0); }

TEST(UsageTotals, RepeatedIntervalsCountLikeTheirCopies) {
  const std::array cycle{interval(kJob, NodeState::kTraining, 0, 7, 3),
                         interval(kJob, NodeState::kCheckpointStall, 7, 9, 3)};
  UsageTotals at_once;
  at_once.add_repeated(cycle, 9 * kSecond, 1000);
  UsageTotals one_by_one;
  one_by_one.UsageSink::add_repeated(cycle, 9 * kSecond, 1000);
  for (const auto& [state, name] : EnumNames<NodeState>::table) {
    EXPECT_EQ(at_once.job_time(state).si(), one_by_one.job_time(state).si()) << name;
    EXPECT_DOUBLE_EQ(at_once.node_time(state).si(), one_by_one.node_time(state).si()) << name;
  }
}

}  // namespace
}  // namespace sextant

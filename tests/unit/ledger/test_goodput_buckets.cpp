#include "sextant/ledger/goodput_buckets.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace sextant {
namespace {

TEST(GoodputBuckets, HaveEveryStateOnceAndNoneIsEmpty) {
  std::set<GoodputBucket> used;
  for (const auto& [state, name] : EnumNames<NodeState>::table) {
    used.insert(goodput_bucket(state));
  }
  EXPECT_EQ(used.size(), kGoodputBuckets);
  EXPECT_EQ(EnumNames<GoodputBucket>::table.size(), kGoodputBuckets);
}

TEST(GoodputBuckets, OnlyWorkThatIsKeptIsProductive) {
  for (const auto& [state, name] : EnumNames<NodeState>::table) {
    EXPECT_EQ(goodput_bucket(state) == GoodputBucket::kProductiveTraining,
              state == NodeState::kTraining)
        << name;
  }
}

TEST(GoodputBuckets, SumUpWhatTheirStatesTook) {
  UsageTotals usage;
  std::int64_t now = 0;
  const auto spend = [&](NodeState state, std::int64_t seconds) {
    const std::int64_t end = now + seconds * 1'000'000'000;
    usage.add({.entity = UsageEntity{1}, .state = state, .from_ns = now, .to_ns = end, .nodes = 4});
    now = end;
  };
  spend(NodeState::kTraining, 100);
  spend(NodeState::kDetecting, 5);
  spend(NodeState::kSwapping, 3);
  spend(NodeState::kRestoring, 7);
  const GoodputTimes times = goodput_times(usage);
  const auto time = [&](GoodputBucket bucket) {
    return times[static_cast<std::size_t>(bucket)].si();
  };
  EXPECT_DOUBLE_EQ(time(GoodputBucket::kProductiveTraining), 100);
  EXPECT_DOUBLE_EQ(time(GoodputBucket::kInfrastructureRecovery), 8);
  EXPECT_DOUBLE_EQ(time(GoodputBucket::kCheckpointRestore), 7);
  EXPECT_DOUBLE_EQ(time(GoodputBucket::kOther), 0);
}

}  // namespace
}  // namespace sextant

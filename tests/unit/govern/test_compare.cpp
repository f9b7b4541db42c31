#include "src/govern/compare.h"

#include <gtest/gtest.h>

#include "tests/unit/govern/three_teams.h"

namespace sextant::govern {
namespace {

/// Replicas in which jobs of team a wait so long, in the mean.
GovernResult result_of(const std::vector<double>& waits) {
  GovernResult result;
  result.inputs = three_teams();
  result.accounts.resize(1);
  result.chance = true;
  for (const double wait : waits) {
    ReplicaAnswers& replica = result.answers.emplace_back();
    replica.teams.resize(3);
    replica.cluster.wait_s.mean = replica.teams[0].wait_s.mean = wait;
  }
  return result;
}

const ComparedQuantity& find(const Comparison& comparison, const std::string& name,
                             const std::string& team) {
  for (const ComparedQuantity& each : comparison.quantities) {
    if (each.name == name && each.team == team) return each;
  }
  throw std::out_of_range(name);
}

TEST(Compare, PairsReplicas) {
  // The replicas differ by far more than the policies do.
  const Comparison comparison =
      compare(result_of({100, 200, 300, 400}), result_of({90, 191, 289, 390}));
  EXPECT_EQ(comparison.pairs, 4);
  EXPECT_FALSE(comparison.exact);
  const ComparedQuantity& wait = find(comparison, "wait_s.mean", "a");
  EXPECT_DOUBLE_EQ(wait.first, 250);
  EXPECT_DOUBLE_EQ(wait.second, 240);
  EXPECT_DOUBLE_EQ(wait.difference.value.mean, -10);
  EXPECT_TRUE(wait.difference.certain());
  EXPECT_LT(wait.difference.value.ci95.high, -8);
}

TEST(Compare, TeamsAreFoundByName) {
  GovernResult second = result_of({30});
  std::swap(second.inputs.teams[0].name, second.inputs.teams[2].name);
  std::swap(second.answers[0].teams[0], second.answers[0].teams[2]);
  const Comparison comparison = compare(result_of({10}), second);
  EXPECT_DOUBLE_EQ(find(comparison, "wait_s.mean", "a").difference.value.mean, 20);
  second.inputs.teams[0].name = "new";
  EXPECT_THROW(find(compare(result_of({10}), second), "wait_s.mean", "c"), std::out_of_range);
}

TEST(Compare, IsExactWhereNothingIsDrawn) {
  GovernResult first = result_of({10}), second = result_of({20});
  first.chance = second.chance = false;
  EXPECT_TRUE(compare(first, second).exact);
  second.chance = true;
  EXPECT_FALSE(compare(first, second).exact);
}

TEST(Compare, RoundingIsNoDifference) {
  const Comparison comparison = compare(result_of({10, 20}), result_of({10 + 1e-12, 20}));
  EXPECT_EQ(find(comparison, "wait_s.mean", "").difference.value.mean, 0);
  EXPECT_TRUE(find(comparison, "wait_s.mean", "").difference.certain());
}

TEST(Compare, LeavesOutWhatNobodyKnows) {
  const Comparison comparison = compare(result_of({10}), result_of({10}));
  EXPECT_THROW(find(comparison, "cost_usd", ""), std::out_of_range);
  EXPECT_NO_THROW(find(comparison, "jain", ""));
}

}  // namespace
}  // namespace sextant::govern

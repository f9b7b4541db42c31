#include "src/cli/optimize_question.h"

#include <gtest/gtest.h>

#include "src/cli/usage_error.h"

namespace sextant::cli {
namespace {

using optimize::Quantity;

TEST(OptimizeQuestion, OneObjective) {
  const optimize::Objective objective = read_objective("energy");
  ASSERT_EQ(objective.terms.size(), 1u);
  EXPECT_EQ(objective.terms.front().quantity, Quantity::kEnergy);
  EXPECT_EQ(objective.terms.front().worth, 1);
}

TEST(OptimizeQuestion, ASumOfWorths) {
  const optimize::Objective objective = read_objective("cost,time=2k,co2e=80");
  ASSERT_EQ(objective.terms.size(), 3u);
  EXPECT_EQ(objective.terms[0].worth, 1);
  EXPECT_EQ(objective.terms[1].worth, 2000);
  EXPECT_EQ(objective.terms[2].quantity, Quantity::kCo2e);
}

TEST(OptimizeQuestion, RefusesOtherObjectives) {
  for (const char* wrong : {"", "price", "cost,cost=2", "cost,time", "time=-1", "cost,,time=1"}) {
    EXPECT_THROW(read_objective(wrong), UsageError) << wrong;
  }
}

TEST(OptimizeQuestion, NodesAreAListOrARange) {
  optimize::Space list;
  read_nodes("512,128", list);
  EXPECT_EQ(list.nodes, (std::vector<int>{128, 512}));
  EXPECT_FALSE(list.node_range);
  optimize::Space range;
  read_nodes("64..1k", range);
  EXPECT_EQ(range.node_range->from, 64);
  EXPECT_EQ(range.node_range->to, 1000);
  for (const char* wrong : {"", "0", "4..2", "4..", "2.5", "8,8", "1e9"}) {
    optimize::Space space;
    EXPECT_THROW(read_nodes(wrong, space), UsageError) << wrong;
  }
}

}  // namespace
}  // namespace sextant::cli

#include "src/search/layout_space.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/step_fixtures.h"
#include "tests/support/turing_530b.h"

namespace sextant::search {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::Le;

TEST(LayoutSpace, OffersWhatDividesTheCluster) {
  StepInputs inputs = fixtures::inputs(48);
  inputs.global_batch = 96;
  const LayoutSpace space = every_layout(inputs);
  EXPECT_THAT(space.tensor, ElementsAre(1, 2, 4, 8));                  // of 32 heads, in nodes of 8
  EXPECT_THAT(space.pipeline, ElementsAre(1, 2, 3, 4, 6, 8, 12, 16));  // of 16 layers
  EXPECT_THAT(space.virtual_stages, ElementsAre(1, 2, 3, 4, 6, 8, 9));
  EXPECT_THAT(space.context, ElementsAre(1, 2, 4));  // of 4,096 tokens
  EXPECT_THAT(space.expert, ElementsAre(1));
  EXPECT_THAT(space.zero, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(space.shard_group, ElementsAre(0, 8, 32));
  EXPECT_THAT(space.micro_batch, ElementsAre(1, 2, 3, 4, 6, 8, 12, 16, 32));
  EXPECT_THAT(space.recompute,
              ElementsAre(Recompute::kNone, Recompute::kSelective, Recompute::kFull));
  EXPECT_THAT(space.recompute_every, ElementsAre(1, 2, 4));
  EXPECT_EQ(space.pipelined_zero, 1);
}

TEST(LayoutSpace, SpreadsExpertsOverTheirDivisors) {
  StepInputs inputs = fixtures::inputs(64);
  inputs.model.experts = Experts{.count = 12, .top_k = 2, .feed_forward = 4096};
  EXPECT_THAT(every_layout(inputs).expert, ElementsAre(1, 2, 3, 4, 6, 12));
}

TEST(LayoutSpace, KnowsWhatFrameworksLack) {
  StepInputs inputs = fixtures::inputs(64);
  inputs.software.framework = "torchtitan";
  EXPECT_EQ(every_layout(inputs).pipelined_zero, 3);
  EXPECT_THAT(every_layout(inputs).recompute, Contains(Recompute::kOperator));
  inputs.software.framework = "deepspeed";
  EXPECT_THAT(every_layout(inputs).virtual_stages, ElementsAre(1));
}

TEST(LayoutSpace, KeepsTheLayoutThatItStartsFrom) {
  StepInputs inputs = fixtures::inputs(256);
  inputs.layout.tensor = 16;  // across nodes
  inputs.layout.pipeline = 2;
  inputs.layout.context = 8;
  inputs.layout.zero = 3;
  inputs.layout.shard_group = 2;
  inputs.layout.micro_batch = 24;
  inputs.layout.recompute = Recompute::kOperator;
  inputs.layout.recompute_every = 5;
  const LayoutSpace space = every_layout(inputs);
  EXPECT_THAT(space.tensor, Contains(16));
  EXPECT_THAT(space.context, Contains(8));
  EXPECT_THAT(space.shard_group, Contains(2));
  EXPECT_THAT(space.micro_batch, Contains(24));
  EXPECT_THAT(space.recompute, Contains(Recompute::kOperator));
  EXPECT_THAT(space.recompute_every, Contains(5));
  EXPECT_EQ(space.pipelined_zero, 3);
}

TEST(LayoutSpace, StaysWithinWhatTheClosedTierKnows) {
  StepInputs inputs = fixtures::inputs(4096);
  inputs.model.layers = 1000;
  EXPECT_THAT(every_layout(inputs).pipeline, Each(Le(128)));
}

TEST(LayoutSpace, CountsItsCombinations) {
  LayoutSpace space{{1, 2}, {1, 2, 4}, {1}, {1}, {1}, {0, 1}, {0}, {1, 2}, {Recompute::kNone}, {1}};
  EXPECT_EQ(space.size(), 24);
}

}  // namespace
}  // namespace sextant::search

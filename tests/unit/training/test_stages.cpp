#include "sim/training/stages.h"

#include <gtest/gtest.h>

#include <numeric>

#include "tests/support/step_fixtures.h"

namespace sextant {
namespace {

std::vector<int> layers_of(int layers, int pipeline, int virtual_stages) {
  StepInputs inputs = fixtures::inputs();
  inputs.model.layers = layers;
  inputs.layout.pipeline = pipeline;
  inputs.layout.virtual_stages = virtual_stages;
  std::vector<int> counts;
  for (const VirtualStage& stage : cut_stages(inputs)) {
    counts.push_back(static_cast<int>(stage.layers.size()));
  }
  return counts;
}

TEST(CutStages, EqualWhereLayersDivide) { EXPECT_EQ(layers_of(16, 4, 2), std::vector<int>(8, 2)); }

// Llama 3 405B: 126 layers on 16 ranks, one layer less on the first and on the last.
TEST(CutStages, EmbeddingAndHeadCountAsLayersWhereTheyDoNot) {
  std::vector<int> expected(16, 8);
  expected.front() = expected.back() = 7;
  EXPECT_EQ(layers_of(126, 16, 1), expected);
}

TEST(CutStages, KeepsEveryLayer) {
  for (int layers = 3; layers <= 40; ++layers) {
    for (int stages = 1; stages <= std::min(layers, 12); ++stages) {
      const std::vector<int> counts = layers_of(layers, stages, 1);
      EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), 0), layers);
      for (int count : counts) EXPECT_GE(count, 0);
    }
  }
}

TEST(CutStages, TakesAListAsItIs) {
  StepInputs inputs = fixtures::inputs();
  inputs.model.layers = 16;
  inputs.layout.pipeline = 2;
  inputs.layout.virtual_stages = 2;
  inputs.layout.stages = std::vector{5, 6, 5, 0};
  const std::vector<VirtualStage> stages = cut_stages(inputs);
  ASSERT_EQ(stages.size(), 4u);
  EXPECT_EQ(stages[1].layers.size(), 6u);
  EXPECT_TRUE(stages[3].layers.empty());
  EXPECT_TRUE(stages[3].head);
}

TEST(CutStagesDeathTest, WordsAreToBeWorkedOutBefore) {
  StepInputs inputs = fixtures::inputs();
  inputs.layout.stages = StageCut::kMemory;
  EXPECT_DEATH(cut_stages(inputs), "\"memory\" are not cut yet");
}

// DeepSeek-V3: three dense layers, then experts in every one.
TEST(CutStages, KnowsWhichLayersHaveExperts) {
  StepInputs inputs = fixtures::inputs();
  inputs.model.layers = 8;
  inputs.layout.pipeline = 2;
  inputs.model.experts = Experts{.count = 8, .top_k = 2, .feed_forward = 1024, .dense_layers = 3};
  const std::vector<VirtualStage> stages = cut_stages(inputs);
  EXPECT_EQ(stages[0].count(LayerKind::kDense), 3);
  EXPECT_EQ(stages[0].count(LayerKind::kExpert), 1);
  EXPECT_EQ(stages[1].count(LayerKind::kExpert), 4);
  EXPECT_EQ(inputs.model.expert_layers(), 5);
  inputs.model.experts->dense_layers = 0;
  inputs.model.experts->every = 2;
  EXPECT_EQ(cut_stages(inputs)[0].layers, (std::vector{LayerKind::kDense, LayerKind::kExpert,
                                                       LayerKind::kDense, LayerKind::kExpert}));
}

TEST(RankParameters, RoutedExpertsAreCutOverExpertRanks) {
  StepInputs inputs = fixtures::inputs(16);
  inputs.layout.tensor = 2;
  inputs.layout.expert = 4;
  inputs.model.experts = Experts{.count = 8, .top_k = 2, .feed_forward = 1024};
  const LayerParameters layer = layer_parameters(inputs.model, LayerKind::kExpert);
  const RankParameters rank = layer_on_rank(inputs, LayerKind::kExpert);
  EXPECT_DOUBLE_EQ(rank.all.common, layer.common / 2);
  EXPECT_DOUBLE_EQ(rank.all.routed, layer.routed / 8);
  inputs.layout.expert_tensor = 1;
  EXPECT_DOUBLE_EQ(layer_on_rank(inputs, LayerKind::kExpert).all.routed, layer.routed / 4);
}

}  // namespace
}  // namespace sextant

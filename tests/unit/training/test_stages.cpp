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
  for (const VirtualStage& stage : cut_stages(inputs)) counts.push_back(stage.layers);
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

}  // namespace
}  // namespace sextant

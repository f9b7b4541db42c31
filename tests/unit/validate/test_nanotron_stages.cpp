#include "src/validate/nanotron_stages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace sextant::validate {
namespace {

using testing::ElementsAre;

Transformer llama(std::int64_t layers, std::int64_t hidden, std::int64_t feed_forward) {
  Transformer model;
  model.layers = layers;
  model.hidden = hidden;
  model.feed_forward = feed_forward;
  model.vocabulary = 131072;
  return model;
}

// A head of 131,072 x 2048 weighs as much as four layers of 67 million: 20 of them in all.
TEST(NanotronStages, FillEachStageUntilItsShareIsExceeded) {
  EXPECT_THAT(nanotron_stages(llama(16, 2048, 8192), 2), ElementsAre(11, 5));
  EXPECT_THAT(nanotron_stages(llama(16, 2048, 8192), 4), ElementsAre(6, 5, 5, 0));
}

TEST(NanotronStages, AreAllOfTheLayersAndNoInnerStageIsEmpty) {
  for (int stages = 1; stages <= 29; ++stages) {
    const std::vector<int> layers = nanotron_stages(llama(28, 3072, 8192), stages);
    EXPECT_EQ(std::accumulate(layers.begin(), layers.end(), 0), 28) << stages;
    for (int i = 1; i + 1 < stages; ++i) EXPECT_GE(layers[static_cast<std::size_t>(i)], 1) << i;
  }
}

}  // namespace
}  // namespace sextant::validate

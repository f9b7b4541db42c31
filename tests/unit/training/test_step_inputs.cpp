#include "sextant/training/step_inputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/step_fixtures.h"

namespace sextant {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(StepInputs, DerivesDataRanksAndMicrobatches) {
  StepInputs inputs = fixtures::inputs(64);
  inputs.layout.tensor = 4;
  inputs.layout.pipeline = 2;
  inputs.global_batch = 64;
  inputs.layout.micro_batch = 2;
  EXPECT_EQ(inputs.data(), 8);
  EXPECT_EQ(inputs.microbatches(), 4);
  EXPECT_EQ(inputs.shard_ranks(), 8);
  EXPECT_THAT(layout_faults(inputs), IsEmpty());
}

TEST(LayoutFaults, NamesWhatDoesNotMultiply) {
  StepInputs inputs = fixtures::inputs(64);
  inputs.layout.tensor = 8;
  inputs.layout.data = 4;
  EXPECT_THAT(layout_faults(inputs),
              ElementsAre("tensor 8 x pipeline 1 x context 1 x data 4 is 32, not the 64 "
                          "accelerators"));
}

TEST(LayoutFaults, NamesEverythingThatDoesNotDivide) {
  StepInputs inputs = fixtures::inputs(24);
  inputs.model.heads = 32;
  inputs.layout.tensor = 3;
  inputs.global_batch = 30;
  EXPECT_THAT(layout_faults(inputs),
              ElementsAre("tensor parallelism (3) does not divide attention heads (32)",
                          "data ranks x microbatch (8) does not divide global batch (30)"));
}

TEST(LayoutFaults, InterleavingGoesInWholeRounds) {
  StepInputs inputs = fixtures::inputs(8);
  inputs.layout.pipeline = 4;
  inputs.layout.virtual_stages = 2;
  inputs.global_batch = 12;
  EXPECT_THAT(layout_faults(inputs),
              ElementsAre("with virtual stages, pipeline stages (4) does not divide microbatches "
                          "(6)"));
}

TEST(LayoutFaults, ManyNodesNeedANetwork) {
  StepInputs inputs = fixtures::inputs(16);
  inputs.node.network_bandwidth = BytesPerSecond(0);
  EXPECT_THAT(layout_faults(inputs),
              ElementsAre("more than one node, but no network bandwidth is given"));
}

}  // namespace
}  // namespace sextant

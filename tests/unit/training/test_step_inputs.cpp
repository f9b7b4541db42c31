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

TEST(LayoutFaults, ListedStagesHoldTheModel) {
  StepInputs inputs = fixtures::inputs(8);
  inputs.layout.pipeline = 4;
  inputs.layout.stages = std::vector{8, 8};
  EXPECT_THAT(layout_faults(inputs),
              ElementsAre("stages lists 2 numbers of layers, not one for each of the 4 virtual "
                          "stages"));
  inputs.layout.stages = std::vector{8, 8, 0, -1};
  EXPECT_THAT(layout_faults(inputs),
              ElementsAre("the listed stages have 15 layers, the model 16",
                          "stage 3 of 4 has 0 layers", "stage 4 of 4 has -1 layers"));
  inputs.layout.stages = std::vector{0, 8, 8, 0};
  EXPECT_THAT(layout_faults(inputs), IsEmpty());
}

TEST(LayoutFaults, ExpertsAndTheirRanks) {
  StepInputs inputs = fixtures::inputs(16);
  inputs.layout.expert = 4;
  EXPECT_THAT(layout_faults(inputs),
              ElementsAre("expert parallelism (4), but the model has no experts"));
  inputs.model.experts = Experts{.count = 6, .top_k = 8, .feed_forward = 1024};
  EXPECT_THAT(layout_faults(inputs),
              ElementsAre("expert parallelism (4) does not divide experts (6)",
                          "each token passes 8 of 6 experts"));
  inputs.model.experts->top_k = 2;
  inputs.layout.expert = 6;
  EXPECT_THAT(layout_faults(inputs),
              ElementsAre("expert x expert tensor ranks (6) does not divide tensor x context x "
                          "data ranks (16)"));
}

TEST(LayoutFaults, SchedulesAndFormatsThatCannotBe) {
  StepInputs inputs = fixtures::inputs(8);
  inputs.layout.pipeline = 4;
  inputs.layout.virtual_stages = 2;
  inputs.layout.schedule = Schedule::kGpipe;
  EXPECT_THAT(layout_faults(inputs),
              ElementsAre("2 virtual stages need the interleaved schedule, not gpipe"));
  inputs.layout.virtual_stages = 1;
  inputs.layout.schedule = Schedule::kZeroBubble;
  inputs.layout.zero = 2;
  EXPECT_THAT(layout_faults(inputs),
              ElementsAre("the zero_bubble schedule keeps gradients until its end, ZeRO-2 does "
                          "not"));
  inputs.layout = {};
  inputs.precision = Precision::kFp32;
  inputs.layout.offload = Offload::kOptimizer;
  EXPECT_THAT(layout_faults(inputs),
              ElementsAre("attention flash2 takes 16-bit inputs, not fp32: use fused_softmax",
                          "offloading needs the instance's host.link_bandwidth and "
                          "host.memory_bandwidth"));
}

TEST(LayoutFaults, ManyNodesNeedANetwork) {
  StepInputs inputs = fixtures::inputs(16);
  inputs.node.network_bandwidth = BytesPerSecond(0);
  EXPECT_THAT(layout_faults(inputs),
              ElementsAre("more than one node, but no network bandwidth is given"));
}

}  // namespace
}  // namespace sextant

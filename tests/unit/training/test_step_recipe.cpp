#include "sextant/training/step_recipe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sextant/network/collectives.h"
#include "tests/support/step_fixtures.h"

namespace sextant {
namespace {

using testing::ElementsAre;
using Kind = WorkItem::Kind;

std::vector<WorkItem> work_of(const StepRecipe& recipe, OperationKind kind) {
  for (std::size_t i = 0; i < recipe.labels.size(); ++i) {
    if (recipe.labels[i].kind != kind) continue;
    return recipe.work(static_cast<OperationGraph::OperationId>(i));
  }
  return {};
}

std::vector<Kind> kinds(const std::vector<WorkItem>& items) {
  std::vector<Kind> kinds;
  for (const WorkItem& item : items) kinds.push_back(item.kind);
  return kinds;
}

int count(const std::vector<WorkItem>& items, Kind kind) {
  return static_cast<int>(
      std::count_if(items.begin(), items.end(), [&](const WorkItem& i) { return i.kind == kind; }));
}

/// One layer on `tensor` ranks, without host time or overlap.
StepInputs one_layer(int tensor) {
  StepInputs inputs = fixtures::inputs(tensor);
  inputs.model.layers = 1;
  inputs.layout.tensor = tensor;
  inputs.layout.zero = 0;
  inputs.software.cuda_graphs = true;
  return inputs;
}

// Written down by hand, and timed by the timers alone.
TEST(StepRecipe, AllReducesOfTensorRanksAreTwoPerLayerAndPass) {
  StepInputs inputs = one_layer(4);
  inputs.layout.sequence_parallel = false;
  const StepRecipe recipe = step_recipe(inputs, fixtures::calibration());
  const std::vector<WorkItem> forward = work_of(recipe, OperationKind::kForward);
  const auto item = std::find_if(forward.begin(), forward.end(),
                                 [](const WorkItem& i) { return i.kind == Kind::kAllReduce; });
  ASSERT_NE(item, forward.end());
  EXPECT_EQ(item->times, 2.0);
  EXPECT_EQ(item->bytes, 4096.0 * 4096.0 * 2.0);
  EXPECT_EQ(item->group, RankGroup::kTensor);
  const NetworkLevel node{BytesPerSecond(400e9 * 0.9), Seconds(2e-6)};
  const Seconds time = CollectiveTimer(node, node).all_reduce(Bytes(item->bytes), {4, 4});
  EXPECT_DOUBLE_EQ(item->seconds, time.si());
}

TEST(StepRecipe, SequenceParallelismHasBothHalvesOfThem) {
  const StepRecipe recipe = step_recipe(one_layer(4), fixtures::calibration());
  const std::vector<WorkItem> forward = work_of(recipe, OperationKind::kForward);
  EXPECT_EQ(count(forward, Kind::kAllReduce), 0);
  EXPECT_EQ(count(forward, Kind::kReduceScatter), 1);
  EXPECT_EQ(count(forward, Kind::kAllGather), 1);
  EXPECT_TRUE(recipe.hidden.empty());
}

TEST(StepRecipe, ShardedGradientsAreScatteredAndParametersGathered) {
  StepInputs inputs = fixtures::inputs(8);
  inputs.layout.zero = 1;
  const StepRecipe recipe = step_recipe(inputs, fixtures::calibration());
  EXPECT_THAT(kinds(work_of(recipe, OperationKind::kReduceGradients)),
              ElementsAre(Kind::kReduceScatter));
  EXPECT_THAT(kinds(work_of(recipe, OperationKind::kGatherParameters)),
              ElementsAre(Kind::kAllGather));
  EXPECT_THAT(kinds(work_of(recipe, OperationKind::kGradientNorm)), ElementsAre(Kind::kAllReduce));
  EXPECT_THAT(kinds(work_of(recipe, OperationKind::kOptimizer)),
              ElementsAre(Kind::kStream, Kind::kStream));
  EXPECT_TRUE(work_of(recipe, OperationKind::kJoin).empty());
}

TEST(StepRecipe, ReplicasOfAShardAddUpTheirs) {
  StepInputs inputs = fixtures::inputs(8);
  inputs.layout.shard_group = 4;
  const std::vector<WorkItem> items =
      work_of(step_recipe(inputs, fixtures::calibration()), OperationKind::kReduceGradients);
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[1].kind, Kind::kAllReduce);
  EXPECT_EQ(items[1].group, RankGroup::kReplica);
  EXPECT_DOUBLE_EQ(items[1].bytes * 4.0, items[0].bytes);
}

TEST(StepRecipe, KernelsAreTimedByTheKernelTimer) {
  const StepRecipe recipe = step_recipe(one_layer(1), fixtures::calibration());
  const Accelerator chip = fixtures::accelerator();
  const ComputeCoefficients coefficients = fixtures::compute();
  const KernelTimer timer(chip, coefficients);
  for (const WorkItem& item : work_of(recipe, OperationKind::kForward)) {
    if (item.kind == Kind::kGemm) {
      EXPECT_EQ(item.seconds, timer.gemm(item.gemm, item.format).si());
    } else if (item.kind == Kind::kStream) {
      EXPECT_EQ(item.seconds, timer.streaming(Bytes(item.bytes), item.kernels).si());
    } else {
      EXPECT_EQ(item.kind, Kind::kFusedAttention);
      EXPECT_EQ(item.seconds, timer.fused_attention(item.attention, Flops(item.flops)).si());
    }
  }
}

TEST(StepRecipe, SaysWhatTheModelHidesWithinAnOperation) {
  StepInputs inputs = one_layer(4);
  inputs.software.tensor_overlap = true;
  const StepRecipe recipe = step_recipe(inputs, fixtures::calibration());
  ASSERT_EQ(recipe.hidden.size(), 1U);
  EXPECT_THAT(recipe.hidden[0], testing::HasSubstr("software.tensor_overlap"));
  EXPECT_EQ(count(work_of(recipe, OperationKind::kForward), Kind::kAllGather), 1);
}

}  // namespace
}  // namespace sextant

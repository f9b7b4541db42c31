#include "calibrate/replay/whole_runs.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/unit/replay/replay_fixtures.h"

namespace sextant::replay {
namespace {

using Kind = WorkItem::Kind;

WorkItem item(Kind kind, double times, double bytes = 0.0) {
  WorkItem item;
  item.kind = kind;
  item.times = times;
  item.bytes = bytes;
  item.gemm = {64, 64, 64, 1};
  return item;
}

int total_times(const std::vector<Run>& runs) {
  int times = 0;
  for (const Run& run : runs) times += run.times;
  return times;
}

// A quarter in each of four operations is one in all, not none.
TEST(WholeRuns, WhatOneOperationLacksTheNextOneHas) {
  const StepInputs inputs = pipeline(1, 8);
  for (double share : {0.1, 0.25, 0.5, 0.9, 1.5, 2.0, 3.3}) {
    RunPlanner planner(inputs, 0);
    int times = 0;
    for (int i = 1; i <= 40; ++i) {
      times += total_times(planner.runs_of({item(Kind::kGemm, share)}));
      EXPECT_LE(std::abs(times - share * i), 0.5 + 1e-9);
    }
  }
}

TEST(WholeRuns, CollectivesCarryTheBytesThatRoundingLeaves) {
  const StepInputs inputs = pipeline(1, 8);
  RunPlanner planner(inputs, 0);
  WorkItem reduce = item(Kind::kAllReduce, 2.6, 4e6);
  reduce.group = RankGroup::kShard;
  const auto runs = planner.runs_of({reduce});
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].times, 3);
  EXPECT_NEAR(3.0 * static_cast<double>(runs[0].bytes), 2.6 * 4e6, 3 * 4);
  EXPECT_EQ(runs[0].bytes % 4, 0U);
}

TEST(WholeRuns, HalvesAreWholeElementsOnEveryRank) {
  const StepInputs inputs = pipeline(1, 8);
  RunPlanner planner(inputs, 0);
  for (double bytes : {1.0, 33.0, 1000.0, 12345.6}) {
    WorkItem gather = item(Kind::kAllGather, 1.0, bytes);
    gather.group = RankGroup::kShard;
    const auto runs = planner.runs_of({gather});
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_GT(runs[0].bytes, 0U);
    EXPECT_EQ(runs[0].bytes % (4 * 8), 0U);
  }
}

TEST(WholeRuns, MemoryIsPassedOnceWithAllItsBytesAndKernels) {
  const StepInputs inputs = pipeline(1, 8);
  RunPlanner planner(inputs, 0);
  WorkItem stream = item(Kind::kStream, 2.5, 1000.0);
  stream.kernels = 4.0;
  const auto runs = planner.runs_of({stream});
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].times, 1);
  EXPECT_EQ(runs[0].bytes, 2500U);
  EXPECT_EQ(runs[0].item.kernels, 10.0);
}

TEST(WholeRuns, ShapesAreAtLeastOneInEveryDirection) {
  const StepInputs inputs = pipeline(1, 8);
  RunPlanner planner(inputs, 0);
  WorkItem narrow = item(Kind::kGemm, 1.0);
  narrow.gemm = {0.4, 127.6, 64.0, 1.0};
  const auto runs = planner.runs_of({narrow});
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].item.gemm.m, 1.0);
  EXPECT_EQ(runs[0].item.gemm.n, 128.0);
}

// A machine shows by itself what an allowance stands for; the host's time it does not.
TEST(WholeRuns, OnlyTheHostIsWaitedFor) {
  const StepInputs inputs = pipeline(1, 8);
  RunPlanner planner(inputs, 0);
  WorkItem host = item(Kind::kHost, 3.0);
  host.seconds = 1e-3;
  const auto runs = planner.runs_of({item(Kind::kAllowance, 1.0), host});
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].item.kind, Kind::kHost);
  EXPECT_DOUBLE_EQ(runs[0].item.seconds, 3e-3);
}

TEST(WholeRuns, FusedAttentionBecomesAsManyFlops) {
  const StepInputs inputs = pipeline(1, 8);
  const StepRecipe recipe = recipe_of(inputs);
  double flops = 0.0, replayed = 0.0;
  const RankProgram program = program_of(recipe, inputs, 0);
  for (const Task& task : program.lane(Lane::kCompute)) {
    for (const WorkItem& work : recipe.work(task.operation)) {
      if (work.kind == Kind::kFusedAttention) flops += work.times * work.flops;
    }
    for (const auto& run : task.runs) {
      if (run.item.kind != Kind::kFusedAttention) continue;
      const Gemm& g = run.item.gemm;
      replayed += run.times * 4.0 * g.batch * g.m * g.n * g.k;
    }
  }
  EXPECT_GT(flops, 0.0);
  EXPECT_NEAR(replayed / flops, 1.0, 0.02);
}

}  // namespace
}  // namespace sextant::replay

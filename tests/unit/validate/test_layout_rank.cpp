#include "src/validate/layout_rank.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/step_fixtures.h"

namespace sextant::validate {
namespace {

using testing::SizeIs;

PublishedRun run(const std::string& id) {
  PublishedRun run;
  run.id = id;
  run.inputs = fixtures::inputs(16);
  return run;
}

TEST(LayoutRank, KnowsWhichLayoutsWereTuned) {
  EXPECT_TRUE(is_tuned(run("mlperf-v3.0-gpt3-n64")));
  EXPECT_TRUE(is_tuned(run("korth-t5-22B-seqsel")));
  EXPECT_FALSE(is_tuned(run("korth-t5-22B-full")));
  EXPECT_FALSE(is_tuned(run("sc21-t2-zero3-174.6B-n384")));
  EXPECT_FALSE(is_tuned(run("vtrain-multi-0000")));
  EXPECT_FALSE(is_tuned(run("dgxc-24.11.1-dgxh100-llama3-405b-bf16-n96-gbs126-L21")));
}

TEST(LayoutRank, CountsTheLayoutsThatAreFaster) {
  PublishedRun slow = run("mlperf-slow");
  slow.inputs.layout.tensor = 8;
  slow.inputs.layout.recompute = Recompute::kFull;
  const LayoutRanks ranks =
      rank_layouts({slow, run("vtrain-multi-1")}, fixtures::calibration(), {.threads = 2});
  ASSERT_THAT(ranks.rows, SizeIs(1));
  const LayoutRank& row = ranks.rows.front();
  EXPECT_GT(row.faster, 0);
  EXPECT_LT(row.faster, row.fit);
  EXPECT_GT(row.regret(), 0.0);
  EXPECT_EQ(ranks.left_out, 1);
}

TEST(LayoutRank, OfTheBestIsZero) {
  PublishedRun first = run("mlperf-first");
  const LayoutRanks ranks = rank_layouts({first}, fixtures::calibration(), {.threads = 1});
  ASSERT_THAT(ranks.rows, SizeIs(1));
  first.inputs.layout = ranks.rows.front().best.layout;
  const LayoutRanks again = rank_layouts({first}, fixtures::calibration(), {.threads = 1});
  EXPECT_EQ(again.rows.front().faster, 0);
  EXPECT_EQ(again.groups.back().group, "all");
  EXPECT_EQ(again.groups.back().in_top, 1);
}

TEST(LayoutRank, CountsRowsThatAreEqualOnce) {
  const LayoutRanks ranks =
      rank_layouts({run("mlperf-1"), run("mlperf-2")}, fixtures::calibration(), {.threads = 1});
  EXPECT_THAT(ranks.rows, SizeIs(1));
}

}  // namespace
}  // namespace sextant::validate

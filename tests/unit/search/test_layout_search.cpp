#include "src/search/layout_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sextant/training/closed_step.h"
#include "sextant/training/step_model.h"
#include "tests/support/step_fixtures.h"

namespace sextant::search {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

LayoutSpace one_layout() {
  return {{1}, {1}, {1}, {1}, {1}, {1}, {0}, {1}, {Recompute::kNone}, {1}};
}

SearchResult search(const StepInputs& inputs, const LayoutSpace& space,
                    SearchOptions options = {}) {
  options.parallel.threads = 2;
  return search_layouts(inputs, space, fixtures::calibration(), options);
}

TEST(LayoutSearch, TimesOneLayoutAsTheClosedTierDoes) {
  const StepInputs inputs = fixtures::inputs(8);
  const SearchResult found = search(inputs, one_layout());
  ASSERT_THAT(found.best, SizeIs(1));
  const ClosedStep step = *forecast_closed(inputs, fixtures::calibration());
  EXPECT_EQ(found.best[0].time, step.time);
  EXPECT_EQ(found.best[0].peak_memory, step.peak_memory);
  EXPECT_EQ(found.least_memory->time, step.time);
  EXPECT_EQ(found.considered, 1);
  EXPECT_TRUE(found.complete);
}

TEST(LayoutSearch, CountsWhatMakesNoDifferenceOnce) {
  LayoutSpace space = one_layout();
  space.virtual_stages = {1, 2, 4};  // of one pipeline rank
  space.recompute_every = {1, 2};    // of nothing that is recomputed
  space.shard_group = {0, 8, 16};    // all of eight ranks
  const SearchResult found = search(fixtures::inputs(8), space);
  EXPECT_EQ(found.considered, 18);
  EXPECT_EQ(found.valid, 1);
}

TEST(LayoutSearch, SaysByHowMuchNothingFits) {
  StepInputs inputs = fixtures::inputs(8);
  inputs.node.accelerator.memory.value = Bytes(1e9);
  LayoutSpace space = one_layout();
  space.tensor = {1, 2, 4, 8};
  const SearchResult found = search(inputs, space);
  EXPECT_EQ(found.valid, 4);
  EXPECT_EQ(found.fit, 0);
  EXPECT_THAT(found.best, IsEmpty());
  EXPECT_EQ(found.least_memory->layout.tensor, 8);
  EXPECT_GT(found.least_memory->peak_memory, Bytes(1e9));
}

TEST(LayoutSearch, MayGoBeyondTheMemoryAsFarAsItIsTold) {
  StepInputs inputs = fixtures::inputs(8);
  inputs.node.accelerator.memory.value = forecast_peak_memory(inputs) * 0.95;
  EXPECT_EQ(search(inputs, one_layout()).fit, 0);
  EXPECT_EQ(search(inputs, one_layout(), {.memory_tolerance = kMemoryError}).fit, 1);
}

TEST(LayoutSearch, DividesAllBatches) {
  const StepInputs inputs = fixtures::inputs(8);  // a batch of 32
  LayoutSpace space = one_layout();
  space.micro_batch = {1, 2, 4};
  EXPECT_EQ(search(inputs, space).valid, 3);
  EXPECT_EQ(search(inputs, space, {.also_batches = {16, 32}}).valid, 2);
}

TEST(LayoutSearch, FindsNothingWhereNothingDivides) {
  LayoutSpace space = one_layout();
  space.tensor = {3};
  const SearchResult found = search(fixtures::inputs(8), space);
  EXPECT_EQ(found.considered, 1);
  EXPECT_EQ(found.valid, 0);
  EXPECT_FALSE(found.least_memory);
}

TEST(LayoutSearch, StopsWhenItIsTold) {
  LayoutSpace space = one_layout();
  space.tensor = {1, 2};
  const SearchResult found = search(fixtures::inputs(8), space, {.stopped = [] { return true; }});
  EXPECT_FALSE(found.complete);
  EXPECT_EQ(found.considered, 0);
}

TEST(LayoutSearch, KeepsAllTimesWhereItIsAsked) {
  LayoutSpace space = one_layout();
  space.micro_batch = {1, 2, 4};
  const SearchResult found = search(fixtures::inputs(8), space, {.keep = 1, .time_all = true});
  ASSERT_THAT(found.times, SizeIs(3));
  EXPECT_THAT(found.best, SizeIs(1));
  EXPECT_EQ(found.share_faster_than(found.times[0]), 0.0);
  EXPECT_EQ(found.share_faster_than(found.times[2]), 2.0 / 3.0);
  EXPECT_EQ(found.share_faster_than(Seconds(1e9)), 1.0);
}

TEST(LayoutSearch, TakesTheScheduleAndTheStagesFromTheDegrees) {
  StepInputs inputs = fixtures::inputs(8);
  inputs.layout.pipeline = 2;
  inputs.layout.schedule = Schedule::k1f1b;
  inputs.layout.stages = std::vector{9, 7};
  inputs.layout.data = 4;
  LayoutSpace space = one_layout();
  space.pipeline = {2, 4};
  space.virtual_stages = {1, 2};
  const SearchResult found = search(inputs, space);
  EXPECT_EQ(found.valid, 4);
  for (const FoundLayout& layout : found.best) {
    const bool as_listed = layout.layout.pipeline * layout.layout.virtual_stages == 2;
    EXPECT_EQ(layout.layout.stages.has_value(), as_listed);
    EXPECT_FALSE(layout.layout.data);
  }
}

}  // namespace
}  // namespace sextant::search

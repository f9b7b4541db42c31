#include "sextant/training/closed_step.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "sextant/training/step_model.h"
#include "tests/support/step_fixtures.h"

namespace {
std::size_t allocations = 0;
}

// Not inlined: gcc 12 would take free() for a mistake.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size > 0 ? size : 1)) return memory;
  throw std::bad_alloc();
}
// std::stable_sort's buffer comes by this one.
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size > 0 ? size : 1);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace sextant {
namespace {

StepInputs pipeline() {
  StepInputs inputs = fixtures::inputs(64);
  inputs.model.layers = 30;
  inputs.layout.tensor = 2;
  inputs.layout.pipeline = 8;
  inputs.global_batch = 256;
  return inputs;
}

TEST(ClosedStep, IsTheReplayWithoutItsGraph) {
  for (const int virtual_stages : {1, 2}) {
    StepInputs inputs = pipeline();
    inputs.layout.virtual_stages = virtual_stages;
    const std::optional<ClosedStep> closed = forecast_closed(inputs, fixtures::calibration());
    const StepProfile replay = forecast_step(inputs, fixtures::calibration());
    ASSERT_TRUE(closed);
    EXPECT_NEAR(closed->time / replay.time, 1.0, 1e-9);
    EXPECT_NEAR(closed->peak_memory / replay.peak_memory(), 1.0, 1e-12);
  }
}

TEST(ClosedStep, SkipsTheMiddleOfLongSteps) {
  StepInputs inputs = pipeline();
  inputs.global_batch = 64 * 1000;
  EXPECT_NEAR(forecast_closed(inputs, fixtures::calibration())->time /
                  forecast_step(inputs, fixtures::calibration()).time,
              1.0, 1e-6);
}

TEST(ClosedStep, AllocatesNothing) {
  StepInputs inputs = pipeline();
  inputs.layout.zero = 3;
  inputs.model.experts = Experts{.count = 8, .top_k = 2, .feed_forward = 4096, .every = 2};
  const Calibration calibration = fixtures::calibration();
  const std::size_t before = allocations;
  const std::optional<ClosedStep> closed = forecast_closed(inputs, calibration);
  EXPECT_EQ(allocations, before);
  EXPECT_TRUE(closed);
}

TEST(ClosedStep, LeavesToTheReplayWhatItDoesNotKnow) {
  StepInputs inputs = pipeline();
  inputs.layout.stages = StageCut::kBalanced;
  EXPECT_FALSE(forecast_closed(inputs, fixtures::calibration()));
  inputs = pipeline();
  inputs.model.layers = 1000;
  inputs.accelerators = 256;
  inputs.global_batch = 256;
  inputs.layout.tensor = 1;
  inputs.layout.pipeline = 256;
  EXPECT_FALSE(forecast_closed(inputs, fixtures::calibration()));
}

}  // namespace
}  // namespace sextant

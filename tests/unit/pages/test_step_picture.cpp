#include "src/pages/step_picture.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/step_fixtures.h"

namespace sextant::pages {
namespace {

using Json = nlohmann::ordered_json;

/// Four stages of two layers on four data-parallel ranks each, eight microbatches.
StepTrace four_stages() {
  StepInputs inputs = fixtures::inputs(16);
  inputs.model.layers = 8;
  inputs.layout.pipeline = 4;
  inputs.layout.zero = 0;
  inputs.global_batch = 32;
  return trace_step(inputs, fixtures::calibration());
}

std::size_t timed_operations(const StepTrace& trace) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < trace.graph.size(); ++i) {
    if (trace.timeline.end[i] > trace.timeline.start[i]) ++count;
  }
  return count;
}

std::size_t drawn(const Json& picture) {
  std::size_t count = 0;
  for (const Json& lane : picture["lanes"]) count += lane["gap"].size();
  return count;
}

/// When the lane's last operation ends, in seconds.
double end_of(const Json& picture, const Json& lane) {
  double clock = 0.0;
  for (std::size_t i = 0; i < lane["gap"].size(); ++i) {
    clock += lane["gap"][i].get<double>();
    clock += lane.contains("shape")
                 ? picture["shapes"][lane["shape"][i].get<std::size_t>()][4].get<double>()
                 : lane["duration"][i].get<double>();
  }
  return clock * 1e-9;
}

double last_end(const Json& picture) {
  double last = 0.0;
  for (const Json& lane : picture["lanes"]) last = std::max(last, end_of(picture, lane));
  return last;
}

TEST(StepPicture, HasEveryOperationOnce) {
  const StepTrace trace = four_stages();
  const Json picture = step_picture(trace);
  EXPECT_EQ(drawn(picture), timed_operations(trace));
  EXPECT_EQ(picture["together"], 1);
  EXPECT_EQ(picture["lanes"][0]["stream"], "compute");
}

TEST(StepPicture, TimesAreTheReplays) {
  const StepTrace trace = four_stages();
  const Json picture = step_picture(trace);
  EXPECT_NEAR(last_end(picture), trace.timeline.finish, 1e-7);
}

TEST(StepPicture, AShapesPartsSumToItsTime) {
  const Json picture = step_picture(four_stages());
  for (const Json& shape : picture["shapes"]) {
    double sum = 0.0;
    for (std::size_t i = 1; i < shape[5].size(); i += 2) sum += shape[5][i].get<double>();
    EXPECT_NEAR(sum, shape[4].get<double>(), 10.0);
  }
}

TEST(StepPicture, EveryStageSpendsTheStep) {
  const StepTrace trace = four_stages();
  const Json picture = step_picture(trace);
  ASSERT_EQ(picture["stages"].size(), 4);
  for (const Json& stage : picture["stages"]) {
    double sum = 0.0;
    for (const Json& seconds : stage["parts"]) sum += seconds.get<double>();
    for (const Json& seconds : stage["waiting"]) sum += seconds.get<double>();
    EXPECT_NEAR(sum, trace.timeline.finish, 1e-4 * trace.timeline.finish);
  }
}

TEST(StepPicture, OfTooManyOperationsTheFirstAndTheLastStageRemain) {
  const StepTrace trace = four_stages();
  const std::size_t all = timed_operations(trace);
  const Json picture = step_picture(trace, all * 6 / 10);
  EXPECT_LE(drawn(picture), all * 6 / 10);
  EXPECT_EQ(picture["lanes"][0]["stage"], 0);
  EXPECT_EQ(picture["lanes"][1]["stage"], 3);
  EXPECT_EQ(picture["together"], 1);
}

TEST(StepPicture, ThenNeighboursAreDrawnTogether) {
  const StepTrace trace = four_stages();
  const std::size_t most = timed_operations(trace) / 10;
  const Json picture = step_picture(trace, most);
  EXPECT_GT(picture["together"], 1);
  // A lane's last block may be short.
  EXPECT_LE(drawn(picture), most + picture["lanes"].size());
  EXPECT_NEAR(last_end(picture), trace.timeline.finish, 1e-7);
  for (const Json& lane : picture["lanes"]) {
    for (std::size_t i = 0; i < lane["busy"].size(); ++i) {
      EXPECT_LE(lane["busy"][i].get<double>(), lane["duration"][i].get<double>() + 10.0);
    }
  }
}

}  // namespace
}  // namespace sextant::pages

#include "sextant/training/step_trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "sextant/training/step_model.h"
#include "tests/support/step_fixtures.h"

namespace sextant {
namespace {

using Label = OperationLabel;
using Kind = OperationKind;
using Stream = OperationGraph::Stream;
using testing::ElementsAre;

/// Names of what takes time on a stream, in order.
std::vector<std::string> names_on(const StepTrace& trace, int rank, Stream stream) {
  std::vector<std::string> names;
  for (const auto id : trace.graph.on_stream(rank, stream)) {
    const auto i = static_cast<std::size_t>(id);
    if (trace.timeline.end[i] > trace.timeline.start[i]) {
      names.push_back(operation_name(trace.labels[i]));
    }
  }
  return names;
}

/// Two layers on two data-parallel ranks, two microbatches, gradients reduced layer by layer.
StepInputs two_layers() {
  StepInputs inputs = fixtures::inputs(2);
  inputs.model.layers = 2;
  inputs.layout.zero = 0;
  inputs.global_batch = 4;
  return inputs;
}

TEST(StepTrace, NamesSayWhatAnOperationDoesAndToWhat) {
  EXPECT_EQ(operation_name({Kind::kForward, 3, 0}), "forward, microbatch 3, chunk 0");
  EXPECT_EQ(operation_name({Kind::kReduceGradients, Label::kNone, Label::kNone, 12}),
            "reduce gradients, layer 12");
  EXPECT_EQ(operation_name({Kind::kReduceGradients, Label::kNone, Label::kNone, 12, 9}),
            "reduce gradients, layers 12 to 9");
  EXPECT_EQ(operation_name({Kind::kReduceGradients, Label::kNone, Label::kNone, Label::kHead, 9}),
            "reduce gradients, head to layer 9");
  EXPECT_EQ(operation_name({Kind::kBackward, 7, 1, Label::kHead}), "backward, microbatch 7, head");
  EXPECT_EQ(operation_name({Kind::kForward, 0, 0, Label::kEmbedding}),
            "forward, microbatch 0, embedding");
  EXPECT_EQ(operation_name({Kind::kOptimizer}), "optimizer");
}

TEST(StepTrace, EndsWhenTheForecastSays) {
  const StepInputs inputs = two_layers();
  const StepTrace trace = trace_step(inputs, fixtures::calibration());
  EXPECT_EQ(trace.timeline.finish, forecast_step(inputs, fixtures::calibration()).time.si());
}

TEST(StepTrace, TheLastBackwardPassIsShownLayerByLayer) {
  const StepTrace trace = trace_step(two_layers(), fixtures::calibration());
  EXPECT_THAT(names_on(trace, 0, Stream::kCompute),
              ElementsAre("forward, microbatch 0, chunk 0", "backward, microbatch 0, chunk 0",
                          "forward, microbatch 1, chunk 0", "backward, microbatch 1, head",
                          "backward, microbatch 1, layer 1", "backward, microbatch 1, layer 0",
                          "backward, microbatch 1, embedding", "optimizer"));
}

// Layers are numbered in the model, not in the stage.
TEST(StepTrace, EveryLayerOfTheModelIsNamedOnce) {
  StepInputs inputs = fixtures::inputs(4);
  inputs.layout.pipeline = 2;
  inputs.layout.virtual_stages = 2;
  inputs.layout.data = 2;
  inputs.layout.zero = 0;
  inputs.global_batch = 8;
  const StepTrace trace = trace_step(inputs, fixtures::calibration());
  std::multiset<int> layers;
  for (int rank = 0; rank < 2; ++rank) {
    for (const auto id : trace.graph.on_stream(rank, Stream::kCompute)) {
      const Label& label = trace.labels[static_cast<std::size_t>(id)];
      if (label.kind == Kind::kBackward && label.layer >= 0) layers.insert(label.layer);
    }
  }
  std::multiset<int> expected;
  for (int layer = 0; layer < 16; ++layer) expected.insert(layer);
  EXPECT_EQ(layers, expected);
}

}  // namespace
}  // namespace sextant

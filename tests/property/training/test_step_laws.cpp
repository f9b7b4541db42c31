#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "sextant/training/step_model.h"
#include "sextant/training/step_trace.h"
#include "tests/support/random_inputs.h"

namespace sextant {
namespace {

using fixtures::batch_unit;
using fixtures::random_inputs;

Seconds step_time(const StepInputs& inputs) {
  return forecast_step(inputs, fixtures::calibration()).time;
}

RC_GTEST_PROP(StepLaws, BreakdownSumsToTheStepAndExplainsIt, ()) {
  const StepProfile profile = forecast_step(random_inputs(), fixtures::calibration());
  Seconds sum;
  for (Seconds part : profile.breakdown) {
    RC_ASSERT(part >= Seconds(0));
    sum += part;
  }
  RC_ASSERT(std::abs(sum / profile.time - 1.0) < 1e-9);
  RC_ASSERT(profile.breakdown[static_cast<std::size_t>(StepPart::kOther)] <= 0.005 * profile.time);
}

// Passes that are unfolded to layers, for overlap or for sharded parameters, do the same work.
RC_GTEST_PROP(StepLaws, OverlapAndShardingLeaveTheWorkAsItIs, ()) {
  StepInputs inputs = random_inputs();
  inputs.layout.zero = 0;
  inputs.software.data_overlap = inputs.software.gather_overlap = false;
  if (inputs.layout.schedule == Schedule::kZeroBubble) inputs.layout.schedule.reset();
  Calibration calibration = fixtures::calibration();
  calibration.software["megatron"].accumulation_traffic.value = 0.0;  // sharded, there is none
  const StepProfile whole = forecast_step(inputs, calibration);
  inputs.layout.zero = *rc::gen::element(1, 2, 3);
  inputs.software.data_overlap = inputs.software.gather_overlap = true;
  const StepProfile unfolded = forecast_step(inputs, calibration);
  RC_PRE(inputs.layout.pipeline == 1);  // else another rank may be the last to finish
  for (const StepPart part :
       {StepPart::kCompute, StepPart::kRecompute, StepPart::kTensorParallel, StepPart::kHost}) {
    const auto i = static_cast<std::size_t>(part);
    RC_ASSERT(std::abs((unfolded.breakdown[i] - whole.breakdown[i]) / whole.time) < 1e-9);
  }
}

RC_GTEST_PROP(StepLaws, NoFasterThanArithmetic, ()) {
  StepInputs inputs = random_inputs();
  inputs.precision = Precision::kBf16;
  const StepProfile profile = forecast_step(inputs, fixtures::calibration());
  RC_ASSERT(profile.mfu > 0.0);
  RC_ASSERT(profile.mfu <= 0.8);  // the GEMMs' efficiency
  RC_ASSERT(profile.hfu >= profile.mfu);
}

RC_GTEST_PROP(StepLaws, FasterPartsNeverSlowAStep, ()) {
  const StepInputs inputs = random_inputs();
  const Seconds time = step_time(inputs);
  StepInputs faster = inputs;
  faster.node.network_bandwidth *= 2.0;
  RC_ASSERT(step_time(faster) <= time * (1.0 + 1e-12));
  faster = inputs;
  faster.node.accelerator.link_bandwidth.value *= 2.0;
  RC_ASSERT(step_time(faster) <= time * (1.0 + 1e-12));
  faster = inputs;
  faster.node.accelerator.memory_bandwidth.value *= 2.0;
  RC_ASSERT(step_time(faster) <= time * (1.0 + 1e-12));
}

RC_GTEST_PROP(StepLaws, MoreWorkTakesLonger, ()) {
  const StepInputs inputs = random_inputs();
  StepInputs more = inputs;
  more.global_batch += batch_unit(inputs);
  RC_ASSERT(step_time(more) > step_time(inputs));
  more = inputs;
  more.model.layers += inputs.layout.pipeline * inputs.layout.virtual_stages;
  RC_ASSERT(step_time(more) > step_time(inputs));
}

RC_GTEST_PROP(StepLaws, ATraceIsTheForecastAndEveryWaitHolds, ()) {
  const StepInputs inputs = random_inputs();
  const StepTrace trace = trace_step(inputs, fixtures::calibration());
  const auto& [start, end, finish] = trace.timeline;
  RC_ASSERT(finish == step_time(inputs).si());
  RC_ASSERT(*std::max_element(end.begin(), end.end()) == finish);
  std::size_t seen = 0;
  for (int rank = 0; rank < trace.graph.ranks(); ++rank) {
    for (int stream = 0; stream < OperationGraph::kStreamsPerRank; ++stream) {
      double free = 0.0;
      for (const auto id :
           trace.graph.on_stream(rank, static_cast<OperationGraph::Stream>(stream))) {
        const auto i = static_cast<std::size_t>(id);
        RC_ASSERT(start[i] >= free);
        RC_ASSERT(end[i] >= start[i]);
        for (const auto other : trace.graph.waits_of(id)) {
          if (other == OperationGraph::kNone) continue;
          RC_ASSERT(start[i] >= end[static_cast<std::size_t>(other)]);
        }
        // What is called a join takes no time.
        RC_ASSERT(trace.labels[i].kind != OperationKind::kJoin || end[i] == start[i]);
        free = end[i];
        ++seen;
      }
    }
  }
  RC_ASSERT(seen == trace.labels.size());
}

RC_GTEST_PROP(StepLaws, TheSameTwice, ()) {
  const StepInputs inputs = random_inputs();
  RC_ASSERT(step_time(inputs) == step_time(inputs));
}

}  // namespace
}  // namespace sextant

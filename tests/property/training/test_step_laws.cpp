#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "sextant/training/step_model.h"
#include "sextant/training/step_trace.h"
#include "tests/support/step_fixtures.h"

namespace sextant {
namespace {

/// Sequences of the smallest batch that the layout divides.
int batch_unit(const StepInputs& inputs) {
  const Layout& layout = inputs.layout;
  return *layout.data * layout.micro_batch * (layout.virtual_stages > 1 ? layout.pipeline : 1);
}

/// Experts, encoders, other schedules and exchanges, adapters: each in a share of the runs.
void add_variants(StepInputs& inputs) {
  const auto sometimes = [] { return *rc::gen::inRange(0, 4) == 0; };
  Layout& layout = inputs.layout;
  if (sometimes()) {
    inputs.model.experts = Experts{.count = 8, .top_k = 2, .feed_forward = 4096};
    inputs.model.experts->shared = *rc::gen::inRange(0, 2);
    inputs.model.experts->every = *rc::gen::inRange(1, 3);
    layout.expert = std::min(8, *layout.data);
    inputs.software.expert_overlap = *rc::gen::arbitrary<bool>();
    inputs.software.grouped_experts = *rc::gen::arbitrary<bool>();
  }
  if (sometimes()) inputs.model.latent_attention = LatentAttention{512, 256, 64, 32, 64};
  inputs.model.bidirectional = sometimes();
  if (sometimes()) layout.context_exchange = ContextExchange::kAllToAll;
  if (layout.virtual_stages == 1 && sometimes()) {
    layout.schedule = layout.zero < 2 ? Schedule::kZeroBubble : Schedule::kGpipe;
  }
  layout.recompute_every = *rc::gen::inRange(1, 3);
  if (sometimes()) inputs.tuning.trainable = Trainable::kLora;
  inputs.tuning.reference_model = sometimes();
  inputs.software.optimizer = *rc::gen::element(Optimizer::kAdam, Optimizer::kLamb,
                                                Optimizer::kAdafactor, Optimizer::kLion);
}

/// A layout that divides, on up to 512 ranks.
StepInputs random_inputs() {
  const auto power = [](int most) { return 1 << *rc::gen::inRange(0, most + 1); };
  StepInputs inputs = fixtures::inputs();
  Layout& layout = inputs.layout;
  layout.tensor = power(3);
  layout.pipeline = power(2);
  layout.context = power(1);
  layout.virtual_stages = layout.pipeline > 1 ? power(2) : 1;
  const int data = power(3);
  layout.data = data;
  inputs.accelerators = layout.tensor * layout.pipeline * layout.context * data;
  layout.zero = *rc::gen::inRange(0, 4);
  layout.micro_batch = power(1);
  inputs.global_batch = batch_unit(inputs) * *rc::gen::inRange(1, 9);
  layout.sequence_parallel = *rc::gen::arbitrary<bool>();
  layout.recompute = *rc::gen::element(Recompute::kNone, Recompute::kSelective,
                                       Recompute::kOperator, Recompute::kFull);
  inputs.precision = *rc::gen::element(Precision::kBf16, Precision::kFp8);
  inputs.software.attention =
      *rc::gen::element(AttentionKernel::kUnfused, AttentionKernel::kFlash2);
  inputs.software.data_overlap = *rc::gen::arbitrary<bool>();
  inputs.software.gather_overlap = *rc::gen::arbitrary<bool>();
  inputs.software.tensor_overlap = *rc::gen::arbitrary<bool>();
  inputs.model.tied_embeddings = *rc::gen::arbitrary<bool>();
  add_variants(inputs);
  return inputs;
}

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
  const StepProfile whole = forecast_step(inputs, fixtures::calibration());
  inputs.layout.zero = *rc::gen::element(1, 2, 3);
  inputs.software.data_overlap = inputs.software.gather_overlap = true;
  const StepProfile unfolded = forecast_step(inputs, fixtures::calibration());
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

#pragma once

#include <algorithm>

#include <rapidcheck.h>

#include "tests/support/step_fixtures.h"

/// Random steps of the machine of step_fixtures.h, for property tests.
namespace sextant::fixtures {

/// Sequences of the smallest batch that the layout divides.
inline int batch_unit(const StepInputs& inputs) {
  const Layout& layout = inputs.layout;
  return *layout.data * layout.micro_batch * (layout.virtual_stages > 1 ? layout.pipeline : 1);
}

/// Experts, encoders, other schedules and exchanges, adapters: each in a share of the runs.
inline void add_variants(StepInputs& inputs) {
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
inline StepInputs random_inputs() {
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

}  // namespace sextant::fixtures

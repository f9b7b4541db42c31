#pragma once

#include <vector>

#include "sextant/training/step_inputs.h"

namespace sextant {

enum class PassKind { kForward, kBackward, kWeights };
inline constexpr int kPassKinds = 3;

/// One pass of a microbatch through a model chunk of a rank.
struct Pass {
  PassKind kind = PassKind::kForward;
  int chunk = 0;
  int microbatch = 0;
};

/// How a pipeline is run: chunks > 1 need the interleaved schedule, and microbatches in multiples
/// of the ranks.
struct PipelineShape {
  int ranks = 1;
  int chunks = 1;
  int microbatches = 1;
  Schedule schedule = Schedule::k1f1b;
};

PipelineShape pipeline_shape(const StepInputs& inputs);

/// Order in which a rank runs its passes. Only the zero-bubble schedule runs weight gradients
/// apart: rank r is r microbatches behind with them, which holds as many activations as the first
/// rank of 1F1B.
/// @source Huang et al. 2019 (GPipe, arXiv 1811.06965); Narayanan et al. 2021 (arXiv 2104.04473),
/// section 2.2, and Megatron-LM's schedules.py; Qi et al. 2024 (arXiv 2401.10241), ZB-H1.
std::vector<Pass> pipeline_order(int rank, const PipelineShape& shape);

/// Forward passes that a rank runs before its first backward pass, besides the one in between; of
/// a short step at most all.
int forwards_ahead(int rank, const PipelineShape& shape);

/// Microbatches of one chunk whose activations a rank holds at most.
int chunks_in_flight(int rank, const PipelineShape& shape);

}  // namespace sextant

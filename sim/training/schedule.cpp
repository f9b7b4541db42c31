#include "schedule.h"

#include <algorithm>

#include "sextant/kernel/assert.h"

namespace sextant {
namespace {

/// Forward passes in order: groups of `ranks` microbatches go through chunk after chunk.
/// Backward passes run through the chunks from the last to the first.
std::vector<Pass> passes_in_order(PassKind kind, const PipelineShape& shape) {
  std::vector<Pass> order;
  order.reserve(static_cast<std::size_t>(shape.chunks) *
                static_cast<std::size_t>(shape.microbatches));
  for (int group = 0; group < shape.microbatches; group += shape.ranks) {
    const int end = std::min(group + shape.ranks, shape.microbatches);
    for (int step = 0; step < shape.chunks; ++step) {
      const int chunk = kind == PassKind::kForward ? step : shape.chunks - 1 - step;
      for (int microbatch = group; microbatch < end; ++microbatch) {
        order.push_back({kind, chunk, microbatch});
      }
    }
  }
  return order;
}

/// Appends the weight gradients that are due after `backwards` backward passes of rank `rank`.
void add_weights(std::vector<Pass>& order, int rank, int backwards, const PipelineShape& shape) {
  if (shape.schedule != Schedule::kZeroBubble) return;
  const int due = backwards - 1 - rank;
  if (due >= 0) order.push_back({PassKind::kWeights, 0, due});
}

}  // namespace

int forwards_ahead(int rank, const PipelineShape& shape) {
  if (shape.schedule == Schedule::kGpipe) return shape.microbatches;
  const int after = shape.ranks - rank - 1;
  return shape.chunks == 1 ? after : after * 2 + (shape.chunks - 1) * shape.ranks;
}

PipelineShape pipeline_shape(const StepInputs& inputs) {
  return {inputs.layout.pipeline, inputs.layout.virtual_stages, inputs.microbatches(),
          inputs.layout.pipeline_schedule()};
}

std::vector<Pass> pipeline_order(int rank, const PipelineShape& shape) {
  SEXTANT_ASSERT(shape.chunks == 1 || shape.microbatches % shape.ranks == 0,
                 "{} microbatches interleaved on {} ranks", shape.microbatches, shape.ranks);
  const std::vector<Pass> forward = passes_in_order(PassKind::kForward, shape);
  const std::vector<Pass> backward = passes_in_order(PassKind::kBackward, shape);
  const int total = shape.chunks * shape.microbatches;
  const auto warm_up = static_cast<std::size_t>(std::min(forwards_ahead(rank, shape), total));
  const auto all = static_cast<std::size_t>(total);

  std::vector<Pass> order(forward.begin(), forward.begin() + static_cast<std::ptrdiff_t>(warm_up));
  order.reserve(3 * all);
  int backwards = 0;
  const auto add_backward = [&] {
    order.push_back(backward[static_cast<std::size_t>(backwards)]);
    add_weights(order, rank, ++backwards, shape);
  };
  for (std::size_t i = warm_up; i < all; ++i) {
    order.push_back(forward[i]);
    add_backward();
  }
  while (backwards < total) add_backward();
  for (int behind = 1; behind <= rank; ++behind) add_weights(order, rank, total + behind, shape);
  return order;
}

int chunks_in_flight(int rank, const PipelineShape& shape) {
  const int total = shape.chunks * shape.microbatches;
  const int behind = shape.schedule == Schedule::kZeroBubble ? rank : 0;
  return std::min(forwards_ahead(rank, shape) + behind + 1, total);
}

}  // namespace sextant

#pragma once

#include <vector>

namespace sextant {

/// One forward or backward pass of a microbatch through a model chunk of a rank.
struct Pass {
  bool forward = true;
  int chunk = 0;
  int microbatch = 0;
};

/// Order in which a pipeline rank runs its passes: 1F1B, or interleaved 1F1B when it holds more
/// than one chunk. The latter needs microbatches in multiples of the ranks.
/// @source Narayanan et al. 2021 (arXiv 2104.04473), section 2.2; Megatron-LM's schedules.py.
std::vector<Pass> pipeline_order(int rank, int ranks, int chunks, int microbatches);

}  // namespace sextant

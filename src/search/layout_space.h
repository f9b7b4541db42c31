#pragma once

#include <vector>

#include "sextant/training/layout.h"
#include "sextant/training/step_inputs.h"

namespace sextant::search {

/// The values of each degree that a search tries, each in any combination with all others; what is
/// not listed here stays as in the layout that the search starts from. No list is empty.
struct LayoutSpace {
  std::vector<int> tensor;
  std::vector<int> pipeline;
  std::vector<int> virtual_stages;
  std::vector<int> context;
  std::vector<int> expert;
  std::vector<int> zero;
  std::vector<int> shard_group;  ///< 0: all data ranks
  std::vector<int> micro_batch;
  std::vector<Recompute> recompute;
  std::vector<int> recompute_every;
  /// The highest ZeRO stage that is tried together with more than one pipeline rank.
  int pipelined_zero = 3;
  /// Whether virtual stages may have unequal numbers of layers, the ends as one each.
  bool uneven_chunks = true;

  /// Combinations, whether or not their degrees divide.
  double size() const;
};

/// What people can run on this cluster, with this model, batch and framework; `inputs.layout`, or
/// one that means the same, is always among it where its degrees divide.
///
/// - tensor: every number of ranks that divides heads and shares links;
/// - pipeline: every number of ranks, up to the model's layers and 128;
/// - virtual stages: those that divide the layers, with or without the ends as one layer each (so
///   Megatron-LM interleaves; stages of one chunk may have unequal numbers);
/// - context: powers of two that leave 1,024 tokens of a sequence to each rank;
/// - expert: every divisor of the experts;
/// - ZeRO stages 0 to 3, sharded over all data ranks, over one node or over four; 2 and 3 in a
///   pipeline only where the framework has that (torchtitan: DeepSpeed and Megatron-LM refuse it);
/// - microbatches: divisors of the batch up to 16, powers of two up to 128;
/// - recomputation of every layer, every other and every fourth; by operators only in torchtitan.
LayoutSpace every_layout(const StepInputs& inputs);

}  // namespace sextant::search

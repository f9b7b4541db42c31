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

  /// Combinations, whether or not their degrees divide.
  double size() const;
};

/// What can run at all on this cluster, with this model and batch: tensor ranks that divide heads
/// and share links, pipeline ranks that divide layers, and so on. `inputs.layout` is one of them
/// where its degrees divide.
LayoutSpace every_layout(const StepInputs& inputs);

}  // namespace sextant::search

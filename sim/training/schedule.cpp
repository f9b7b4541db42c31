#include "schedule.h"

#include <algorithm>

#include "sextant/kernel/assert.h"

namespace sextant {
namespace {

/// Forward passes in order: groups of `ranks` microbatches go through chunk after chunk.
/// Backward passes run through the chunks from the last to the first.
std::vector<Pass> passes_in_order(bool forward, int ranks, int chunks, int microbatches) {
  std::vector<Pass> order;
  order.reserve(static_cast<std::size_t>(chunks) * static_cast<std::size_t>(microbatches));
  for (int group = 0; group < microbatches; group += ranks) {
    const int end = std::min(group + ranks, microbatches);
    for (int step = 0; step < chunks; ++step) {
      const int chunk = forward ? step : chunks - 1 - step;
      for (int microbatch = group; microbatch < end; ++microbatch) {
        order.push_back({forward, chunk, microbatch});
      }
    }
  }
  return order;
}

}  // namespace

std::vector<Pass> pipeline_order(int rank, int ranks, int chunks, int microbatches) {
  SEXTANT_ASSERT(chunks == 1 || microbatches % ranks == 0,
                 "{} microbatches interleaved on {} ranks", microbatches, ranks);
  const std::vector<Pass> forward = passes_in_order(true, ranks, chunks, microbatches);
  const std::vector<Pass> backward = passes_in_order(false, ranks, chunks, microbatches);
  const int total = chunks * microbatches;
  const int ahead = chunks == 1 ? ranks - rank - 1 : (ranks - rank - 1) * 2 + (chunks - 1) * ranks;
  const auto warm_up = static_cast<std::size_t>(std::min(ahead, total));
  const auto all = static_cast<std::size_t>(total);

  std::vector<Pass> order(forward.begin(), forward.begin() + static_cast<std::ptrdiff_t>(warm_up));
  order.reserve(2 * all);
  for (std::size_t i = warm_up; i < all; ++i) {
    order.push_back(forward[i]);
    order.push_back(backward[i - warm_up]);
  }
  for (std::size_t i = all - warm_up; i < all; ++i) order.push_back(backward[i]);
  return order;
}

}  // namespace sextant

#include "src/optimize/relax.h"

#include <algorithm>

namespace sextant::optimize {

Limits all_relaxed(const Limits& limits) {
  Limits relaxed = limits;
  if (limits.deadline) relaxed.deadline = kRelaxedBy * *limits.deadline;
  if (limits.budget) relaxed.budget = kRelaxedBy * *limits.budget;
  if (limits.nodes) relaxed.nodes = relaxed_nodes(*limits.nodes);
  return relaxed;
}

std::int64_t relaxed_nodes(std::int64_t nodes) {
  return std::max(nodes + 1, static_cast<std::int64_t>(kRelaxedBy * static_cast<double>(nodes)));
}

}  // namespace sextant::optimize

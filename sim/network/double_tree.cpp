#include "sim/network/double_tree.h"

namespace sextant {
namespace {

/// @pre 0 < member < members
std::int32_t parent_of(std::int32_t member, std::int32_t members) {
  const std::int32_t last_bit = member & -member;
  const std::int32_t parent = (member ^ last_bit) | (last_bit << 1);
  return parent < members ? parent : member ^ last_bit;
}

}  // namespace

std::vector<TreeEdge> double_tree_edges(std::int32_t members) {
  std::vector<TreeEdge> edges;
  const auto second = [&](std::int32_t member) {
    return members % 2 == 0 ? members - 1 - member : (member + 1) % members;
  };
  for (std::int32_t child = 1; child < members; ++child) {
    const std::int32_t parent = parent_of(child, members);
    edges.push_back({child, parent});
    edges.push_back({second(child), second(parent)});
  }
  return edges;
}

}  // namespace sextant

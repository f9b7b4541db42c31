#pragma once

#include <cstdint>
#include <vector>

namespace sextant {

/// A child hands its sum up to its parent, and gets the result from it.
struct TreeEdge {
  std::int32_t child = 0, parent = 0;
};

/// The edges of two binary trees over the members 0..n-1, in which no member but one is an inner
/// vertex of both: each tree takes a half of the bytes, and every member sends and receives about
/// as much. The first tree: an odd member is a leaf, and one with k zeros at its end stands k
/// levels higher. The second: the first, mirrored if n is even, else turned by one.
/// @source Sanders, Speck, Träff: Two-tree algorithms for full bandwidth broadcast, reduction and
/// scan (2009); NCCL uses it since 2.4
std::vector<TreeEdge> double_tree_edges(std::int32_t members);

}  // namespace sextant

#pragma once

#include "sextant/kernel/quantity.h"
#include "sextant/network/collective_coefficients.h"
#include "sextant/network/group_placement.h"

namespace sextant {

/// Times of collectives from what was measured on the same kind of node, with all ranks of each
/// node taking part.
///
/// A ring of N nodes with g ranks each makes N·g − 1 steps, each of which moves 1/(N·g) of the
/// buffer over every link of the ring; a node sends through all its cards. A group with fewer ranks
/// on each node, g' (data-parallel ranks at a stride), has g'/g of the cards: the same bytes cross
/// per card when the buffer is g/g' times as large, and N·(g − g') steps inside the nodes fall
/// away. A tree of N nodes has log2 N levels, up and down.
class MeasuredCollectives {
 public:
  explicit MeasuredCollectives(const CollectiveCoefficients& measured) : measured_(measured) {}

  /// Reduce-scatter or all-gather of `bytes`, the whole buffer.
  Seconds half_all_reduce(Bytes bytes, GroupPlacement group) const;
  Seconds all_reduce(Bytes bytes, GroupPlacement group) const;
  /// By one algorithm, across nodes.
  Seconds all_reduce(Bytes bytes, GroupPlacement group, CollectiveAlgorithm algorithm) const;
  /// All-reduce on three nodes and more: what the tuner plugin takes, else the fastest.
  CollectiveAlgorithm algorithm(Bytes bytes, GroupPlacement group) const;
  /// Every rank sends `bytes` in all, an equal share to each.
  Seconds all_to_all(Bytes bytes, GroupPlacement group) const;
  Seconds point_to_point(Bytes bytes, bool same_node) const;

 private:
  Seconds ring(const TransferCurve& step, Bytes bytes, GroupPlacement group) const;
  Seconds tree(const TreeCoefficients& tree, Bytes bytes, GroupPlacement group) const;
  Bytes on_all_cards(Bytes bytes, GroupPlacement group) const;

  const CollectiveCoefficients& measured_;
};

}  // namespace sextant

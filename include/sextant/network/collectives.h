#pragma once

#include "sextant/kernel/quantity.h"
#include "sextant/network/collective_coefficients.h"
#include "sextant/network/collective_use.h"
#include "sextant/network/group_placement.h"

namespace sextant {

/// One level of the network as a rank sees it: effective bandwidth per direction and time per step.
struct NetworkLevel {
  BytesPerSecond bandwidth;
  Seconds latency;
};

/// Times of collectives by closed forms, on two levels: inside a node (`node`, per rank) and across
/// nodes (`network`, per rank when every rank of the node communicates: the node's line rate
/// divided by its ranks). Rings use every card of the ranks that take part, so a ring with g ranks
/// per node crosses at g times the bandwidth of one rank.
/// Where the node's kind was measured, the measurements take the place of the closed forms
/// (MeasuredCollectives).
/// @source NCCL's ring algorithm; bytes on each link as in nccl-tests/doc/PERFORMANCE.md.
class CollectiveTimer {
 public:
  /// Everything takes `cost` times as long as closed forms or measurements say.
  CollectiveTimer(NetworkLevel node, NetworkLevel network,
                  const CollectiveCoefficients* measured = nullptr, CollectiveUse* use = nullptr,
                  double cost = 1.0)
      : node_(node), network_(network), measured_(measured), use_(use), cost_(cost) {}

  /// Reduce-scatter, all-gather or broadcast of `bytes` (the whole buffer) over the group [s]:
  /// bytes·(n−1)/n over the slower of its two levels, and the latency of the n−1 steps of a ring,
  /// since NCCL knows no other way for them; 0 for one rank.
  Seconds half_all_reduce(Bytes bytes, GroupPlacement group) const;

  /// All-reduce [s]: a reduce-scatter and an all-gather on a ring or, where that is faster, up and
  /// down a tree of the nodes.
  Seconds all_reduce(Bytes bytes, GroupPlacement group) const;

  /// All-to-all in which every rank sends `bytes`, an equal share to each rank of the group [s]:
  /// the longer of what stays in the node and what leaves it, and the latency of one message across
  /// and of `ranks − 1` that follow one another.
  Seconds all_to_all(Bytes bytes, GroupPlacement group) const;

  /// One message between two ranks [s].
  Seconds point_to_point(Bytes bytes, bool same_node) const;

 private:
  Seconds tree(Bytes bytes, GroupPlacement group) const;

  NetworkLevel node_;
  NetworkLevel network_;
  void record(CollectiveKind kind, Bytes bytes, GroupPlacement group) const {
    if (use_) use_->record(kind, bytes, group);
  }

  const CollectiveCoefficients* measured_;
  CollectiveUse* use_;  ///< of the measurements; null: not of interest
  double cost_;
};

}  // namespace sextant

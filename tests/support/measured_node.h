#pragma once

#include "sextant/network/collective_coefficients.h"

namespace sextant {

/// A curve of a latency and a bandwidth, between 1 KiB and 1 GiB.
inline TransferCurve straight_curve(Seconds latency, BytesPerSecond bandwidth) {
  TransferCurve curve;
  for (double bytes = 1024.0; bytes <= 1073741824.0; bytes *= 2.0) {
    curve.points.push_back({Bytes(bytes), latency + Bytes(bytes) / bandwidth});
  }
  return curve;
}

/// Eight ranks on links of 400 GB/s, 2 us a step; rings across nodes 10 us a step and 320 GB/s a
/// node; trees 20 us a hop, nothing in flight, 100 GB/s; 40 GB/s a rank and 5 us a peer in an
/// all-to-all.
inline CollectiveCoefficients measured_node() {
  CollectiveCoefficients c;
  c.ranks_per_node = 8;
  c.node_ring = straight_curve(Seconds(2e-6), BytesPerSecond(400e9));
  c.node_all_reduce = straight_curve(Seconds(15e-6), BytesPerSecond(250e9));
  c.node_all_reduce_ranks = 5;
  c.node_all_to_all = straight_curve(Seconds(1e-6), BytesPerSecond(400e9));
  c.ring = straight_curve(Seconds(10e-6), BytesPerSecond(320e9));
  c.all_reduce_ring = c.ring;
  c.two_nodes = straight_curve(Seconds(60e-6), BytesPerSecond(250e9));
  c.tree.hop.value = Seconds(20e-6);
  c.tree.bandwidth.value = BytesPerSecond(100e9);
  c.all_to_all = straight_curve(Seconds(5e-6), BytesPerSecond(40e9));
  c.message = straight_curve(Seconds(25e-6), BytesPerSecond(40e9));
  return c;
}

}  // namespace sextant

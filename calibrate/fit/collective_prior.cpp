#include "calibrate/fit/collective_prior.h"

#include <algorithm>

namespace sextant::fit {
namespace {

constexpr const char* kStartDate = "2026-11";  // of what is assumed before anything is measured

/// A latency and a bandwidth, at every power of two from `from` to `to` bytes.
TransferCurve straight(Seconds latency, BytesPerSecond bandwidth, double from, double to) {
  TransferCurve curve;
  for (double bytes = from; bytes <= to; bytes *= 2.0) {
    curve.points.push_back({Bytes(bytes), latency + Bytes(bytes) / bandwidth});
  }
  curve.source = "latency and bandwidth that the fit starts from";
  curve.date = kStartDate;
  return curve;
}

template <class T>
Coefficient<T> start_of_fit(T value) {
  Coefficient<T> coefficient;
  coefficient.value = value;
  coefficient.source = "where the fit starts";
  coefficient.date = kStartDate;
  return coefficient;
}

TreeCoefficients tree(Seconds hop, Bytes in_flight, BytesPerSecond bandwidth) {
  return {start_of_fit(hop), start_of_fit(in_flight), start_of_fit(bandwidth)};
}

constexpr double kKiB = 1024.0, kMiB = 1024.0 * kKiB, kGiB = 1024.0 * kMiB;

}  // namespace

CollectiveCoefficients prior_coefficients(const CollectivePrior& prior) {
  const double ranks = prior.ranks_per_node;
  const BytesPerSecond link = prior.link * 0.8;
  // A rank's links bound what it passes on, however many cards its domain has.
  const BytesPerSecond cards = std::min(prior.network, prior.link) * (prior.reached / 0.85);
  const BytesPerSecond network = cards * 0.85;
  const BytesPerSecond own = prior.network / ranks * (prior.reached / 0.85);
  // What crosses while a chunk waits grows with the cards; measured on 400 GB/s.
  const double width = cards.si() / 400e9;
  CollectiveCoefficients c;
  c.ranks_per_node = prior.ranks_per_node;
  c.regions = prior.regions;
  c.node_ring = straight(Seconds(4e-6), link, 16 * kKiB, 256 * kMiB);
  c.node_all_reduce =
      prior.nvls ? straight(Seconds(14e-6), prior.link * (1.05 / 1.75), kKiB, 16 * kGiB)
                 : straight(Seconds(30e-6), link * (0.5 * ranks / std::max(1.0, ranks - 1.0)), kKiB,
                            16 * kGiB);
  c.node_all_reduce_ranks = prior.nvls ? prior.ranks_per_node / 2 + 1 : prior.ranks_per_node;
  c.node_all_to_all = straight(Seconds(3e-6), link, 16 * kKiB, 256 * kMiB);
  c.ring = straight(Seconds(12e-6), network, 16 * kKiB, 256 * kMiB);
  c.all_reduce_ring = straight(Seconds(10e-6), network, 16 * kKiB, 256 * kMiB);
  c.two_nodes = straight(Seconds(60e-6), network * (prior.nvls ? 0.72 : 0.55), kKiB, 16 * kGiB);
  c.tree = tree(Seconds(20e-6), Bytes(6e6 * width), cards * 0.27);
  if (prior.nvls) {
    c.nvls_tree = tree(Seconds(60e-6), Bytes(40e6 * width), cards * 0.45);
  }
  c.all_to_all = straight(Seconds(5e-6), own * 0.83, 16 * kKiB, 256 * kMiB);
  c.all_to_all_congestion = start_of_fit(0.05);
  c.message = straight(Seconds(25e-6), own * 0.8, kKiB, 256 * kMiB);
  c.log_spread = start_of_fit(0.3);
  return c;
}

}  // namespace sextant::fit

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "sextant/network/measured_collectives.h"
#include "tests/support/measured_node.h"

namespace sextant {
namespace {

/// Ascending in bytes and in time, as measured curves are but for their scatter.
TransferCurve some_curve() {
  TransferCurve curve;
  double bytes = 1024.0;
  double time = *rc::gen::inRange(1, 50) * 1e-6;
  const int points = *rc::gen::inRange(1, 20);
  for (int i = 0; i < points; ++i) {
    curve.points.push_back({Bytes(bytes), Seconds(time)});
    bytes *= 2.0;
    time *= 1.0 + *rc::gen::inRange(0, 100) / 100.0;
  }
  return curve;
}

CollectiveCoefficients some_node() {
  CollectiveCoefficients node = measured_node();
  node.ring = some_curve();
  node.all_reduce_ring = some_curve();
  node.all_to_all = some_curve();
  node.two_nodes = some_curve();
  node.node_ring = some_curve();
  node.tree.in_flight.value = Bytes(*rc::gen::inRange(0, 100) * 1e6);
  return node;
}

GroupPlacement some_group() {
  const int per_node = 1 << *rc::gen::inRange(0, 4);
  return {per_node * *rc::gen::inRange(1, 65), per_node};
}

Bytes some_bytes() { return Bytes(1.0 * *rc::gen::inRange(1, 1 << 30)); }

RC_GTEST_PROP(TransferCurveLaws, NoSlowerWithFewerBytes, ()) {
  const TransferCurve curve = some_curve();
  const Bytes a = some_bytes(), b = some_bytes();
  RC_ASSERT(curve.at(std::min(a, b)) <= curve.at(std::max(a, b)));
}

RC_GTEST_PROP(CollectiveLaws, NoSlowerWithFewerBytes, ()) {
  const CollectiveCoefficients node = some_node();
  const MeasuredCollectives measured(node);
  const GroupPlacement group = some_group();
  const Bytes a = some_bytes(), b = some_bytes();
  const Bytes less = std::min(a, b), more = std::max(a, b);
  RC_ASSERT(measured.all_reduce(less, group) <= measured.all_reduce(more, group));
  RC_ASSERT(measured.half_all_reduce(less, group) <= measured.half_all_reduce(more, group));
  RC_ASSERT(measured.all_to_all(less, group) <= measured.all_to_all(more, group));
}

RC_GTEST_PROP(CollectiveLaws, TimesAreNeverNegative, ()) {
  const CollectiveCoefficients node = some_node();
  const MeasuredCollectives measured(node);
  const GroupPlacement group = some_group();
  const Bytes bytes = some_bytes();
  RC_ASSERT(measured.all_reduce(bytes, group) >= Seconds(0));
  RC_ASSERT(measured.half_all_reduce(bytes, group) >= Seconds(0));
  RC_ASSERT(measured.all_to_all(bytes, group) >= Seconds(0));
}

RC_GTEST_PROP(CollectiveLaws, TheChosenAlgorithmIsTheFastest, ()) {
  const CollectiveCoefficients node = some_node();
  const MeasuredCollectives measured(node);
  GroupPlacement group = some_group();
  group.ranks += 2 * group.per_node;  // three nodes and more
  const Bytes bytes = some_bytes();
  const Seconds chosen = measured.all_reduce(bytes, group);
  RC_ASSERT(chosen <= measured.all_reduce(bytes, group, CollectiveAlgorithm::kRing));
  RC_ASSERT(chosen <= measured.all_reduce(bytes, group, CollectiveAlgorithm::kTree));
}

RC_GTEST_PROP(CollectiveLaws, FewerRanksOnANodeAreNoFasterOnTheSameBuffer, ()) {
  // They have fewer cards: what they save are steps inside the nodes.
  const CollectiveCoefficients node = some_node();
  const MeasuredCollectives measured(node);
  const int nodes = *rc::gen::inRange(2, 65);
  const int per_node = 1 << *rc::gen::inRange(0, 3);
  const Bytes bytes = some_bytes();
  const Seconds few = measured.half_all_reduce(bytes, {nodes * per_node, per_node});
  const Seconds all = measured.half_all_reduce(bytes, {nodes * 8, 8});
  const Seconds saved = node.node_ring.at(Bytes(0)) * static_cast<double>(nodes * (8 - per_node));
  RC_ASSERT(few + saved >= all * (1.0 - 1e-9));
}

}  // namespace
}  // namespace sextant

// Laws of fabrics of any generated kind and size.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "sextant/cluster/fabric.h"
#include "tests/support/fabrics.h"

namespace sextant {
namespace {

struct Case {
  FabricPlan plan;
  Instance instance;
  int nodes = 1;
};

Case any_case() {
  Case it;
  it.plan.kind =
      *rc::gen::element(FabricKind::kNonBlocking, FabricKind::kRailOptimised, FabricKind::kFatTree);
  it.plan.nodes_per_leaf.value = *rc::gen::inRange(1, 6);
  it.plan.spines.value = *rc::gen::inRange(1, 5);
  it.plan.leaves_per_pod.value = *rc::gen::inRange(1, 4);
  it.plan.cores.value = *rc::gen::inRange(1, 4);
  it.plan.oversubscription.value = *rc::gen::element(1.0, 1.5, 4.0);
  it.plan.core_oversubscription.value = *rc::gen::element(1.0, 2.0);
  const int accelerators = *rc::gen::element(1, 2, 4, 6);
  it.instance = test::fabric_instance(accelerators, *rc::gen::element(1, 2, 3, 4, 8));
  if (*rc::gen::arbitrary<bool>()) {
    it.instance.link_domain.emplace().value = accelerators * *rc::gen::inRange(1, 4);
  }
  it.nodes = *rc::gen::inRange(1, 20);
  return it;
}

Fabric fabric_of(const Case& it) { return test::fabric_of(it.plan, it.instance, it.nodes); }

Fabric::VertexId any_end(const Fabric& fabric) {
  const int node = *rc::gen::inRange(0, fabric.nodes());
  if (fabric.storage() >= 0 && *rc::gen::inRange(0, 8) == 0) return fabric.storage();
  if (*rc::gen::inRange(0, 8) == 0) return fabric.host(node);
  return fabric.accelerator(node, *rc::gen::inRange(0, fabric.accelerators_per_node()));
}

double oversubscription_above(const Case& it, FabricRole role) {
  if (it.plan.kind == FabricKind::kNonBlocking) return 1.0;
  return role == FabricRole::kLeaf ? it.plan.oversubscription : it.plan.core_oversubscription;
}

RC_GTEST_PROP(Fabric, ASwitchSendsUpWhatItGetsFromBelowOverTheOversubscription, ()) {
  const Case it = any_case();
  const Fabric fabric = fabric_of(it);
  std::map<Fabric::VertexId, double> below, above;
  for (int id = 0; id < fabric.links(); ++id) {
    const Fabric::Link& link = fabric.link(id);
    if (link.from == fabric.storage() || link.to == fabric.storage()) continue;
    const bool up = fabric.vertex(link.from).level < fabric.vertex(link.to).level;
    if (up) above[link.from] += link.capacity.si();
    if (up) below[link.to] += link.capacity.si();
  }
  for (int id = 0; id < fabric.vertices(); ++id) {
    const FabricRole role = fabric.vertex(id).role;
    if (role != FabricRole::kLeaf && role != FabricRole::kSpine) continue;
    if (above.count(id) == 0) continue;  // at the top
    RC_ASSERT(std::abs(above[id] * oversubscription_above(it, role) / below[id] - 1.0) < 1e-12);
  }
}

RC_GTEST_PROP(Fabric, LinksComeInPairsAsWideOneWayAsTheOther, ()) {
  const Fabric fabric = fabric_of(any_case());
  for (int id = 0; id < fabric.links(); id += 2) {
    RC_ASSERT(fabric.link(id).from == fabric.link(id + 1).to);
    RC_ASSERT(fabric.link(id).to == fabric.link(id + 1).from);
    RC_ASSERT(fabric.link(id).capacity == fabric.link(id + 1).capacity);
    RC_ASSERT(fabric.link(id).capacity > BytesPerSecond(0));
    RC_ASSERT(fabric.vertex(fabric.link(id).from).level < fabric.vertex(fabric.link(id).to).level);
  }
}

/// What flows in but does not flow out, by vertex.
std::map<Fabric::VertexId, double> surplus(const Fabric& fabric, const Route& route) {
  std::map<Fabric::VertexId, double> surplus;
  for (const RouteShare& part : route) {
    surplus[fabric.link(part.link).from] -= part.share;
    surplus[fabric.link(part.link).to] += part.share;
  }
  return surplus;
}

RC_GTEST_PROP(Fabric, ARouteLeadsTheWholeFlowFromOneEndToTheOther, ()) {
  const Fabric fabric = fabric_of(any_case());
  const Fabric::VertexId from = any_end(fabric), to = any_end(fabric);
  RC_PRE(from != to);
  std::map<std::int32_t, int> seen;
  const Route route = fabric.route(from, to);
  RC_ASSERT(!route.empty());
  for (const RouteShare& part : route) {
    RC_ASSERT(++seen[part.link] == 1);
    RC_ASSERT(part.share > 0.0);
    RC_ASSERT(part.share <= 1.0 + 1e-12);
  }
  for (const auto& [vertex, flow] : surplus(fabric, route)) {
    const double expected = vertex == from ? -1.0 : (vertex == to ? 1.0 : 0.0);
    RC_ASSERT(std::abs(flow - expected) < 1e-12);
  }
}

RC_GTEST_PROP(Fabric, ARouteGoesUpAndThenDownWithAllOfItOnEachTier, ()) {
  const Fabric fabric = fabric_of(any_case());
  const Fabric::VertexId from = any_end(fabric), to = any_end(fabric);
  RC_PRE(from != to);
  std::map<std::string, double> crossing;  // by tier
  bool down = false;
  for (const RouteShare& part : fabric.route(from, to)) {
    const Fabric::Link& link = fabric.link(part.link);
    const int a = fabric.vertex(link.from).level, b = fabric.vertex(link.to).level;
    const bool leaves_host = link.from == from && fabric.vertex(from).role == FabricRole::kHost;
    if (!leaves_host && a > b) down = true;
    const bool enters_host = link.to == to && fabric.vertex(to).role == FabricRole::kHost;
    if (!enters_host && a < b) RC_ASSERT(!down);
    crossing[fabric.tier(part.link)] += part.share;
  }
  for (const auto& [tier, share] : crossing) RC_ASSERT(std::abs(share - 1.0) < 1e-12);
}

RC_GTEST_PROP(Fabric, TheWayBackIsTheSameWayRound, ()) {
  const Fabric fabric = fabric_of(any_case());
  const Fabric::VertexId from = any_end(fabric), to = any_end(fabric);
  std::map<std::int32_t, double> back;
  for (const RouteShare& part : fabric.route(to, from)) back[part.link ^ 1] = part.share;
  const Route there = fabric.route(from, to);
  RC_ASSERT(there.size() == back.size());
  for (const RouteShare& part : there) {
    RC_ASSERT(back.count(part.link) == 1U);
    RC_ASSERT(std::abs(back[part.link] - part.share) < 1e-12);
  }
  RC_ASSERT(fabric.path_diversity(from, to) == fabric.path_diversity(to, from));
}

RC_GTEST_PROP(Fabric, HashTakesAPathThatSprayTakesToo, (std::uint64_t key)) {
  Case it = any_case();
  const Fabric spraying = fabric_of(it);
  it.plan.paths = PathChoice::kHash;
  const Fabric hashing = fabric_of(it);
  const Fabric::VertexId from = any_end(spraying), to = any_end(spraying);
  std::map<std::int32_t, double> sprayed;
  for (const RouteShare& part : spraying.route(from, to)) sprayed[part.link] = part.share;
  Fabric::VertexId here = from;
  for (const RouteShare& part : hashing.route(from, to, key)) {
    RC_ASSERT(sprayed.count(part.link) == 1U);
    RC_ASSERT(part.share == 1.0);
    RC_ASSERT(hashing.link(part.link).from == here);
    here = hashing.link(part.link).to;
  }
  RC_ASSERT(here == to);
}

RC_GTEST_PROP(Fabric, ABisectionIsNoMoreThanTheCardsOfAHalf, ()) {
  Case it = any_case();
  const Fabric fabric = fabric_of(it);
  const double half = it.instance.network_bandwidth.value.si() * (it.nodes / 2);
  const double bisection = fabric.bisection().si();
  RC_ASSERT(bisection <= half * (1.0 + 1e-9));
  it.plan.oversubscription.value = 1.0;
  it.plan.core_oversubscription.value = 1.0;
  RC_ASSERT(std::abs(fabric_of(it).bisection().si() - half) <= 1e-6 * half);
}

RC_GTEST_PROP(Fabric, ABisectionIsThatOfTheUpLinksWhereLeavesAreCutApart, ()) {
  const int groups = 2 * *rc::gen::inRange(1, 4);
  Case it;
  it.plan.kind = *rc::gen::element(FabricKind::kRailOptimised, FabricKind::kFatTree);
  it.plan.nodes_per_leaf.value = *rc::gen::inRange(1, 5);
  it.plan.oversubscription.value = *rc::gen::element(1.0, 2.0, 4.0);
  it.instance = test::fabric_instance(4, 4);
  it.nodes = groups * it.plan.nodes_per_leaf;
  const double half = it.instance.network_bandwidth.value.si() * (it.nodes / 2);
  const double expected = half / it.plan.oversubscription;
  RC_ASSERT(std::abs(fabric_of(it).bisection().si() / expected - 1.0) < 1e-6);
}

RC_GTEST_PROP(Fabric, TheListOfItsLinksIsTheSameFabric, ()) {
  const Case it = any_case();
  const Fabric fabric = fabric_of(it);
  FabricPlan plan;
  plan.kind = FabricKind::kGraph;
  const auto name = [&](Fabric::VertexId id) {
    const Fabric::Vertex& vertex = fabric.vertex(id);
    if (vertex.role != FabricRole::kCard) return fabric.name(id);
    return "node-" + std::to_string(vertex.node) + "/card-" + std::to_string(vertex.index);
  };
  for (int id = 0; id < fabric.vertices(); ++id) {
    const Fabric::Vertex& vertex = fabric.vertex(id);
    const bool own = vertex.node < 0 && vertex.role != FabricRole::kLinkSwitch;
    if (own) plan.vertices.push_back({fabric.name(id), vertex.role});
  }
  for (int id = 0; id < fabric.links(); id += 2) {
    const Fabric::Link& link = fabric.link(id);
    const FabricRole upper = fabric.vertex(link.to).role;
    const bool own = fabric.vertex(link.to).node < 0 && upper != FabricRole::kLinkSwitch;
    if (own) plan.links.push_back({name(link.from), name(link.to), link.capacity});
  }
  RC_ASSERT(fabric_faults(plan, it.instance, test::fabric_accelerator(), it.nodes).empty());
  const Fabric listed = test::fabric_of(plan, it.instance, it.nodes);
  RC_ASSERT(listed.leaf_groups() == fabric.leaf_groups());
  RC_ASSERT(std::abs(listed.bisection().si() - fabric.bisection().si()) <= 1.0);
  const Fabric::VertexId from = any_end(fabric), to = any_end(fabric);
  const Route expected = fabric.route(from, to), found = listed.route(from, to);
  RC_ASSERT(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    RC_ASSERT(std::abs(found[i].share - expected[i].share) < 1e-12);
    const Fabric::Link &a = fabric.link(expected[i].link), &b = listed.link(found[i].link);
    RC_ASSERT(a.from == b.from);
    RC_ASSERT(a.to == b.to);
  }
}

}  // namespace
}  // namespace sextant

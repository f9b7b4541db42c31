#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "sextant/network/flow_folding.h"
#include "sextant/network/flow_patterns.h"
#include "tests/support/fabrics.h"
#include "tests/support/flow_problems.h"
#include "tests/support/random_flows.h"
#include "tests/support/reference_flows.h"

namespace sextant {
namespace {

using fixtures::capacities;
using fixtures::kUnlimited;
using fixtures::reference_flows;
using fixtures::transfer;

bool same_time(double a, double b) {
  return (std::isinf(a) && std::isinf(b)) || std::abs(a - b) <= 1e-7 * std::max(a, 1e-9);
}

RC_GTEST_PROP(MergedLinks, GiveTheSameTimes, ()) {
  const FlowProblem problem = fixtures::some_flows();
  FlowProblem merged = problem;
  const std::vector<std::int32_t> links = merge_links(merged);
  RC_ASSERT(links.size() == merged.capacities.size());
  RC_ASSERT(std::is_sorted(links.begin(), links.end()));
  const FlowResult full = reference_flows(problem), less = reference_flows(merged);
  for (std::size_t i = 0; i < full.end.size(); ++i) RC_ASSERT(same_time(full.end[i], less.end[i]));
}

/// Fabrics of four accelerators a node, and jobs that treat them alike.
Fabric some_fabric() {
  FabricPlan plan =
      test::fabric_plan(*rc::gen::element(FabricKind::kRailOptimised, FabricKind::kFatTree));
  plan.nodes_per_leaf.value = *rc::gen::element(1, 2, 4);
  plan.oversubscription.value = *rc::gen::element(1.0, 1.25, 2.0, 4.0);
  plan.spines.value = *rc::gen::inRange(1, 4);
  plan.leaves_per_pod.value = *rc::gen::element(1, 2, 8);
  plan.core_oversubscription.value = *rc::gen::element(1.0, 2.0);
  return test::fabric_of(plan, test::fabric_instance(4, 4), 8);
}

/// Rings at a stride of nodes, one for each accelerator and each first node.
std::vector<TransferPattern> some_rings(const Fabric& fabric, int nodes, int stride) {
  std::vector<TransferPattern> rings;
  for (int first = 0; first < stride; ++first) {
    for (int index = 0; index < 4; ++index) {
      std::vector<Fabric::VertexId> ranks;
      for (int node = first; node < nodes; node += stride) {
        ranks.push_back(fabric.accelerator(node, index));
      }
      rings.push_back(half_all_reduce_pattern(fabric, ranks, Bytes(1e9), FlowAlgorithm::kRing));
    }
  }
  return rings;
}

std::vector<TransferPattern> some_messages(const Fabric& fabric, int nodes, int stride) {
  std::vector<TransferPattern> messages;
  for (int node = 0; node < nodes; ++node) {
    for (int index = 0; index < 4; ++index) {
      messages.push_back(message_pattern(fabric, fabric.accelerator(node, index),
                                         fabric.accelerator((node + stride) % nodes, index),
                                         Bytes(3e8)));
    }
  }
  return messages;
}

std::vector<TransferPattern> some_exchanges(const Fabric& fabric, int nodes, int stride) {
  std::vector<TransferPattern> exchanges;
  for (int first = 0; first + stride < nodes; first += 2 * stride) {
    for (int node = first; node < first + stride; ++node) {
      std::vector<Fabric::VertexId> ranks;
      for (const int one : {node, node + stride}) {
        for (int index = 0; index < 4; ++index) ranks.push_back(fabric.accelerator(one, index));
      }
      exchanges.push_back(all_to_all_pattern(fabric, ranks, Bytes(5e8), stride % 2 == 0));
    }
  }
  return exchanges;
}

AlikeTransfers some_transfers(const Fabric& fabric) {
  const int nodes = *rc::gen::element(4, 8);
  const int stride = *rc::gen::element(1, 2);
  AlikeTransfers set;
  switch (*rc::gen::inRange(0, 3)) {
    case 0:
      set.instances = some_rings(fabric, nodes, stride);
      break;
    case 1:
      set.instances = some_messages(fabric, nodes, stride);
      break;
    default:
      set.instances = some_exchanges(fabric, nodes, stride);
      break;
  }
  const double limit = *rc::gen::element(0.2, 0.5, 1.0);
  set.rate = *rc::gen::arbitrary<bool>()
                 ? kUnlimited
                 : limit * idle_rate(set.instances.front(), capacities(fabric));
  return set;
}

/// Every set begins a while after the one before it, so that they meet in many ways.
void start(FlowProblem& problem, const AlikeTransfers& set,
           const std::vector<TransferPattern>& patterns, double delay) {
  for (const TransferPattern& pattern : patterns) {
    const std::int32_t index = transfer(problem, pattern, {}, set.rate);
    problem.activities[static_cast<std::size_t>(index)].seconds = delay;
  }
}

RC_GTEST_PROP(FoldedTransfers, TakeTheTimesOfAllOfThem, ()) {
  const Fabric fabric = some_fabric();
  std::vector<AlikeTransfers> alike;
  for (int sets = *rc::gen::inRange(1, 4); sets > 0; --sets) {
    alike.push_back(some_transfers(fabric));
  }
  std::string asymmetry;
  const auto folded = fold_transfers(fabric, capacities(fabric), alike, &asymmetry);
  RC_CLASSIFY(folded.has_value(), "folded");
  RC_ASSERT(folded.has_value() == asymmetry.empty());
  if (!folded) return;
  FlowProblem all, few;
  all.capacities = capacities(fabric);
  few.capacities = folded->capacities;
  for (std::size_t set = 0; set < alike.size(); ++set) {
    const double delay = 0.003 * static_cast<double>(set);
    start(all, alike[set], alike[set].instances, delay);
    start(few, alike[set], {folded->patterns[set]}, delay);
  }
  const FlowResult whole = reference_flows(all), quotient = reference_flows(few);
  std::size_t index = 0;
  for (std::size_t set = 0; set < alike.size(); ++set) {
    for (std::size_t i = 0; i < alike[set].instances.size(); ++i) {
      RC_ASSERT(same_time(whole.end[index++], quotient.end[set]));
    }
  }
}

}  // namespace
}  // namespace sextant

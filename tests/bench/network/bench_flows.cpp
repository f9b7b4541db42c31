#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "sextant/network/flow_folding.h"
#include "sextant/network/flow_patterns.h"
#include "tests/support/fabrics.h"
#include "tests/support/flow_bytes.h"
#include "tests/support/flow_problems.h"

namespace {

using sextant::AlikeTransfers;
using sextant::Bytes;
using sextant::Fabric;
using sextant::FlowAlgorithm;
using sextant::TransferPattern;
using sextant::fixtures::capacities;
using sextant::fixtures::kUnlimited;

constexpr int kStages = 16;

Fabric cluster(int nodes) {
  auto plan = sextant::test::fabric_plan(sextant::FabricKind::kRailOptimised);
  plan.oversubscription.value = 4.0;
  return sextant::test::fabric_of(plan, sextant::test::p5(), nodes);
}

/// A ring of so many ranks, one to a node, or eight.
void BM_RingPattern(benchmark::State& state) {
  const auto per_node = static_cast<int>(state.range(0));
  const Fabric fabric = cluster(1024 / per_node);
  std::vector<Fabric::VertexId> ranks;
  for (int node = 0; node < 1024 / per_node; ++node) {
    for (int i = 0; i < per_node; ++i) ranks.push_back(fabric.accelerator(node, i));
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        sextant::all_reduce_pattern(fabric, ranks, Bytes(1e9), FlowAlgorithm::kRing));
  }
}
BENCHMARK(BM_RingPattern)->Arg(1)->Arg(8)->Unit(benchmark::kMillisecond);

/// All-to-all over so many ranks, eight to a node.
void BM_AllToAllPattern(benchmark::State& state) {
  const Fabric fabric = cluster(128);
  std::vector<Fabric::VertexId> ranks;
  for (int rank = 0; rank < state.range(0); ++rank) {
    ranks.push_back(fabric.accelerator(rank / 8, rank % 8));
  }
  const bool aligned = state.range(1) != 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(sextant::all_to_all_pattern(fabric, ranks, Bytes(1e9), aligned));
  }
}
BENCHMARK(BM_AllToAllPattern)
    ->ArgNames({"ranks", "aligned"})
    ->ArgsProduct({{64, 512}, {0, 1}})
    ->Unit(benchmark::kMillisecond);

/// Tensor-parallel in the node, 16 stages, replicas side by side: a set of rings per stage, and
/// sets of messages between stages.
std::vector<AlikeTransfers> job(const Fabric& fabric) {
  const int replicas = fabric.nodes() / kStages;
  std::vector<AlikeTransfers> alike;
  for (int stage = 0; stage < kStages; ++stage) {
    AlikeTransfers rings{{}, kUnlimited}, forward{{}, 40e9}, backward{{}, 40e9};
    for (int index = 0; index < fabric.accelerators_per_node(); ++index) {
      std::vector<Fabric::VertexId> ranks;
      for (int replica = 0; replica < replicas; ++replica) {
        const int node = replica * kStages + stage;
        ranks.push_back(fabric.accelerator(node, index));
        if (stage + 1 == kStages) continue;
        const Fabric::VertexId next = fabric.accelerator(node + 1, index);
        forward.instances.push_back(message_pattern(fabric, ranks.back(), next, Bytes(1e8)));
        backward.instances.push_back(message_pattern(fabric, next, ranks.back(), Bytes(1e8)));
      }
      rings.instances.push_back(
          half_all_reduce_pattern(fabric, ranks, Bytes(1e9), FlowAlgorithm::kRing));
    }
    // As many kinds of transfers as a step has buckets and chunks.
    for (int kind = 0; kind < 5; ++kind) {
      for (const AlikeTransfers* set : {&rings, &forward, &backward}) alike.push_back(*set);
    }
  }
  return alike;
}

void BM_Fold(benchmark::State& state) {
  const Fabric fabric = cluster(static_cast<int>(state.range(0)) / 8);
  const std::vector<double> lines = capacities(fabric);
  const std::vector<AlikeTransfers> alike = job(fabric);
  double loads = 0.0, folded_links = 0.0;
  for (const AlikeTransfers& set : alike) {
    for (const TransferPattern& one : set.instances) {
      loads += static_cast<double>(one.loads.size());
    }
  }
  for (auto _ : state) {
    std::string asymmetry;
    const auto folded = sextant::fold_transfers(fabric, lines, alike, &asymmetry);
    if (!folded) state.SkipWithError(asymmetry.c_str());
    if (folded) folded_links = static_cast<double>(folded->links.size());
  }
  state.counters["loads"] = loads;
  state.counters["links"] = static_cast<double>(fabric.links());
  state.counters["folded_links"] = folded_links;
  state.counters["sets"] = static_cast<double>(alike.size());
}
BENCHMARK(BM_Fold)->Arg(1024)->Arg(16384)->Unit(benchmark::kMillisecond);

}  // namespace

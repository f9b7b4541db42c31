#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sextant/cluster/fabric_plan.h"
#include "sextant/cluster/placement.h"
#include "src/io/catalogue_item.h"

namespace sextant::scenario {

/// What goes over the fabric beside the step: the scenario's own checkpoint writes or data loading,
/// or another job's all-reduce on other nodes of the fabric.
enum class BackgroundKind { kCheckpoint, kData, kJob };

/// Traffic beside the step.
struct BackgroundPlan {
  BackgroundKind kind = BackgroundKind::kJob;
  int nodes = 0;               ///< of another job; of the writers: 0: the job's own
  std::optional<Bytes> bytes;  ///< per node; absent: what the scenario's checkpoint or data say
  std::optional<BytesPerSecond> rate;  ///< per node, at most; absent: what its cards carry
};

/// The fabric that `--network flow` runs the step on.
struct NetworkPlan {
  io::CatalogueItem<FabricPlan> fabric;
  std::optional<int> nodes;  ///< of the whole fabric; absent: those of the job
  PlacementPolicy placement = PlacementPolicy::kContiguous;
  bool rail_aligned = true;
  std::uint64_t seed = 1;  ///< of a scattered placement
  std::vector<BackgroundPlan> background;

  /// Nodes of the whole fabric below a job of `job_nodes`.
  int nodes_with(int job_nodes) const { return nodes.value_or(job_nodes); }
  int nodes_of_other_jobs() const {
    int sum = 0;
    for (const BackgroundPlan& each : background) {
      if (each.kind == BackgroundKind::kJob) sum += each.nodes;
    }
    return sum;
  }
};

}  // namespace sextant::scenario

namespace sextant {
template <>
struct EnumNames<scenario::BackgroundKind> {
  static constexpr std::array table{std::pair{scenario::BackgroundKind::kCheckpoint, "checkpoint"},
                                    std::pair{scenario::BackgroundKind::kData, "data"},
                                    std::pair{scenario::BackgroundKind::kJob, "job"}};
};
}  // namespace sextant

namespace sextant::scenario {

template <class Archive>
void visit(Archive& a, BackgroundPlan& s) {
  a.object("background", "Traffic beside the step.");
  a.field("kind", s.kind, {.doc = "Whose traffic it is", .required = true});
  a.field("nodes", s.nodes,
          {.doc = "Nodes that send it; 0: the job's own (checkpoint, data)", .min = 0, .max = 1e6});
  a.field(
      "bytes", s.bytes,
      {.doc = "Per node and step; absent: as the scenario's checkpoint or data have it", .min = 1});
  a.field("rate", s.rate, {.doc = "Per node at most; absent: what its cards carry", .min = 1});
}

template <class Archive>
void visit(Archive& a, NetworkPlan& s) {
  a.object("network", "The fabric that --network flow runs the step on.");
  a.field("fabric", s.fabric, {.doc = "How the nodes are joined", .required = true});
  a.field("nodes", s.nodes,
          {.doc = "Nodes of the whole fabric; absent: those of the job", .min = 1, .max = 1e6});
  a.field("placement", s.placement, {.doc = "Which of its nodes the job gets"});
  a.field("rail_aligned", s.rail_aligned,
          {.doc = "The i-th rank of every node on accelerator i, whose cards share a rail"});
  a.field("seed", s.seed, {.doc = "Seed of a scattered placement"});
  a.field("background", s.background, {.doc = "Traffic beside the step"});
}

}  // namespace sextant::scenario

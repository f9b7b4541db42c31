#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "sextant/kernel/assert.h"
#include "sim/cluster/card_name.h"
#include "sim/cluster/fabric_builder.h"

namespace sextant {
namespace {

using VertexId = Fabric::VertexId;

/// Ports, or cables, that carry a bandwidth.
int cables_for(BytesPerSecond bandwidth, BytesPerSecond port) {
  return std::max(1, static_cast<int>(std::ceil(bandwidth / port - 1e-9)));
}

/// Switches above the cards of a generated fabric.
class Tiers {
 public:
  Tiers(FabricBuilder& builder, const FabricPlan& plan, const NodeShape& shape)
      : builder_(builder),
        plan_(plan),
        shape_(shape),
        port_(plan.port_bandwidth ? plan.port_bandwidth->value : shape.card) {}

  void build() {
    add_leaves();
    if (leaves_.empty()) return;
    if (leaves_.size() > 1) add_spines();
    add_storage();
  }

 private:
  bool by_rail() const { return plan_.kind == FabricKind::kRailOptimised; }

  /// A leaf, or one per rail, for each group of nodes. A single node needs none.
  void add_leaves() {
    if (builder_.nodes() == 1) return;
    const int per_leaf = plan_.nodes_per_leaf;
    leaves_per_group_ = by_rail() ? shape_.cards : 1;
    for (int node = 0; node < builder_.nodes(); ++node) {
      if (node % per_leaf == 0) {
        for (int i = 0; i < leaves_per_group_; ++i) {
          leaves_.push_back(builder_.add(FabricRole::kLeaf, static_cast<int>(leaves_.size())));
        }
      }
      for (int card = 0; card < shape_.cards; ++card) {
        const std::size_t above = leaves_.size() - static_cast<std::size_t>(leaves_per_group_) +
                                  static_cast<std::size_t>(by_rail() ? card : 0);
        builder_.join(builder_.card(node, card), leaves_[above], shape_.card);
      }
    }
  }

  void add_spines() {
    if (plan_.kind == FabricKind::kNonBlocking) {
      spines_.push_back(builder_.add(FabricRole::kSpine, 0));
      for (const VertexId leaf : leaves_) join_evenly(leaf, spines_, 1.0);
      return;
    }
    const std::size_t per_pod = static_cast<std::size_t>(plan_.leaves_per_pod.value) *
                                static_cast<std::size_t>(leaves_per_group_);
    for (std::size_t first = 0; first < leaves_.size(); first += per_pod) {
      const std::vector<VertexId> pod = add_row(FabricRole::kSpine, plan_.spines, spines_);
      for (std::size_t i = first; i < std::min(first + per_pod, leaves_.size()); ++i) {
        join_evenly(leaves_[i], pod, plan_.oversubscription);
      }
    }
    if (leaves_.size() <= per_pod) return;
    add_row(FabricRole::kCore, plan_.cores, cores_);
    for (const VertexId spine : spines_) join_evenly(spine, cores_, plan_.core_oversubscription);
  }

  std::vector<VertexId> add_row(FabricRole role, int count, std::vector<VertexId>& all) {
    std::vector<VertexId> row;
    for (int i = 0; i < count; ++i) {
      row.push_back(builder_.add(role, static_cast<int>(all.size())));
      all.push_back(row.back());
    }
    return row;
  }

  /// Up-links for what comes from below, over the oversubscription.
  void join_evenly(VertexId lower, const std::vector<VertexId>& uppers, double oversubscription) {
    const BytesPerSecond each = builder_.bandwidth_from_below(lower) /
                                (oversubscription * static_cast<double>(uppers.size()));
    for (const VertexId upper : uppers) {
      builder_.join(lower, upper, each, cables_for(each, port_));
    }
  }

  /// Below the uppermost switches; as wide as they are where the plan has no figure.
  void add_storage() {
    const std::vector<VertexId>& tops =
        !cores_.empty() ? cores_ : (!spines_.empty() ? spines_ : leaves_);
    const VertexId store = builder_.add(FabricRole::kStorage, 0);
    for (const VertexId top : tops) {
      if (plan_.storage_bandwidth) {
        const BytesPerSecond each =
            plan_.storage_bandwidth->value / static_cast<double>(tops.size());
        builder_.join(store, top, each, cables_for(each, port_));
      } else {
        builder_.join(store, top, builder_.bandwidth_from_below(top));
      }
    }
  }

  FabricBuilder& builder_;
  const FabricPlan& plan_;
  const NodeShape& shape_;
  BytesPerSecond port_;
  int leaves_per_group_ = 1;
  std::vector<VertexId> leaves_, spines_, cores_;
};

/// Adds the plan's own vertices and links. @returns the names of the vertices
std::vector<std::string> add_graph(FabricBuilder& builder, const FabricPlan& plan) {
  std::map<std::string, VertexId> ids;
  std::map<FabricRole, int> counts;
  std::vector<std::string> names;
  for (const FabricVertexPlan& vertex : plan.vertices) {
    ids.emplace(vertex.name, builder.add(vertex.role, counts[vertex.role]++));
    names.push_back(vertex.name);
  }
  const auto find = [&](const std::string& name) {
    if (const auto card = parse_card_name(name)) return builder.card(card->node, card->card);
    const auto found = ids.find(name);
    SEXTANT_ASSERT(found != ids.end(), "no vertex is called {}", name);
    return found->second;
  };
  for (const FabricLinkPlan& link : plan.links) {
    builder.join(find(link.lower), find(link.upper),
                 link.bandwidth * static_cast<double>(link.cables), link.cables);
  }
  return names;
}

}  // namespace

Fabric make_fabric(const FabricPlan& plan, const Instance& instance, const Accelerator& accelerator,
                   int nodes) {
  SEXTANT_ASSERT(nodes >= 1, "a fabric of {} nodes", nodes);
  SEXTANT_ASSERT(instance.accelerators >= 1 && instance.network_cards >= 1,
                 "{} has nothing to join", instance.name);
  const NodeShape shape = node_shape(plan, instance, accelerator);
  FabricBuilder builder(plan, shape, nodes);
  std::vector<std::string> names;
  if (plan.kind == FabricKind::kGraph) {
    names = add_graph(builder, plan);
  } else {
    Tiers(builder, plan, shape).build();
  }
  return std::move(builder).finish(std::move(names));
}

}  // namespace sextant

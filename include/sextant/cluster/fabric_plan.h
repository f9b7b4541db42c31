#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// What stands in a fabric, from the lowest level up.
enum class FabricRole {
  kAccelerator,
  kLinkSwitch,  ///< NVSwitch, NeuronLink: joins the accelerators of a link domain
  kPcieSwitch,  ///< joins an accelerator, its cards and the host
  kHost,        ///< root of the PCIe trees of a node
  kCard,        ///< network card: one line into the network
  kLeaf,
  kSpine,
  kCore,
  kStorage  ///< where checkpoints go to and data come from: one vertex for a whole store
};

template <>
struct EnumNames<FabricRole> {
  static constexpr std::array table{std::pair{FabricRole::kAccelerator, "accelerator"},
                                    std::pair{FabricRole::kLinkSwitch, "link_switch"},
                                    std::pair{FabricRole::kPcieSwitch, "pcie_switch"},
                                    std::pair{FabricRole::kHost, "host"},
                                    std::pair{FabricRole::kCard, "card"},
                                    std::pair{FabricRole::kLeaf, "leaf"},
                                    std::pair{FabricRole::kSpine, "spine"},
                                    std::pair{FabricRole::kCore, "core"},
                                    std::pair{FabricRole::kStorage, "storage"}};
};

/// How cards are joined. Non-blocking: leaves below one switch that never limits, as EFA is sold.
/// Rail-optimised: card i of every node of a group on the same leaf; leaves joined by spines. Fat
/// tree: all cards of a node on one leaf, leaves in pods, pods joined by cores. Graph: as listed.
enum class FabricKind { kNonBlocking, kRailOptimised, kFatTree, kGraph };

template <>
struct EnumNames<FabricKind> {
  static constexpr std::array table{std::pair{FabricKind::kNonBlocking, "non_blocking"},
                                    std::pair{FabricKind::kRailOptimised, "rail_optimised"},
                                    std::pair{FabricKind::kFatTree, "fat_tree"},
                                    std::pair{FabricKind::kGraph, "graph"}};
};

/// How a flow takes one of several equal paths: packets of all over all of them (EFA's SRD,
/// adaptive routing), or a hash that takes one for the whole flow (ECMP).
enum class PathChoice { kSpray, kHash };

template <>
struct EnumNames<PathChoice> {
  static constexpr std::array table{std::pair{PathChoice::kSpray, "spray"},
                                    std::pair{PathChoice::kHash, "hash"}};
};

/// A switch, or another vertex, of an explicit graph. Those of the nodes are made from the
/// instance, and are called "node-0/card-3".
struct FabricVertexPlan {
  std::string name;
  FabricRole role = FabricRole::kLeaf;
};

/// A cable of an explicit graph, from the lower end to the upper one.
struct FabricLinkPlan {
  std::string lower;
  std::string upper;
  BytesPerSecond bandwidth;  ///< per direction, of each
  int cables = 1;
};

/// The network between the nodes of a cluster.
struct FabricPlan {
  std::string name;
  std::string title;
  FabricKind kind = FabricKind::kNonBlocking;
  PathChoice paths = PathChoice::kSpray;
  /// Nodes that share a leaf (fat tree), or a leaf per rail (rail-optimised).
  Coefficient<int> nodes_per_leaf{
      32, "a scalable unit of an NVIDIA SuperPOD", "2026-11-22", Method::kAssumed, {}};
  /// Bandwidth into the leaves from below over that to above.
  Coefficient<double> oversubscription{
      1.0, "none unless given", "2026-11-22", Method::kAssumed, {}};
  Coefficient<int> spines{4,
                          "paths of the same length do not differ",
                          "2026-11-22",
                          Method::kAssumed,
                          {}};  ///< of a pod, or of all leaves where there are no pods
  Coefficient<int> leaves_per_pod{8,
                                  "no pods unless the cluster is larger",
                                  "2026-11-22",
                                  Method::kAssumed,
                                  {}};  ///< fat tree; leaf groups per pod where rail-optimised
  /// Bandwidth into the spines from below over that to the cores.
  Coefficient<double> core_oversubscription{
      1.0, "none unless given", "2026-11-22", Method::kAssumed, {}};
  Coefficient<int> cores{
      4, "paths of the same length do not differ", "2026-11-22", Method::kAssumed, {}};
  /// Between an accelerator's PCIe switch and its host, per direction; absent: as fast as the
  /// instance's host link, else not limited.
  std::optional<Coefficient<BytesPerSecond>> host_link;
  /// Of the store that checkpoints go to; absent: not limited by its end.
  std::optional<Coefficient<BytesPerSecond>> storage_bandwidth;
  /// Of a switch's port: slower cables share one (breakout), faster ones take several. Absent: each
  /// cable is a port, those between switches as fast as a card.
  std::optional<Coefficient<BytesPerSecond>> port_bandwidth;
  /// Drawn by each port of a switch with its optics, both ends of a cable counted.
  std::optional<Coefficient<Watts>> port_power;
  std::vector<FabricVertexPlan> vertices;  ///< kind graph: switches and stores
  std::vector<FabricLinkPlan> links;       ///< kind graph
};

template <class Archive>
void visit(Archive& a, FabricVertexPlan& s) {
  a.object("fabric_vertex", "A switch or a store of an explicit graph.");
  a.field("name", s.name, {.doc = "Name that links use", .required = true});
  a.field("role", s.role, {.doc = "What it is", .required = true});
}

template <class Archive>
void visit(Archive& a, FabricLinkPlan& s) {
  a.object("fabric_link", "A cable of an explicit graph; both directions.");
  a.field("lower", s.lower, {.doc = "Lower end: \"node-0/card-3\", or a switch", .required = true});
  a.field("upper", s.upper, {.doc = "Upper end", .required = true});
  a.field("bandwidth", s.bandwidth, {.doc = "Per direction, of each cable", .required = true});
  a.field("cables", s.cables, {.doc = "So many beside one another", .min = 1, .max = 1e6});
}

template <class Archive>
void visit(Archive& a, FabricPlan& s) {
  a.object("fabric", "The network between the nodes of a cluster.");
  a.field("name", s.name, {.doc = "Name in the catalogue"});
  a.field("title", s.title, {.doc = "Name for people"});
  a.field("kind", s.kind, {.doc = "How cards are joined", .required = true});
  a.field("paths", s.paths, {.doc = "How a flow takes one of several equal paths"});
  a.field("nodes_per_leaf", s.nodes_per_leaf,
          {.doc = "Nodes that share a leaf, or a leaf per rail", .min = 1, .max = 1e6});
  a.field("oversubscription", s.oversubscription,
          {.doc = "Bandwidth into the leaves from below over that to above", .min = 1, .max = 1e3});
  a.field("spines", s.spines,
          {.doc = "Spines of a pod, or of all leaves without pods", .min = 1, .max = 1024});
  a.field("leaves_per_pod", s.leaves_per_pod,
          {.doc = "Leaves, or groups of them with one per rail, in a pod", .min = 1, .max = 1e6});
  a.field(
      "core_oversubscription", s.core_oversubscription,
      {.doc = "Bandwidth into the spines from below over that to the cores", .min = 1, .max = 1e3});
  a.field("cores", s.cores, {.doc = "Core switches", .min = 1, .max = 1024});
  a.field("host_link", s.host_link,
          {.doc = "Between a PCIe switch and its host; absent: the instance's", .min = 1});
  a.field("storage_bandwidth", s.storage_bandwidth,
          {.doc = "Of the store that checkpoints go to; absent: not limited there", .min = 1});
  a.field("port_bandwidth", s.port_bandwidth,
          {.doc = "Of a switch port; absent: each cable is a port", .min = 1});
  a.field("port_power", s.port_power,
          {.doc = "Drawn by each switch port with its optics; absent: no energy of the network",
           .min = 0});
  a.field("vertices", s.vertices, {.doc = "Kind graph: switches and stores"});
  a.field("links", s.links, {.doc = "Kind graph: cables, from the lower end to the upper"});
}

}  // namespace sextant

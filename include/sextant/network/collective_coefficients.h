#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/quantity.h"
#include "sextant/network/transfer_curve.h"

namespace sextant {

/// An all-reduce over a pipelined tree of nodes: up and down, chunk by chunk.
struct TreeCoefficients {
  Coefficient<Seconds> hop;      ///< from one node to the next, small messages
  Coefficient<Bytes> in_flight;  ///< of the buffer, that a hop holds back before it passes on
  Coefficient<BytesPerSecond> bandwidth;  ///< of the buffer, once the pipeline is full
};

enum class CollectiveAlgorithm { kRing, kTree, kNvlsTree };

template <>
struct EnumNames<CollectiveAlgorithm> {
  static constexpr std::array table{std::pair{CollectiveAlgorithm::kRing, "ring"},
                                    std::pair{CollectiveAlgorithm::kTree, "tree"},
                                    std::pair{CollectiveAlgorithm::kNvlsTree, "nvls_tree"}};
};

/// Where a tuner plugin takes one algorithm for an all-reduce: a polygon over the buffer's bytes
/// and the ranks, both on logarithmic scales, its edge included. The first region that holds a
/// point decides.
/// @source aws-ofi-nccl, src/tuner/nccl_ofi_regions.cpp.
struct TunerRegion {
  int ranks_per_node = 1;
  CollectiveAlgorithm algorithm = CollectiveAlgorithm::kRing;
  std::string protocol;                         ///< as the plugin names it: "ll128"
  std::vector<std::array<double, 2>> vertices;  ///< bytes, ranks

  bool holds(Bytes bytes, int ranks) const;
};

/// How well the fit describes one operation on one number of nodes: medians and a 90th percentile
/// of |fitted / measured − 1| over buffers of 1 MB and more.
struct FitErrors {
  std::string operation;
  int nodes = 1;
  Bytes smallest, largest;  ///< buffers that were measured
  int points = 0;           ///< of 1 MB and more
  double fitted_median = 0.0;
  std::optional<double> left_out_median;  ///< of a fit without this number of nodes, where there
  std::optional<double> left_out_p90;     ///< are others to fit to
};

/// What collectives cost on one kind of node, as measured with all its ranks taking part. Inside a
/// node: the ranks that share links. Curves of rings give the time of one of the ring's steps
/// against the bytes that each rank holds of the whole (bytes / ranks): NCCL changes its protocol
/// by that ratio, so one curve serves every number of nodes.
struct CollectiveCoefficients {
  int ranks_per_node = 1;            ///< that took part on each node
  std::string library;               ///< "NCCL 2.28.7, aws-ofi-nccl 1.16.3"
  std::vector<std::string> sources;  ///< of the measurements
  std::vector<TunerRegion> regions;  ///< of an all-reduce, three nodes and more; outside of them,
                                     ///< or without any, NCCL is taken to choose the fastest

  TransferCurve node_ring;  ///< step of a ring in a node: all-gather, reduce-scatter
  /// All-reduce over all ranks of a node (NVLS where there is one), whole time against the buffer.
  TransferCurve node_all_reduce;
  int node_all_reduce_ranks = 0;  ///< fewest ranks that it holds for; fewer take the ring
  TransferCurve node_all_to_all;  ///< one peer in the node, against the bytes for it
  TransferCurve ring;             ///< step of a ring across nodes: all-gather, reduce-scatter
  TransferCurve all_reduce_ring;  ///< the same of an all-reduce
  TransferCurve two_nodes;        ///< all-reduce on two nodes, whole time against the buffer
  TreeCoefficients tree;          ///< all-reduce on three nodes and more
  std::optional<TreeCoefficients> nvls_tree;  ///< absent: no NVLink SHARP
  TransferCurve all_to_all;  ///< one peer in another node, against the bytes for it
  /// What an all-to-all loses beyond the first switch: its time across N nodes is that of two
  /// nodes' rate times 1 + congestion · (1 − 2/N).
  Coefficient<double> all_to_all_congestion;
  TransferCurve message;  ///< one message to another node

  Coefficient<double> log_spread;  ///< standard deviation of log(measured / fitted)
  std::vector<FitErrors> errors;
};

template <class Archive>
void visit(Archive& a, TreeCoefficients& s) {
  a.object("tree_coefficients", "An all-reduce over a pipelined tree of nodes.");
  a.field("hop", s.hop, {.doc = "From a node to the next", .min = 0, .required = true});
  a.field("in_flight", s.in_flight,
          {.doc = "Bytes of the buffer that a hop holds back", .min = 0, .required = true});
  a.field("bandwidth", s.bandwidth,
          {.doc = "Of the buffer, once the pipeline is full", .min = 1, .required = true});
}

template <class Archive>
void visit(Archive& a, TunerRegion& s) {
  a.object("tuner_region", "Where a tuner plugin takes one algorithm for an all-reduce.");
  a.field("ranks_per_node", s.ranks_per_node, {.doc = "It is for", .min = 1, .required = true});
  a.field("algorithm", s.algorithm, {.doc = "It takes", .required = true});
  a.field("protocol", s.protocol, {.doc = "It takes"});
  a.field("vertices", s.vertices, {.doc = "Polygon: bytes and ranks", .required = true});
}

template <class Archive>
void visit(Archive& a, FitErrors& s) {
  a.object("fit_errors", "How well the fit describes an operation on a number of nodes.");
  a.field("operation", s.operation, {.doc = "As in a measurements document", .required = true});
  a.field("nodes", s.nodes, {.doc = "Nodes", .min = 1, .required = true});
  a.field("smallest", s.smallest, {.doc = "Smallest buffer", .min = 0, .required = true});
  a.field("largest", s.largest, {.doc = "Largest buffer", .min = 0, .required = true});
  a.field("points", s.points, {.doc = "Of 1 MB and more", .min = 0});
  a.field("fitted_median", s.fitted_median, {.doc = "Of |fitted / measured - 1|", .min = 0});
  a.field("left_out_median", s.left_out_median,
          {.doc = "The same of a fit without this number of nodes", .min = 0});
  a.field("left_out_p90", s.left_out_p90, {.doc = "Likewise, 90th percentile", .min = 0});
}

template <class Archive>
void visit(Archive& a, CollectiveCoefficients& s) {
  a.object("collective_coefficients", "What collectives cost on one kind of node.");
  a.field("ranks_per_node", s.ranks_per_node,
          {.doc = "That took part on each node", .min = 1, .required = true});
  a.field("library", s.library, {.doc = "Versions that were measured"});
  a.field("sources", s.sources, {.doc = "Of the measurements"});
  a.field("regions", s.regions, {.doc = "Where a tuner plugin takes which algorithm"});
  a.field("node_ring", s.node_ring,
          {.doc = "Step of a ring in a node against bytes per rank", .required = true});
  a.field("node_all_reduce", s.node_all_reduce,
          {.doc = "All-reduce over a whole node against the buffer", .required = true});
  a.field("node_all_reduce_ranks", s.node_all_reduce_ranks,
          {.doc = "Fewest ranks that it holds for; fewer take the ring", .min = 0});
  a.field("node_all_to_all", s.node_all_to_all,
          {.doc = "One peer in the node against the bytes for it", .required = true});
  a.field("ring", s.ring,
          {.doc = "Step of a ring across nodes against bytes per rank", .required = true});
  a.field("all_reduce_ring", s.all_reduce_ring,
          {.doc = "The same of an all-reduce", .required = true});
  a.field("two_nodes", s.two_nodes,
          {.doc = "All-reduce on two nodes against the buffer", .required = true});
  a.field("tree", s.tree, {.doc = "All-reduce on three nodes and more", .required = true});
  a.field("nvls_tree", s.nvls_tree, {.doc = "The same with NVLink SHARP in the nodes"});
  a.field("all_to_all", s.all_to_all,
          {.doc = "One peer in another node against the bytes for it", .required = true});
  a.field("all_to_all_congestion", s.all_to_all_congestion,
          {.doc = "Time added to an all-to-all across N nodes, times 1 - 2/N", .min = 0});
  a.field("message", s.message, {.doc = "One message to another node", .required = true});
  a.field("log_spread", s.log_spread,
          {.doc = "Standard deviation of log(measured / fitted)", .min = 0, .required = true});
  a.field("errors", s.errors, {.doc = "By operation and number of nodes"});
}

}  // namespace sextant

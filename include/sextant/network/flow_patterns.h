#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>

#include "sextant/cluster/fabric.h"
#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/quantity.h"
#include "sextant/network/flow_problem.h"

namespace sextant {

/// How a collective moves its bytes.
/// Ring: NCCL's, one per rail (the cards of one PCIe switch), each through the node's ranks; it
/// leaves a node on the rail on which it enters the next. Tree: NCCL's double binary tree of nodes,
/// a chain inside each, again one per rail. Hierarchical: inside the node first, then across
/// between ranks of the same place (rails), then inside again. NVLS: switches of the link domain
/// add, each rank sends and receives the buffer once; across nodes as the tree.
/// @source NCCL: graph/connect.cc (rings of odd nodes exchanged so that rails are not crossed),
/// graph/trees.cc; transport/nvls.cc
enum class FlowAlgorithm { kRing, kTree, kHierarchical, kNvls };

template <>
struct EnumNames<FlowAlgorithm> {
  static constexpr std::array table{std::pair{FlowAlgorithm::kRing, "ring"},
                                    std::pair{FlowAlgorithm::kTree, "tree"},
                                    std::pair{FlowAlgorithm::kHierarchical, "hierarchical"},
                                    std::pair{FlowAlgorithm::kNvls, "nvls"}};
};

/// The flows of a collective over ranks that sit at `ranks` (accelerators, one per rank, in the
/// order of the group; inside a node their order there counts). Bytes of collectives as in
/// CollectiveTimer. Nothing for one rank. What cannot be done as asked is a ring, or with NVLS a
/// tree: hierarchies over nodes with different numbers of ranks, NVLS without link switches.
TransferPattern all_reduce_pattern(const Fabric& fabric, std::span<const Fabric::VertexId> ranks,
                                   Bytes bytes, FlowAlgorithm algorithm);
/// Reduce-scatter, or all-gather. Trees know neither, nor does NVLS across nodes: rings. With NVLS
/// in one domain the loads are a reduce-scatter's, of which an all-gather's are the mirror image.
TransferPattern half_all_reduce_pattern(const Fabric& fabric,
                                        std::span<const Fabric::VertexId> ranks, Bytes bytes,
                                        FlowAlgorithm algorithm);
/// Every rank sends `bytes` in all, an equal share to each. Rail-aligned: what goes to another node
/// is first handed, inside its node, to the rank whose card is on the receiver's rail (NCCL's PXN);
/// otherwise it leaves by the sender's own card.
TransferPattern all_to_all_pattern(const Fabric& fabric, std::span<const Fabric::VertexId> ranks,
                                   Bytes bytes, bool rail_aligned);
TransferPattern message_pattern(const Fabric& fabric, Fabric::VertexId from, Fabric::VertexId to,
                                Bytes bytes);

/// Several patterns that move together, as one: in units of the first's flows. `bytes` is the
/// first's.
TransferPattern together(std::span<const TransferPattern> patterns);

/// Most that each of these flows reaches on an idle fabric [B/s]; infinity without links.
double fastest_flow(std::span<const FlowLoad> loads, std::span<const double> capacities);

/// The same of a pattern's flows.
double idle_rate(const TransferPattern& pattern, std::span<const double> capacities);

}  // namespace sextant

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
/// Ring: NCCL's, one per card of a node, each through the node's ranks and out by its card.
/// Tree: NCCL's double binary tree of nodes, a chain inside each. Hierarchical: inside the node
/// first, then across between ranks of the same place (rails), then inside again. NVLS: switches of
/// the link domain add, each rank sends and receives the buffer once; across nodes as the tree.
enum class FlowAlgorithm { kRing, kTree, kHierarchical, kNvls };

template <>
struct EnumNames<FlowAlgorithm> {
  static constexpr std::array table{std::pair{FlowAlgorithm::kRing, "ring"},
                                    std::pair{FlowAlgorithm::kTree, "tree"},
                                    std::pair{FlowAlgorithm::kHierarchical, "hierarchical"},
                                    std::pair{FlowAlgorithm::kNvls, "nvls"}};
};

/// The flows of a collective over ranks that sit at `ranks` (a vertex per rank, in the order of the
/// group). Bytes of collectives as in CollectiveTimer. Nothing for one rank.
TransferPattern all_reduce_pattern(const Fabric& fabric, std::span<const Fabric::VertexId> ranks,
                                   Bytes bytes, FlowAlgorithm algorithm);
/// Reduce-scatter, or all-gather.
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

/// Most that each flow of the pattern reaches on an idle fabric [B/s].
double idle_rate(const TransferPattern& pattern, std::span<const double> capacities);

}  // namespace sextant

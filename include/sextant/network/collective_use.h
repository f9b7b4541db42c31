#pragma once

#include <array>
#include <string>
#include <vector>

#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/quantity.h"
#include "sextant/network/collective_coefficients.h"
#include "sextant/network/group_placement.h"

namespace sextant {

/// What a group does together, as far as its time is measured apart.
enum class CollectiveKind { kAllReduce, kHalfAllReduce, kAllToAll, kMessage };

template <>
struct EnumNames<CollectiveKind> {
  static constexpr std::array table{std::pair{CollectiveKind::kAllReduce, "all-reduce"},
                                    std::pair{CollectiveKind::kHalfAllReduce, "all-gather"},
                                    std::pair{CollectiveKind::kAllToAll, "all-to-all"},
                                    std::pair{CollectiveKind::kMessage, "message"}};
};

/// The ranges over which a forecast has used measured collectives across nodes.
class CollectiveUse {
 public:
  /// One of them was timed. Those within a node, and those that last as long as their latency
  /// (below 1 KiB), are not recorded.
  void record(CollectiveKind kind, Bytes bytes, GroupPlacement group);

  /// In words, what of this lies beyond what was measured: kinds, numbers of nodes, bytes per rank
  /// (of an all-reduce and a message: in all). Empty: nothing.
  std::vector<std::string> beyond(const CollectiveCoefficients& measured) const;

 private:
  struct Range {
    int fewest_nodes = 0, most_nodes = 0;  ///< 0: not used
    Bytes smallest, largest;
  };
  std::array<Range, 4> used_{};
};

}  // namespace sextant

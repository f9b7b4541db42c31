#include "sextant/storage/transfer.h"

#include <algorithm>

namespace sextant {

Seconds transfer_time(Bytes size, const TransferLimits& limits) {
  BytesPerSecond bandwidth = limits.store;
  for (const auto& of_node : {limits.node, limits.serialization}) {
    if (of_node) bandwidth = std::min(bandwidth, limits.nodes * *of_node);
  }
  return size / bandwidth;
}

}  // namespace sextant

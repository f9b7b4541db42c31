#include "sextant/storage/transfer.h"

#include <algorithm>

namespace sextant {

Seconds transfer_time(Bytes size, const TransferLimits& limits) {
  BytesPerSecond bandwidth = limits.store;
  if (limits.node) bandwidth = std::min(bandwidth, limits.nodes * *limits.node);
  return size / bandwidth;
}

}  // namespace sextant

#pragma once

#include <optional>

#include "sextant/kernel/quantity.h"

namespace sextant {

/// What limits a transfer between a store and the nodes of a job.
struct TransferLimits {
  BytesPerSecond store;                ///< all clients together
  int nodes = 1;                       ///< clients, each with an equal share of the bytes
  std::optional<BytesPerSecond> node;  ///< IP bandwidth of one node; absent: no limit
  /// Of one node, turning its tensors into bytes of a file; absent: no limit.
  std::optional<BytesPerSecond> serialization{};
};

/// Time to move `size` bytes between all nodes and the store [s]:
/// size / min(store, nodes · min(node, serialization)). No latency and no throttling: valid for
/// checkpoints of many large objects.
Seconds transfer_time(Bytes size, const TransferLimits& limits);

}  // namespace sextant

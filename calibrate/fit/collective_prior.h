#pragma once

#include <vector>

#include "sextant/network/collective_coefficients.h"

namespace sextant::fit {

/// What is known of a kind of node before anything was measured on it: where the fit starts, and
/// what it keeps where nothing was measured.
struct CollectivePrior {
  int ranks_per_node = 8;                 ///< that share links
  BytesPerSecond link;                    ///< of a rank to the others of its node
  BytesPerSecond network;                 ///< all cards of a node
  double reached = 0.85;                  ///< share of `network` that rings reach
  bool nvls = false;                      ///< the links reduce (NVLink SHARP)
  std::vector<TunerRegion> regions = {};  ///< of the network plugin's tuner
};

/// Latencies and shares of the line rate that NCCL reaches on EFA and InfiniBand alike, within the
/// spreads of the fit: rings 0.85 of the cards, all-to-all 0.83, trees a quarter of the buffer per
/// card.
CollectiveCoefficients prior_coefficients(const CollectivePrior& prior);

}  // namespace sextant::fit

#pragma once

#include <string>
#include <vector>

#include "sextant/storage/storage_target.h"

namespace sextant::fit {

/// A measured transfer to or from a store: every one of `clients` moved `bytes` at once.
struct StoragePoint {
  bool write = true;
  Bytes bytes;
  double clients = 1;
  Seconds time;
};

struct StorageFit {
  StorageTarget target;
  double median_error = 0.0;    ///< of |fitted / measured − 1|
  std::vector<Seconds> fitted;  ///< of each point
};

/// Bandwidth of the whole store, per direction: time = latency + bytes · clients / min(clients ·
/// own, whole), with one latency, one bandwidth per client and one of the store for each direction,
/// by least squares on logarithms. The store's bandwidth is what a checkpoint of many clients sees;
/// where the clients never reached it, the most that was measured stands in its place. A direction
/// without points keeps the default. `points` is not empty.
StorageFit fit_storage(const std::string& name, const std::vector<StoragePoint>& points,
                       const std::string& source, const std::string& date);

}  // namespace sextant::fit

#pragma once

#include <map>
#include <string>
#include <vector>

#include "calibrate/fit/collective_fit.h"
#include "calibrate/fit/compute_fit.h"
#include "calibrate/fit/storage_fit.h"
#include "calibrate/ingest/measurement.h"

namespace sextant::fit {

/// The samples of measurements documents, sorted by what they are fitted to.
struct FitPoints {
  std::vector<CollectivePoint> collectives;
  std::vector<KernelPoint> kernels;
  std::vector<StoragePoint> storage;
  /// Why samples are not fitted, and how many.
  std::map<std::string, int> left_out;
  int full_nodes_assumed = 0;  ///< samples of which nothing says how many ranks a node had
};

/// Adds a document's samples. What a sample does not say of ranks and nodes, the environment of its
/// file does; where that is silent as well, all ranks of a node took part (`full_node` of them; 0:
/// not known either). Per-rank bytes become those of all ranks.
void add_points(const ingest::Measurements& measurements, int full_node, FitPoints& points);

}  // namespace sextant::fit

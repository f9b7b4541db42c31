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
};

/// Adds a document's samples. What a sample does not say of ranks and nodes, the environment of its
/// file does; per-rank bytes become those of all ranks.
void add_points(const ingest::Measurements& measurements, FitPoints& points);

}  // namespace sextant::fit

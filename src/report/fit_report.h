#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "calibrate/fit/collective_fit.h"
#include "calibrate/fit/compute_fit.h"
#include "calibrate/fit/storage_fit.h"
#include "src/report/text_style.h"

namespace sextant::report {

struct FittedCollectives {
  CollectiveCoefficients coefficients;
  fit::CollectiveErrors errors;
  std::vector<fit::CollectivePoint> points;
};

struct FittedKernels {
  std::string generation;
  Accelerator device;  ///< what a rank has of an accelerator
  fit::ComputeFit fit;
  std::vector<fit::KernelPoint> points;  ///< those that are checks as well
};

struct FittedStore {
  std::string name;
  fit::StorageFit fit;
  std::vector<fit::StoragePoint> points;
};

/// A measured point that no coefficient was fitted to.
struct LeftOutPoint {
  fit::CollectivePoint point;
  std::string reason;
};

/// What was fitted of one kind of node.
struct FittedNode {
  std::string instance;
  fit::CollectivePrior prior;
  std::vector<std::string> sources;  ///< of the measurements
  std::string date;
  std::string assumed_from;  ///< a calibration, where nothing was measured; else empty
  std::optional<FittedCollectives> collectives;
  std::optional<FittedKernels> kernels;
  std::optional<FittedStore> store;
  std::vector<LeftOutPoint> left_out_points;  ///< of collectives
  std::map<std::string, int> left_out;        ///< samples by reason
  int full_nodes_assumed = 0;  ///< samples of which nothing says how many ranks a node had
};

/// A calibration that was fitted to measurements.
struct MeasurementFit {
  std::string name;
  std::string base;
  std::vector<FittedNode> nodes;
};

/// What `calibrate fit` prints of a kind of node.
std::string fitted_node_text(const FittedNode& node, const TextStyle& style);

/// "sextant.fit/1" of kind "measurements": by kind of node the errors, the curves and coefficients
/// with where they come from, and what was left out.
nlohmann::ordered_json measurement_fit_json(const MeasurementFit& fit);

}  // namespace sextant::report

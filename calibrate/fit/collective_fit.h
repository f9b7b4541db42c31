#pragma once

#include <optional>
#include <string>
#include <vector>

#include "calibrate/fit/collective_prior.h"
#include "calibrate/ingest/measurement.h"
#include "sextant/network/collective_coefficients.h"

namespace sextant::fit {

/// A measured collective.
struct CollectivePoint {
  ingest::Operation operation = ingest::Operation::kAllReduce;
  Bytes bytes;  ///< as ingest::Sample counts them, of all ranks where it matters
  int ranks = 1;
  int per_node = 1;
  Seconds time;
  std::optional<Seconds> p50 = {}, p99 = {};  ///< of the repetitions, where they are known
  int nodes() const { return (ranks + per_node - 1) / per_node; }
};

struct CollectiveFitOptions {
  double noise = 0.06;   ///< expected spread of log(measured / fitted)
  double outlier = 1.5;  ///< beyond so many `noise`, errors count linearly (Huber)
  std::string source;    ///< recorded with every curve
  std::string date;      ///< likewise, ISO 8601
};

/// The least time that the links allow: bytes that must cross the busiest of them over its line
/// rate, whatever the algorithm. busbw says nothing of that: switches that add (NVLS, SHARP) and
/// trees on two nodes show more busbw than any link has.
Seconds least_time(const CollectivePrior& prior, const CollectivePoint& point);

/// Null, or why the fit leaves the point out.
const char* why_left_out(const CollectivePrior& prior, const CollectivePoint& point);

/// Fits curves and trees to points of one kind of node: least squares on log(fitted / measured)
/// with Huber's loss. Before measurements a curve is a latency and a bandwidth (the prior's
/// hardware times what NCCL reaches on the clusters that were measured); measurements bend it,
/// smoothly over the octaves. Where a tuner plugin's regions meet, the plugin's authors found both
/// algorithms equally fast: that counts as a measurement, too.
/// All-reduces on two nodes have their own curve (trees are faster there than any wire), and so
/// have those within one. None of the points is one that why_left_out names.
CollectiveCoefficients fit_collectives(const CollectivePrior& prior,
                                       const std::vector<CollectivePoint>& points,
                                       const CollectiveFitOptions& options);

/// The point's time by the fitted coefficients; 0 for an operation that they do not describe.
Seconds forecast(const CollectiveCoefficients& fitted, const CollectivePoint& point);

/// Whether the point bears on the curve of more than one number of nodes: those that a fit without
/// that number can be tried on.
bool scales_with_nodes(const CollectivePoint& point);

struct CollectiveErrors {
  std::vector<FitErrors> by_count;
  int points = 0;                                    ///< that were left out once
  double left_out_median = 0.0, left_out_p90 = 0.0;  ///< over them; 0 if there are none
};

/// Leave-one-node-count-out errors |fitted / measured − 1| over buffers of 1 MB and more; `full` is
/// the fit to all points.
CollectiveErrors leave_one_node_count_out(const CollectivePrior& prior,
                                          const std::vector<CollectivePoint>& points,
                                          const CollectiveFitOptions& options,
                                          const CollectiveCoefficients& full);

}  // namespace sextant::fit

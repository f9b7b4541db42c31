#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "src/sweep/open_study.h"
#include "src/sweep/sensitivity.h"
#include "src/sweep/store.h"

namespace sextant::sweep {

/// Why points have no forecast: the same sentence but for its numbers.
struct CommonReason {
  PointStatus status = PointStatus::kInfeasible;
  std::int64_t points = 0;
  std::string example;
};

/// How an output follows the inputs, one for each of these.
struct Sensitivity {
  std::string output;                ///< name of the column
  std::vector<MorrisEffect> morris;  ///< of Morris' design
  std::vector<SobolIndex> sobol;     ///< of Sobol's
  /// Spearman's rank correlation, of a grid and a Latin hypercube; absent for inputs that are not
  /// numbers, or have one value.
  std::vector<std::optional<double>> rank_correlation;
};

/// The best point for one output.
struct BestPoint {
  std::string output;
  StoredPoint point;
};

/// What a file of results says in all.
struct SweepSummary {
  std::int64_t points = 0;  ///< of the study, or of the shard
  std::int64_t ok = 0;
  std::int64_t infeasible = 0;
  std::int64_t error = 0;
  std::vector<BestPoint> best;        ///< wall time, cost, energy: those that are known
  std::vector<StoredPoint> listed;    ///< every point of a short list
  std::vector<CommonReason> reasons;  ///< the commonest first
  /// Of wall time and cost, where every point of the study is done. A list has none.
  std::vector<Sensitivity> sensitivities;

  std::int64_t done() const { return ok + infeasible + error; }
};

/// `points`: how many of the study's the file should have.
SweepSummary summarise(const OpenStudy& study, Store& store, std::int64_t points);

/// Spearman's rank correlation of pairs: Pearson's of their ranks, ties at their mean. Pairs with
/// a NaN are left out; nothing where either side has fewer than two values.
std::optional<double> rank_correlation(const std::vector<double>& x, const std::vector<double>& y);

}  // namespace sextant::sweep

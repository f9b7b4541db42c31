#pragma once

#include <optional>
#include <string>
#include <vector>

#include "calibrate/comm/world.h"

namespace sextant::comm {

/// A rank that takes longer than the median of the ranks for the same work.
struct SlowRank {
  int rank = 0;
  double excess = 0.0;  ///< share of the median's time that it takes more, median over the points
};

/// The slowest of `ranks`, if beyond `tolerance`. `times` holds the ranks' own times, by point.
std::optional<SlowRank> slowest_rank(const std::vector<std::vector<double>>& times,
                                     const std::vector<int>& ranks, double tolerance);

/// How much the ranks' own times of the same points differ: a slow node holds all others up.
class RankSpread {
 public:
  /// What the points have in common: "GEMMs".
  explicit RankSpread(std::string work) : work_(std::move(work)) {}

  /// This rank's own time of the next point.
  void add(double own_s) { own_.push_back(own_s); }
  /// A sentence for each node whose slowest rank is more than a twentieth slower than the median
  /// of all ranks. All ranks call it, with as many points.
  std::vector<std::string> sentences(const World& world) const;

 private:
  std::string work_;
  std::vector<double> own_;
};

}  // namespace sextant::comm

#pragma once

#include <vector>

#include "sextant/kernel/random_stream.h"

namespace sextant {

/// A distribution known by some of its quantiles, linear between them: what a log or a paper gives.
/// One draw, by inversion.
class EmpiricalDistribution {
 public:
  struct Quantile {
    double probability;
    double value;
  };

  /// From probability 0 (the least value) to 1 (the largest). Asserts that probabilities rise and
  /// that values do not fall.
  explicit EmpiricalDistribution(std::vector<Quantile> quantiles);

  double draw(RandomStream& stream) const;
  /// Value at a probability in [0, 1].
  double quantile(double probability) const;
  double mean() const;

 private:
  std::vector<Quantile> quantiles_;
};

}  // namespace sextant

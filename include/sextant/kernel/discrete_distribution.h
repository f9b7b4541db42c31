#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "sextant/kernel/random_stream.h"

namespace sextant {

/// Which of n things: index i with a probability proportional to its weight. By inversion, one
/// draw, O(log n).
class DiscreteDistribution {
 public:
  /// Asserts that weights are finite and not negative, and that one is positive.
  explicit DiscreteDistribution(std::span<const double> weights);

  std::size_t draw(RandomStream& stream) const;
  /// The index at a cumulative probability in [0, 1).
  std::size_t at(double cumulative_probability) const;
  double probability(std::size_t index) const;

 private:
  std::vector<double> cumulative_;  ///< sums of the weights up to and including each index
  std::size_t last_ = 0;            ///< the last index with a positive weight
};

}  // namespace sextant

#include "sextant/kernel/discrete_distribution.h"

#include <algorithm>
#include <limits>

#include "sextant/kernel/assert.h"
#include "sextant/kernel/distributions.h"

namespace sextant {

DiscreteDistribution::DiscreteDistribution(std::span<const double> weights) {
  double sum = 0.0;
  for (const double weight : weights) {
    SEXTANT_ASSERT(weight >= 0.0, "weight {}", weight);
    if (weight > 0.0) last_ = cumulative_.size();
    sum += weight;
    cumulative_.push_back(sum);
  }
  SEXTANT_ASSERT(sum > 0.0 && sum < std::numeric_limits<double>::infinity(), "sum {}", sum);
}

std::size_t DiscreteDistribution::draw(RandomStream& stream) const {
  return at(draw_uniform(stream));
}

std::size_t DiscreteDistribution::at(double cumulative_probability) const {
  const double wanted = cumulative_probability * cumulative_.back();
  const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end(), wanted);
  return std::min(static_cast<std::size_t>(found - cumulative_.begin()), last_);
}

double DiscreteDistribution::probability(std::size_t index) const {
  const double before = index > 0 ? cumulative_[index - 1] : 0.0;
  return (cumulative_[index] - before) / cumulative_.back();
}

}  // namespace sextant

#include "sextant/kernel/empirical_distribution.h"

#include <algorithm>
#include <utility>

#include "sextant/kernel/assert.h"
#include "sextant/kernel/distributions.h"

namespace sextant {

EmpiricalDistribution::EmpiricalDistribution(std::vector<Quantile> quantiles)
    : quantiles_(std::move(quantiles)) {
  SEXTANT_ASSERT(quantiles_.size() >= 2 && quantiles_.front().probability == 0.0 &&
                     quantiles_.back().probability == 1.0,
                 "{} quantiles do not span 0 to 1", quantiles_.size());
  for (std::size_t i = 1; i < quantiles_.size(); ++i) {
    SEXTANT_ASSERT(quantiles_[i - 1].probability < quantiles_[i].probability &&
                       quantiles_[i - 1].value <= quantiles_[i].value,
                   "quantile {} does not follow the one before", i);
  }
}

double EmpiricalDistribution::draw(RandomStream& stream) const {
  return quantile(draw_uniform(stream));
}

double EmpiricalDistribution::quantile(double probability) const {
  const auto above = std::lower_bound(
      quantiles_.begin() + 1, quantiles_.end() - 1, probability,
      [](const Quantile& quantile, double wanted) { return quantile.probability < wanted; });
  const Quantile& to = *above;
  const Quantile& from = *(above - 1);
  const double part = (probability - from.probability) / (to.probability - from.probability);
  return from.value + part * (to.value - from.value);
}

double EmpiricalDistribution::mean() const {
  double mean = 0.0;
  for (std::size_t i = 1; i < quantiles_.size(); ++i) {
    const Quantile& from = quantiles_[i - 1];
    const Quantile& to = quantiles_[i];
    mean += (to.probability - from.probability) * 0.5 * (from.value + to.value);
  }
  return mean;
}

}  // namespace sextant

#pragma once

#include <array>
#include <vector>

namespace sextant::plan {

/// A quantity under uncertainty: the spread over replicas, and the Monte Carlo error of their mean.
struct Estimate {
  double p10 = 0;
  double p50 = 0;
  double p90 = 0;
  double mean = 0;
  std::array<double, 2> ci95{};  ///< 95 % confidence interval of the mean, Student's t
};

/// Of at least one sample; one sample has no error. Quantiles are interpolated between neighbours.
Estimate estimate(std::vector<double> samples);

}  // namespace sextant::plan

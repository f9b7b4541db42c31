#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "sextant/kernel/sample.h"
#include "src/plan/forecast.h"

namespace sextant::pages {

/// How many runs ended where, in bins of equal width. A long tail does not squeeze all others into
/// a few bins: what lies far above p90 is counted by itself.
struct Histogram {
  double from = 0;
  double to = 0;
  std::vector<std::int64_t> counts;
  std::int64_t above = 0;
};

Histogram histogram(const Sample& sample);

/// Of the wall time, the cost and the energy, each if it is forecast:
/// {from, to, counts, above, quantiles}, quantiles of 0 %, 1 %, … 100 %.
nlohmann::ordered_json distributions_json(const plan::Forecast::Samples& samples);

}  // namespace sextant::pages

#include "calibrate/fit/rounding.h"

#include <cmath>

namespace sextant::fit {

double rounded(double value) {
  if (value == 0.0) return 0.0;
  const double unit = std::pow(10.0, std::floor(std::log10(std::abs(value))) - 3.0);
  return std::round(value / unit) * unit;
}

}  // namespace sextant::fit

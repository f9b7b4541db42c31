#pragma once

#include <array>
#include <cmath>

#include "sextant/training/step_profile.h"

namespace sextant::report {

/// Where the step's true time lies with 80 %: lognormal around the forecast, with the spread of the
/// calibration's own errors.
inline std::array<Seconds, 2> interval80(const StepProfile& step) {
  constexpr double kNormalQuantile90 = 1.2815515655446004;
  const double factor = std::exp(kNormalQuantile90 * step.log_spread);
  return {step.time / factor, step.time * factor};
}

}  // namespace sextant::report

#pragma once

#include <string>
#include <vector>

#include "sextant/training/calibration.h"
#include "sextant/training/step_inputs.h"

namespace sextant::validate {

/// How strongly a step depends on a coefficient.
struct CoefficientEffect {
  std::string coefficient;  ///< dotted path in the calibration: "accelerators.h100.gemm_16bit"
  /// d log(step time) / d log(coefficient), by a difference of 1 %: −0.5 where twice the
  /// coefficient would divide the time by √2.
  double elasticity = 0;
};

/// Effects smaller than this are left out.
inline constexpr double kLeastEffect = 0.02;

/// Every coefficient and measured curve of the calibration that the step depends on, the strongest
/// first. A curve is scaled as a whole. Dates have no elasticity.
/// @pre as forecast_step
std::vector<CoefficientEffect> coefficient_effects(const StepInputs& inputs,
                                                   const Calibration& calibration);

}  // namespace sextant::validate

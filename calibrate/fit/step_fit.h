#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sextant/training/calibration.h"
#include "sextant/training/step_inputs.h"

namespace sextant::fit {

/// One measured training step.
struct MeasuredStep {
  StepInputs inputs;
  Seconds time;
  std::string family;  ///< rows of one family are fitted or left out together
};

struct StepFitOptions {
  int iterations = 20;
  double noise = 0.05;   ///< expected spread of log(measured / predicted)
  double outlier = 2.0;  ///< beyond so many `noise`, errors count linearly (Huber)
  /// Calls body(0) … body(n − 1), in any order and on any thread.
  std::function<void(std::size_t n, const std::function<void(std::size_t)>& body)> for_each;
};

struct StepFit {
  Calibration calibration;
  double cost = 0;  ///< half of the robust sum of squares, prior included
  int iterations = 0;
  int parameters = 0;
};

/// Fits the coefficients of `start` that have a range to measured steps: Levenberg-Marquardt on
/// log(predicted / measured) with Huber's loss and, on the logarithm of every coefficient, a normal
/// prior whose 80 % range is the coefficient's. The result's ranges are 80 % posterior ranges.
StepFit fit_steps(const Calibration& start, const std::vector<MeasuredStep>& steps,
                  const StepFitOptions& options);

/// The calibration's domain: what `steps` cover.
FittedDomain domain_of(const std::vector<MeasuredStep>& steps);

}  // namespace sextant::fit

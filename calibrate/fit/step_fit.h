#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sextant/training/calibration.h"
#include "sextant/training/step_inputs.h"

namespace sextant::fit {

/// One measured training step.
struct MeasuredStep {
  StepInputs inputs;
  Seconds time;
  std::string group;  ///< rows of one group are fitted or left out together
};

/// Calls body(0) … body(n − 1), each once, in any order and on any thread.
using ForEach = std::function<void(std::size_t n, const std::function<void(std::size_t)>& body)>;
void one_after_another(std::size_t n, const std::function<void(std::size_t)>& body);

struct StepFitOptions {
  int iterations = 60;
  double noise = 0.05;   ///< expected spread of log(measured / predicted)
  double outlier = 1.0;  ///< beyond so many `noise`, errors count linearly (Huber)
  ForEach for_each = one_after_another;
  std::string source;  ///< recorded with every fitted coefficient: what was fitted to
  std::string date;    ///< likewise, ISO 8601
};

struct StepFit {
  Calibration calibration;
  double cost = 0;  ///< half of the robust sum of squares, prior included
  int iterations = 0;
  int parameters = 0;  ///< coefficients that some row depends on
};

/// Fits the coefficients of `prior` that have a range to measured steps: Levenberg-Marquardt on
/// log(predicted / measured) with Huber's loss and, on the logarithm of every coefficient, a normal
/// prior whose 80 % range is the coefficient's. The search starts at `begin`. The result's ranges
/// are 80 % posterior ranges; coefficients that no row depends on keep value, range and source.
StepFit fit_steps(const Calibration& prior, const Calibration& begin,
                  const std::vector<MeasuredStep>& steps, const StepFitOptions& options);

/// Fits once for every group (MeasuredStep::group), with its rows left out: by group, the fit
/// that has not seen it. Each search starts at `full`, the fit of all rows.
std::map<std::string, Calibration> fit_leaving_out(const Calibration& prior,
                                                   const Calibration& full,
                                                   const std::vector<MeasuredStep>& steps,
                                                   const StepFitOptions& options);

/// What `steps` cover.
FittedDomain domain_of(const std::vector<MeasuredStep>& steps);

}  // namespace sextant::fit

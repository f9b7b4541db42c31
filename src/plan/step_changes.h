#pragma once

#include <string>
#include <vector>

#include "sextant/training/calibration.h"
#include "sextant/training/step_inputs.h"

namespace sextant::plan {

/// A step that differs in one thing, not tried yet.
struct ChangedStep {
  std::string change;
  std::string caution;
  StepInputs inputs;
};

/// Changes of layout and software that `inputs` leaves open: see explain_step.
std::vector<ChangedStep> choices(const StepInputs& inputs);

/// The same step on hardware that does one thing twice as fast.
struct FasterHardware {
  std::string change;
  StepInputs inputs;
  Calibration calibration;  ///< with the measured collectives of such hardware
};
std::vector<FasterHardware> faster_hardware(const StepInputs& inputs,
                                            const Calibration& calibration);

}  // namespace sextant::plan

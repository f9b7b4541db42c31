#pragma once

#include <string>
#include <vector>

#include "calibrate/replay/replay.h"
#include "sextant/training/calibration.h"
#include "sextant/training/step_inputs.h"
#include "sextant/training/step_profile.h"
#include "src/catalog/catalogue.h"

namespace sextant::replay {

/// The step that a scenario asks for, as `sextant plan` forecasts it.
struct PlannedStep {
  std::string scenario;  ///< its name
  std::string phase;     ///< empty: the scenario has one without a name
  std::string instance;
  int nodes = 1;
  StepInputs inputs;
  Calibration calibration;
  StepProfile forecast;
  std::vector<catalog::UsedFile> files;  ///< the scenario and every model that it names
};

/// @throws io::InputError if the scenario, or what the options name, is wrong,
/// plan::InfeasiblePlan if it cannot run
PlannedStep planned_step(const ReplayOptions& options);

}  // namespace sextant::replay

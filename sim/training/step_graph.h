#pragma once

#include <vector>

#include "sextant/network/collective_use.h"
#include "sextant/training/calibration.h"
#include "sextant/training/operation_graph.h"
#include "sextant/training/operation_label.h"
#include "sextant/training/parameters.h"
#include "sextant/training/step_inputs.h"

namespace sextant {

/// About each operation of a step, in the order of their ids.
struct StepNotes {
  std::vector<OperationLabel> labels;
  std::vector<LayerParameters> parameters;  ///< that it reduces, gathers or updates
};

/// The operations of one step, folded: see OperationGraph. `use` notes which collectives it asks
/// for; `notes`, where given, receives what each operation is.
OperationGraph build_step_graph(const StepInputs& inputs, const Calibration& calibration,
                                CollectiveUse& use, StepNotes* notes = nullptr);

}  // namespace sextant

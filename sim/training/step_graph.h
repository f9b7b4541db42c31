#pragma once

#include <vector>

#include "sextant/network/collective_use.h"
#include "sextant/training/calibration.h"
#include "sextant/training/operation_graph.h"
#include "sextant/training/operation_label.h"
#include "sextant/training/step_inputs.h"

namespace sextant {

/// The operations of one step, folded: see OperationGraph. `use` notes which collectives it asks
/// for; `labels`, where given, receives what each operation is, in the order of their ids.
OperationGraph build_step_graph(const StepInputs& inputs, const Calibration& calibration,
                                CollectiveUse& use, std::vector<OperationLabel>* labels = nullptr);

}  // namespace sextant

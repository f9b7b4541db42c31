#pragma once

#include <vector>

#include "sextant/training/calibration.h"
#include "sextant/training/operation_graph.h"
#include "sextant/training/operation_label.h"
#include "sextant/training/step_inputs.h"

namespace sextant {

/// The timeline of one step: what runs when on which stream, and what it waits for.
///
/// It is folded as OperationGraph is: a rank stands for a pipeline stage with its tensor, context
/// and data-parallel peers. Communication that no stream of its own hides is part of the operation
/// that it delays: see OperationGraph::parts_of.
struct StepTrace {
  OperationGraph graph;
  OperationGraph::Timeline timeline;   ///< in seconds from the start of the step
  std::vector<OperationLabel> labels;  ///< by the operations' ids
};

/// The step that forecast_step forecasts: the timeline finishes when its time is over.
/// @pre as forecast_step
StepTrace trace_step(const StepInputs& inputs, const Calibration& calibration);

}  // namespace sextant

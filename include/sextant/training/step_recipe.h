#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sextant/training/calibration.h"
#include "sextant/training/operation_graph.h"
#include "sextant/training/operation_label.h"
#include "sextant/training/step_inputs.h"
#include "sextant/training/work_item.h"

namespace sextant {

/// The step that trace_step times, with what each operation does. The times of an operation's items
/// add up to what the graph says of it, part by part (a test's tolerance: 1e-9), except where the
/// model hides communication behind work within an operation: there the items are all of it.
struct StepRecipe {
  OperationGraph graph;
  OperationGraph::Timeline timeline;
  std::vector<OperationLabel> labels;        ///< by the operations' ids
  std::vector<std::vector<WorkItem>> works;  ///< what operations of the same kind do
  std::vector<std::int32_t> work_of;         ///< by the operations' ids: index into `works`
  /// What a machine that runs the items one after another does otherwise than the model has it, in
  /// words: communication hidden within an operation, an update in host memory.
  std::vector<std::string> hidden;

  const std::vector<WorkItem>& work(OperationGraph::OperationId id) const {
    return works[static_cast<std::size_t>(work_of[static_cast<std::size_t>(id)])];
  }
};

/// @pre as trace_step
StepRecipe step_recipe(const StepInputs& inputs, const Calibration& calibration);

}  // namespace sextant

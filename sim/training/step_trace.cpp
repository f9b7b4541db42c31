#include "sextant/training/step_trace.h"

#include <utility>

#include "sextant/kernel/assert.h"
#include "sextant/training/stage_cut.h"
#include "step_graph.h"

namespace sextant {

StepTrace trace_step(const StepInputs& inputs, const Calibration& calibration) {
  if (inputs.layout.stage_cut()) return trace_step(cut_as_asked(inputs, calibration), calibration);
  CollectiveUse use;
  StepNotes notes;
  OperationGraph graph = build_step_graph(inputs, calibration, use, &notes);
  SEXTANT_ASSERT(notes.labels.size() == graph.size(), "{} labels of {} operations",
                 notes.labels.size(), graph.size());
  OperationGraph::Timeline timeline = graph.replay();
  return {std::move(graph), std::move(timeline), std::move(notes.labels)};
}

}  // namespace sextant

#pragma once

#include <vector>

#include "calibrate/comm/world.h"
#include "calibrate/replay/crew.h"
#include "sextant/training/step_inputs.h"
#include "sextant/training/step_recipe.h"

namespace sextant::replay {

/// A step as it ran: the graph of the forecast, with measured times in the place of forecast ones,
/// so that both are attributed by the same rule.
struct MeasuredStep {
  OperationGraph graph;
  OperationGraph::Timeline timeline;
};

/// @param times of one rank of every stage, by the operations' ids. An operation begins when all
/// has ended that it waits for; what its thread needs to wake up, and between its items, is
/// `other`. A collective of several stages, the norm or that of tied embeddings, begins when the
/// last of them comes to it: before that it waits for their work.
MeasuredStep measured_step(const StepRecipe& recipe, const std::vector<OperationTime>& times);

/// Times of one rank of every stage, by the operations' ids: of those that form a pipeline with the
/// rank that ended last. Every rank of the world calls it and gets them.
/// @param operations of the folded graph
std::vector<OperationTime> times_of_slowest(const comm::World& world, const StepInputs& inputs,
                                            const RankProgram& program, const RankStep& mine,
                                            std::size_t operations);

/// What the compute stream of a stage spent its time on, and how long it waited.
struct StageTimes {
  PartTimes parts;
  double waiting_s = 0.0;
};
std::vector<StageTimes> stage_times(const OperationGraph& graph,
                                    const OperationGraph::Timeline& timeline);

}  // namespace sextant::replay

#include "calibrate/replay/rank_program.h"

#include <algorithm>

#include "calibrate/replay/whole_runs.h"

namespace sextant::replay {
namespace {

using OperationId = OperationGraph::OperationId;
using Stream = OperationGraph::Stream;

class ProgramBuilder {
 public:
  ProgramBuilder(const StepRecipe& recipe, const StepInputs& inputs, int stage)
      : recipe_(recipe), inputs_(inputs), here_(recipe.graph.size(), false) {
    program_.stage = stage;
  }

  RankProgram build() {
    for (Stream stream : kStreams) add_lane(static_cast<Lane>(stream), program_.stage, stream);
    const int stages = recipe_.graph.ranks();
    if (stages > 1) {
      // Who sends forward to this stage is where it sends backward to.
      add_lane(Lane::kReceiveForward, backward_receiver(program_.stage, stages),
               Stream::kSendForward);
      add_lane(Lane::kReceiveBackward, forward_receiver(program_.stage, stages),
               Stream::kSendBackward);
    }
    if (program_.stage > 0) add_norm();
    for (Lane lane : {Lane::kCompute, Lane::kCollective, Lane::kSendForward, Lane::kSendBackward}) {
      for (Task& task : program_.lane(lane)) add_waits(task);
    }
    return std::move(program_);
  }

 private:
  void add_lane(Lane lane, int stage, Stream stream) {
    RunPlanner planner(inputs_, stage);
    for (OperationId id : recipe_.graph.on_stream(stage, stream)) add(lane, id, planner);
  }

  void add(Lane lane, OperationId id, RunPlanner& planner) {
    program_.lane(lane).push_back({id, {}, planner.runs_of(recipe_.work(id))});
    here_[static_cast<std::size_t>(id)] = true;
  }

  /// The folded graph has the norm on the first stage, behind joins that wait for the others.
  void add_norm() {
    RunPlanner planner(inputs_, program_.stage);
    OperationId ready = OperationGraph::kNone;
    for (OperationId id : recipe_.graph.on_stream(0, Stream::kCollective)) {
      if (label(id).kind == OperationKind::kJoin) {
        for (OperationId other : recipe_.graph.waits_of(id)) {
          if (other != OperationGraph::kNone && is_here(other)) ready = other;
        }
      } else if (label(id).kind == OperationKind::kGradientNorm) {
        add(Lane::kCollective, id, planner);
        program_.lane(Lane::kCollective).back().waits = {ready};
      }
    }
  }

  void add_waits(Task& task) const {
    for (OperationId other : recipe_.graph.waits_of(task.operation)) {
      if (other != OperationGraph::kNone && is_here(other)) task.waits.push_back(other);
    }
  }

  const OperationLabel& label(OperationId id) const {
    return recipe_.labels[static_cast<std::size_t>(id)];
  }
  bool is_here(OperationId id) const { return here_[static_cast<std::size_t>(id)]; }

  const StepRecipe& recipe_;
  const StepInputs& inputs_;
  std::vector<bool> here_;  ///< which operations this stage does, or receives
  RankProgram program_;
};

}  // namespace

int forward_receiver(int stage, int stages) { return (stage + 1) % stages; }
int backward_receiver(int stage, int stages) { return (stage + stages - 1) % stages; }

RankProgram program_of(const StepRecipe& recipe, const StepInputs& inputs, int stage) {
  return ProgramBuilder(recipe, inputs, stage).build();
}

}  // namespace sextant::replay

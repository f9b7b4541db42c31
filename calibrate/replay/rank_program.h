#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sextant/training/step_inputs.h"
#include "sextant/training/step_recipe.h"

namespace sextant::replay {

/// A thread of a rank: a stream of the folded graph, or what arrives from another stage.
enum class Lane : std::uint8_t {
  kCompute,
  kCollective,
  kSendForward,
  kSendBackward,
  kReceiveForward,
  kReceiveBackward
};
inline constexpr std::size_t kLanes = 6;

/// The streams of the folded graph, which are a rank's first lanes.
inline constexpr std::array kStreams{
    OperationGraph::Stream::kCompute, OperationGraph::Stream::kCollective,
    OperationGraph::Stream::kSendForward, OperationGraph::Stream::kSendBackward};

/// An item in whole numbers: `times` of it, each of `bytes`.
struct Run {
  WorkItem item;
  int times = 1;
  std::size_t bytes = 0;
};

/// An operation of the folded graph, as a rank does it: when those have ended that it waits for.
struct Task {
  OperationGraph::OperationId operation = OperationGraph::kNone;
  std::vector<OperationGraph::OperationId> waits;
  std::vector<Run> runs;
};

/// What the ranks of one pipeline stage do in a step. A wait for another stage's message is a wait
/// for its arrival: a receiving lane has the messages in the order in which they are sent. The
/// gradient norm, which the folded graph has once, is an all-reduce in which every stage takes
/// part; its waits for other stages are in the all-reduce.
struct RankProgram {
  int stage = 0;
  std::array<std::vector<Task>, kLanes> lanes;

  std::vector<Task>& lane(Lane which) { return lanes[static_cast<std::size_t>(which)]; }
  const std::vector<Task>& lane(Lane which) const { return lanes[static_cast<std::size_t>(which)]; }
};

RankProgram program_of(const StepRecipe& recipe, const StepInputs& inputs, int stage);

/// The stages that a stage sends to, and that send to it. @pre there are several
int forward_receiver(int stage, int stages);
int backward_receiver(int stage, int stages);

}  // namespace sextant::replay

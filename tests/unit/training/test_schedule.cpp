#include "sim/training/schedule.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <tuple>

#include "sextant/training/operation_graph.h"

namespace sextant {
namespace {

using Key = std::tuple<PassKind, int, int>;  // virtual stage, microbatch

struct Durations {
  double forward, backward, weights;  ///< of one pass; backward without weights if they run apart
};

/// Step time when transfers take none.
double pipeline_time(const PipelineShape& shape, const Durations& durations) {
  OperationGraph graph(shape.ranks);
  const auto work = [&](double seconds) {
    PartTimes parts;
    parts[StepPart::kCompute] = seconds;
    return graph.add_work(parts);
  };
  const bool apart = shape.schedule == Schedule::kZeroBubble;
  const std::array works{work(durations.forward),
                         work(durations.backward + (apart ? 0.0 : durations.weights)),
                         work(durations.weights)};
  std::map<Key, OperationGraph::OperationId> operations;
  for (int rank = 0; rank < shape.ranks; ++rank) {
    for (const Pass& pass : pipeline_order(rank, shape)) {
      operations[{pass.kind, pass.chunk * shape.ranks + rank, pass.microbatch}] = graph.add(
          rank, OperationGraph::Stream::kCompute, works[static_cast<std::size_t>(pass.kind)]);
    }
  }
  const int last = shape.ranks * shape.chunks - 1;
  for (const auto& [key, operation] : operations) {
    const auto& [kind, stage, microbatch] = key;
    if (kind == PassKind::kForward && stage > 0) {
      graph.wait(operation, operations.at({PassKind::kForward, stage - 1, microbatch}));
    } else if (kind == PassKind::kBackward) {
      graph.wait(operation, stage < last
                                ? operations.at({PassKind::kBackward, stage + 1, microbatch})
                                : operations.at({PassKind::kForward, stage, microbatch}));
    }
  }
  return graph.replay().finish;
}

double pipeline_time(int ranks, int chunks, int microbatches) {
  const Schedule schedule = chunks > 1 ? Schedule::kInterleaved : Schedule::k1f1b;
  return pipeline_time({ranks, chunks, microbatches, schedule}, {1.0, 1.0, 1.0});
}

TEST(PipelineOrder, EveryPassOnceAndInItsOrder) {
  for (const PipelineShape& shape : {PipelineShape{1, 1, 5},
                                     {4, 1, 8},
                                     {4, 1, 2},
                                     {4, 3, 8, Schedule::kInterleaved},
                                     {8, 4, 8, Schedule::kInterleaved},
                                     {4, 1, 6, Schedule::kGpipe},
                                     {4, 1, 9, Schedule::kZeroBubble},
                                     {4, 1, 2, Schedule::kZeroBubble}}) {
    const bool apart = shape.schedule == Schedule::kZeroBubble;
    for (int rank = 0; rank < shape.ranks; ++rank) {
      std::map<std::pair<int, int>, int> seen;  // passes done
      for (const Pass& pass : pipeline_order(rank, shape)) {
        EXPECT_EQ((seen[{pass.chunk, pass.microbatch}]++), static_cast<int>(pass.kind));
      }
      EXPECT_EQ(seen.size(), static_cast<std::size_t>(shape.chunks * shape.microbatches));
      for (const auto& [key, passes] : seen) EXPECT_EQ(passes, apart ? 3 : 2);
    }
  }
}

// Narayanan et al. 2021, section 2.2: the bubble of 1F1B is (p − 1)·(f + b).
TEST(PipelineOrder, OneForwardOneBackwardHasTheClosedFormBubble) {
  for (const auto& [ranks, microbatches] :
       {std::pair{1, 3}, {2, 2}, {4, 4}, {4, 13}, {8, 3}, {8, 32}}) {
    EXPECT_NEAR(pipeline_time(ranks, 1, microbatches), 3.0 * (microbatches + ranks - 1), 1e-9)
        << ranks << " ranks, " << microbatches << " microbatches";
  }
}

// Likewise: interleaving divides the bubble by the number of chunks.
TEST(PipelineOrder, InterleavingDividesTheBubbleByTheChunks) {
  for (const auto& [ranks, chunks, microbatches] :
       {std::tuple{2, 2, 4}, {4, 2, 8}, {4, 3, 16}, {8, 4, 8}, {16, 8, 16}, {8, 8, 64}}) {
    EXPECT_NEAR(pipeline_time(ranks, chunks, microbatches),
                3.0 * (chunks * microbatches + ranks - 1), 1e-9)
        << ranks << " ranks, " << chunks << " chunks, " << microbatches << " microbatches";
  }
}

// Huang et al. 2019: GPipe's bubble is that of 1F1B, at the memory of all microbatches.
TEST(PipelineOrder, GpipeHoldsAllMicrobatches) {
  const PipelineShape shape{4, 1, 13, Schedule::kGpipe};
  EXPECT_NEAR(pipeline_time(shape, {1.0, 1.0, 1.0}), 3.0 * (13 + 3), 1e-9);
  EXPECT_EQ(chunks_in_flight(0, shape), 13);
  EXPECT_EQ(chunks_in_flight(3, shape), 13);
}

// Qi et al. 2024, table 2: the bubble of ZB-H1 is (p − 1)·(f + b − w), at the memory of 1F1B's
// first rank.
TEST(PipelineOrder, ZeroBubbleFillsWithWeightGradients) {
  for (const auto& [ranks, microbatches] : {std::pair{2, 4}, {4, 8}, {4, 20}, {8, 16}}) {
    const PipelineShape shape{ranks, 1, microbatches, Schedule::kZeroBubble};
    EXPECT_NEAR(pipeline_time(shape, {1.0, 1.0, 1.0}), 3.0 * microbatches + (ranks - 1), 1e-9)
        << ranks << " ranks, " << microbatches << " microbatches";
    for (int rank = 0; rank < ranks; ++rank) EXPECT_EQ(chunks_in_flight(rank, shape), ranks);
  }
}

TEST(PipelineOrder, InterleavingNeedsWholeRounds) {
  EXPECT_DEATH(pipeline_order(0, {4, 2, 6, Schedule::kInterleaved}),
               "6 microbatches interleaved on 4 ranks");
}

}  // namespace
}  // namespace sextant

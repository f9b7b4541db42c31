#include "sim/training/schedule.h"

#include <gtest/gtest.h>

#include <map>
#include <tuple>

#include "sextant/training/operation_graph.h"

namespace sextant {
namespace {

using Key = std::tuple<bool, int, int>;  // forward, virtual stage, microbatch

/// Step time when every pass takes as long as given and transfers take none.
double pipeline_time(int ranks, int chunks, int microbatches, double forward, double backward) {
  OperationGraph graph(ranks);
  PartTimes parts;
  parts[StepPart::kCompute] = forward;
  const std::int32_t forward_work = graph.add_work(parts);
  parts[StepPart::kCompute] = backward;
  const std::int32_t backward_work = graph.add_work(parts);
  std::map<Key, OperationGraph::OperationId> operations;
  for (int rank = 0; rank < ranks; ++rank) {
    for (const Pass& pass : pipeline_order(rank, ranks, chunks, microbatches)) {
      operations[{pass.forward, pass.chunk * ranks + rank, pass.microbatch}] = graph.add(
          rank, OperationGraph::Stream::kCompute, pass.forward ? forward_work : backward_work);
    }
  }
  const int last = ranks * chunks - 1;
  for (const auto& [key, operation] : operations) {
    const auto& [is_forward, stage, microbatch] = key;
    if (is_forward && stage > 0) {
      graph.wait(operation, operations.at({true, stage - 1, microbatch}));
    } else if (!is_forward && stage < last) {
      graph.wait(operation, operations.at({false, stage + 1, microbatch}));
    } else if (!is_forward) {
      graph.wait(operation, operations.at({true, stage, microbatch}));
    }
  }
  return graph.replay().finish;
}

TEST(PipelineOrder, EveryPassOnceAndBackwardAfterForward) {
  for (const auto& [ranks, chunks, microbatches] :
       {std::tuple{1, 1, 5}, {4, 1, 8}, {4, 1, 2}, {4, 3, 8}, {4, 2, 12}, {8, 4, 8}}) {
    for (int rank = 0; rank < ranks; ++rank) {
      std::map<std::pair<int, int>, int> seen;  // 1 after forward, 2 after backward
      for (const Pass& pass : pipeline_order(rank, ranks, chunks, microbatches)) {
        int& state = seen[{pass.chunk, pass.microbatch}];
        EXPECT_EQ(state, pass.forward ? 0 : 1);
        ++state;
      }
      EXPECT_EQ(seen.size(), static_cast<std::size_t>(chunks * microbatches));
    }
  }
}

// Narayanan et al. 2021, section 2.2: the bubble of 1F1B is (p − 1)·(f + b).
TEST(PipelineOrder, OneForwardOneBackwardHasTheClosedFormBubble) {
  for (const auto& [ranks, microbatches] :
       {std::pair{1, 3}, {2, 2}, {4, 4}, {4, 13}, {8, 3}, {8, 32}}) {
    EXPECT_NEAR(pipeline_time(ranks, 1, microbatches, 1.0, 2.0), 3.0 * (microbatches + ranks - 1),
                1e-9)
        << ranks << " ranks, " << microbatches << " microbatches";
  }
}

// Likewise: interleaving divides the bubble by the number of chunks.
TEST(PipelineOrder, InterleavingDividesTheBubbleByTheChunks) {
  for (const auto& [ranks, chunks, microbatches] :
       {std::tuple{2, 2, 4}, {4, 2, 8}, {4, 3, 16}, {8, 4, 8}, {16, 8, 16}, {8, 8, 64}}) {
    EXPECT_NEAR(pipeline_time(ranks, chunks, microbatches, 1.0, 2.0),
                3.0 * (chunks * microbatches + ranks - 1), 1e-9)
        << ranks << " ranks, " << chunks << " chunks, " << microbatches << " microbatches";
  }
}

TEST(PipelineOrder, InterleavingNeedsWholeRounds) {
  EXPECT_DEATH(pipeline_order(0, 4, 2, 6), "6 microbatches interleaved on 4 ranks");
}

}  // namespace
}  // namespace sextant

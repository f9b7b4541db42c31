#include "sextant/training/operation_graph.h"

#include <gtest/gtest.h>

namespace sextant {
namespace {

using Stream = OperationGraph::Stream;

PartTimes only(StepPart part, double seconds) {
  PartTimes parts;
  parts[part] = seconds;
  return parts;
}

TEST(OperationGraph, AnEmptyGraphTakesNoTime) { EXPECT_EQ(OperationGraph(2).replay().finish, 0.0); }

TEST(OperationGraph, OperationsOfAStreamRunInOrder) {
  OperationGraph graph(1);
  const auto work = graph.add_work(only(StepPart::kCompute, 2.0));
  graph.add(0, Stream::kCompute, work);
  graph.add(0, Stream::kCompute, work);
  EXPECT_EQ(graph.replay().finish, 4.0);
}

TEST(OperationGraph, StreamsOverlapAndWaitsHold) {
  OperationGraph graph(1);
  const auto gather = graph.add_work(only(StepPart::kDataParallel, 3.0));
  const auto work = graph.add_work(only(StepPart::kCompute, 2.0));
  graph.add(0, Stream::kCompute, work);                             // 0 .. 2
  const auto gathered = graph.add(0, Stream::kCollective, gather);  // 0 .. 3
  graph.add(0, Stream::kCompute, work, gathered);                   // 3 .. 5
  const OperationGraph::Timeline timeline = graph.replay();
  EXPECT_EQ(timeline.finish, 5.0);
  const PartTimes parts = graph.attribute(timeline);
  EXPECT_EQ(parts[StepPart::kCompute], 4.0);
  EXPECT_EQ(parts[StepPart::kDataParallel], 1.0);  // only what compute did not hide
}

// Rank 1 waits for rank 0's work and for the transfer: a bubble of 2 and a transfer of 0.5.
TEST(OperationGraph, WaitingForAnotherRankIsBubbleAndTransfer) {
  OperationGraph graph(2);
  const auto work = graph.add_work(only(StepPart::kCompute, 2.0));
  const auto send = graph.add_work(only(StepPart::kPipelineTransfer, 0.5));
  const auto first = graph.add(0, Stream::kCompute, work);
  const auto sent = graph.add(0, Stream::kSendForward, send, first);
  graph.add(1, Stream::kCompute, work, sent);
  const OperationGraph::Timeline timeline = graph.replay();
  const PartTimes parts = graph.attribute(timeline);
  EXPECT_EQ(parts[StepPart::kCompute], 2.0);
  EXPECT_EQ(parts[StepPart::kPipelineBubble], 2.0);
  EXPECT_EQ(parts[StepPart::kPipelineTransfer], 0.5);
  EXPECT_EQ(parts.total(), timeline.finish);
}

// The rank with the most work sets the pace, also where another one ends later.
TEST(OperationGraph, ExplainsTheStepByTheBusiestRank) {
  OperationGraph graph(2);
  const auto first = graph.add(0, Stream::kCompute, graph.add_work(only(StepPart::kCompute, 5.0)));
  graph.add(1, Stream::kCompute, graph.add_work(only(StepPart::kCompute, 1.0)), first);
  const OperationGraph::Timeline timeline = graph.replay();
  const PartTimes parts = graph.attribute(timeline);
  EXPECT_EQ(timeline.finish, 6.0);
  EXPECT_EQ(parts[StepPart::kCompute], 5.0);
  EXPECT_EQ(parts[StepPart::kPipelineBubble], 1.0);
}

TEST(OperationGraph, AbortsOnACycle) {
  OperationGraph graph(2);
  const auto work = graph.add_work(only(StepPart::kCompute, 1.0));
  const auto a = graph.add(0, Stream::kCompute, work);
  const auto b = graph.add(1, Stream::kCompute, work, a);
  graph.wait(a, b);
  EXPECT_DEATH(graph.replay(), "2 of 2 operations wait for one another");
}

}  // namespace
}  // namespace sextant

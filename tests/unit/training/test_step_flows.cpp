#include "sextant/training/step_flows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <stdexcept>

#include "sextant/network/flow_patterns.h"
#include "tests/support/flow_steps.h"

namespace sextant {
namespace {

using testing::HasSubstr;

const StepFlowsOptions kUnfolded{.fold = false};

/// Two stages, tensor ranks inside the node; data-parallel rings and messages leave it.
StepInputs three_dimensions(int ranks = 64) {
  StepInputs inputs = fixtures::inputs(ranks);
  inputs.layout.tensor = 4;
  inputs.layout.pipeline = 2;
  inputs.layout.zero = 1;
  inputs.global_batch = ranks / 8 * 4;
  return inputs;
}

StepInputs sharded(int ranks = 32) {
  StepInputs inputs = fixtures::inputs(ranks);
  inputs.layout.zero = 3;
  inputs.model.layers = 4;
  inputs.global_batch = ranks;
  return inputs;
}

StepInputs with_experts(int ranks = 32) {
  StepInputs inputs = fixtures::inputs(ranks);
  inputs.model.layers = 4;
  inputs.model.experts = Experts{.count = 16, .top_k = 2, .feed_forward = 4096};
  inputs.layout.expert = 16;
  inputs.layout.zero = 1;
  inputs.global_batch = 2 * ranks;
  return inputs;
}

StepInputs tensor_across_nodes() {
  StepInputs inputs = fixtures::inputs(32);
  inputs.layout.tensor = 16;
  inputs.model.layers = 4;
  inputs.global_batch = 8;
  return inputs;
}

StepInputs interleaved() {
  StepInputs inputs = three_dimensions(128);
  inputs.layout.pipeline = 4;
  inputs.layout.virtual_stages = 2;
  inputs.model.tied_embeddings = true;
  inputs.global_batch = 64;
  return inputs;
}

StepInputs contexts_across_nodes() {
  StepInputs inputs = fixtures::inputs(64);
  inputs.layout.tensor = 4;
  inputs.layout.context = 4;
  inputs.model.layers = 4;
  inputs.sequence_length = 32768;
  inputs.global_batch = 8;
  return inputs;
}

const std::map<std::string, std::function<StepInputs()>> kSteps{
    {"three dimensions", [] { return three_dimensions(); }},
    {"sharded", [] { return sharded(); }},
    {"experts", [] { return with_experts(); }},
    {"tensor ranks across nodes", tensor_across_nodes},
    {"interleaved", interleaved},
    {"context ranks across nodes", contexts_across_nodes}};

int nodes_of(const StepInputs& inputs) { return static_cast<int>(inputs.accelerators) / 8; }

double replayed(const StepInputs& inputs, const Calibration& calibration) {
  return step_recipe(inputs, calibration).timeline.finish;
}

/// Nothing runs beside anything else: each collective is waited for.
StepInputs in_turn(StepInputs inputs) {
  inputs.software.data_overlap = false;
  inputs.software.gather_overlap = false;
  return inputs;
}

Fabric non_blocking(const StepInputs& inputs) {
  return fixtures::flow_fabric(fixtures::fabric_plan(FabricKind::kNonBlocking), nodes_of(inputs));
}

TEST(StepFlows, WithoutOverlapANonBlockingFabricGivesTheReplaysStep) {
  const Calibration calibration = fixtures::calibration();
  for (const auto& [name, make] : kSteps) {
    // Gathers run behind passes whatever the software does; activations and gradients of
    // interleaved stages leave by the same cards at the same time.
    if (name == "sharded" || name == "interleaved") continue;
    const StepInputs inputs = in_turn(make());
    const Fabric fabric = non_blocking(inputs);
    const auto run = fixtures::run_steps(fabric, {fixtures::flow_job(fabric, inputs, calibration)});
    EXPECT_TRUE(run.flows.folded) << name << ": " << run.asymmetry;
    EXPECT_NEAR(run.seconds() / replayed(inputs, calibration), 1.0, 1e-3) << name;
  }
}

// What is left is what the replay tier does not see: collectives and messages on the same card.
TEST(StepFlows, WithOverlapItIsWithinThreePercent) {
  const Calibration calibration = fixtures::calibration();
  for (const auto& [name, make] : kSteps) {
    const StepInputs inputs = make();
    const Fabric fabric = non_blocking(inputs);
    const auto run = fixtures::run_steps(fabric, {fixtures::flow_job(fabric, inputs, calibration)});
    EXPECT_TRUE(run.flows.folded) << name << ": " << run.asymmetry;
    const double ratio = run.seconds() / replayed(inputs, calibration);
    EXPECT_GE(ratio, 1.0 - 1e-9) << name;
    EXPECT_LE(ratio, 1.03) << name;
  }
}

TEST(StepFlows, UnfoldedTakesAsLongAsFolded) {
  const Calibration calibration = fixtures::calibration();
  int folds = 0;
  for (const auto& [name, make] : kSteps) {
    const StepInputs inputs = make();
    for (const auto& [kind, oversubscription] :
         {std::pair{FabricKind::kNonBlocking, 1.0}, std::pair{FabricKind::kRailOptimised, 1.0},
          std::pair{FabricKind::kRailOptimised, 4.0}, std::pair{FabricKind::kFatTree, 4.0}}) {
      const Fabric fabric =
          fixtures::flow_fabric(fixtures::fabric_plan(kind, 2, oversubscription), nodes_of(inputs));
      const FlowJob job = fixtures::flow_job(fabric, inputs, calibration);
      const auto folded = fixtures::run_steps(fabric, {job});
      const auto unfolded = fixtures::run_steps(fabric, {job}, {}, kUnfolded);
      EXPECT_FALSE(unfolded.flows.folded);
      EXPECT_EQ(folded.flows.folded, folded.asymmetry.empty());
      folds += folded.flows.folded ? 1 : 0;
      EXPECT_NEAR(unfolded.seconds() / folded.seconds(), 1.0, 5e-3)
          << name << " " << enum_name(kind) << " " << oversubscription;
    }
  }
  EXPECT_GE(folds, 20);
}

TEST(StepFlows, UnfoldedTakesAsLongAsFoldedOn256Accelerators) {
  const Calibration calibration = fixtures::calibration();
  StepInputs inputs = three_dimensions(256);
  inputs.layout.tensor = 8;
  inputs.global_batch = 32;
  double narrow = 0.0;
  for (const auto& [kind, oversubscription] :
       {std::pair{FabricKind::kNonBlocking, 1.0}, std::pair{FabricKind::kRailOptimised, 1.0},
        std::pair{FabricKind::kFatTree, 4.0}}) {
    const Fabric fabric =
        fixtures::flow_fabric(fixtures::fabric_plan(kind, 4, oversubscription), 32);
    const FlowJob job = fixtures::flow_job(fabric, inputs, calibration);
    const auto folded = fixtures::run_steps(fabric, {job});
    const auto unfolded = fixtures::run_steps(fabric, {job}, {}, kUnfolded);
    EXPECT_TRUE(folded.flows.folded) << folded.asymmetry;
    EXPECT_LT(folded.flows.problem.activities.size(), unfolded.flows.problem.activities.size() / 8);
    EXPECT_NEAR(unfolded.seconds() / folded.seconds(), 1.0, 1e-6) << enum_name(kind);
    narrow = folded.seconds();
  }
  // The fat tree is in the way, and folding has not lost it.
  EXPECT_GT(narrow, 1.005 * replayed(inputs, calibration));
}

TEST(StepFlows, StagesAreCutAsAsked) {
  const Calibration calibration = fixtures::calibration();
  StepInputs inputs = three_dimensions();
  inputs.layout.stages = StageCut::kBalanced;
  const Fabric fabric = non_blocking(inputs);
  const auto run = fixtures::run_steps(fabric, {fixtures::flow_job(fabric, inputs, calibration)});
  EXPECT_NEAR(run.seconds() / replayed(inputs, calibration), 1.0, 0.03);
}

TEST(StepFlows, PartsAddUpToTheStepAndAreTheReplaysOnAnIdleFabric) {
  const Calibration calibration = fixtures::calibration();
  for (const auto& [name, make] : kSteps) {
    if (name == "interleaved") continue;
    const StepInputs inputs = in_turn(make());
    const Fabric fabric = non_blocking(inputs);
    const auto run = fixtures::run_steps(fabric, {fixtures::flow_job(fabric, inputs, calibration)});
    const FlowedStep step = run.step();
    const StepRecipe recipe = step_recipe(inputs, calibration);
    const PartTimes parts = recipe.graph.attribute(recipe.timeline);
    double sum = 0.0;
    for (std::size_t i = 0; i < kStepParts; ++i) {
      sum += step.breakdown[i].si();
      EXPECT_NEAR(step.breakdown[i].si(), parts[static_cast<StepPart>(i)],
                  1e-3 * recipe.timeline.finish)
          << name << " " << enum_name(static_cast<StepPart>(i));
    }
    EXPECT_NEAR(sum / step.time.si(), 1.0, 1e-9) << name;
  }
}

TEST(StepFlows, PartsAddUpWhereTransfersAreSlowed) {
  const Calibration calibration = fixtures::calibration();
  for (const auto& [name, make] : kSteps) {
    const StepInputs inputs = make();
    const Fabric fabric = fixtures::flow_fabric(fixtures::fabric_plan(FabricKind::kFatTree, 1, 8.0),
                                                nodes_of(inputs));
    for (const bool fold : {true, false}) {
      const auto run = fixtures::run_steps(
          fabric, {fixtures::flow_job(fabric, inputs, calibration)}, {}, {.fold = fold});
      const FlowedStep step = run.step();
      double sum = 0.0;
      for (const Seconds& part : step.breakdown) {
        EXPECT_GE(part.si(), -1e-12) << name;
        sum += part.si();
      }
      EXPECT_NEAR(sum / step.time.si(), 1.0, 1e-9) << name;
      EXPECT_GT(step.time.si(), replayed(inputs, calibration)) << name;
      EXPECT_GT(step.breakdown[static_cast<std::size_t>(StepPart::kDataParallel)], Seconds(0));
      ASSERT_FALSE(step.kinds.empty());
      for (const FlowedStep::Kind& kind : step.kinds) {
        EXPECT_GE(kind.flowed.si(), kind.alone.si() * (1.0 - 1e-9));
        if (kind.flowed > kind.alone * 1.5) EXPECT_GE(kind.busiest_link, 0);
      }
    }
  }
}

TEST(StepFlows, SlowedTransfersNameTheLinkInTheWay) {
  const Calibration calibration = fixtures::calibration();
  const StepInputs inputs = three_dimensions();
  const Fabric fabric =
      fixtures::flow_fabric(fixtures::fabric_plan(FabricKind::kFatTree, 1, 8.0), nodes_of(inputs));
  const auto run = fixtures::run_steps(fabric, {fixtures::flow_job(fabric, inputs, calibration)});
  for (const FlowedStep::Kind& kind : run.step().kinds) {
    if (kind.kind != OperationKind::kReduceGradients) continue;
    ASSERT_GE(kind.busiest_link, 0);
    EXPECT_THAT(fabric.tier(kind.busiest_link), HasSubstr("leaf"));
    EXPECT_THAT(fabric.tier(kind.busiest_link), HasSubstr("spine"));
    EXPECT_GT(kind.flowed, 1.5 * kind.alone);
  }
}

TEST(StepFlows, StepsFollowOneAnother) {
  const Calibration calibration = fixtures::calibration();
  const StepInputs inputs = three_dimensions();
  const Fabric fabric = non_blocking(inputs);
  FlowJob job = fixtures::flow_job(fabric, inputs, calibration);
  const double once = fixtures::run_steps(fabric, {job}).seconds();
  job.steps = 3;
  const auto run = fixtures::run_steps(fabric, {job});
  EXPECT_NEAR(run.seconds() / once, 1.0, 1e-9);
  const double end = *std::max_element(run.result.end.begin(), run.result.end.end());
  EXPECT_NEAR(end / once, 3.0, 1e-9);
}

TEST(StepFlows, JobsOnNodesOfTheirOwnDoNotDisturbEachOther) {
  const Calibration calibration = fixtures::calibration();
  const StepInputs inputs = three_dimensions();
  const Fabric fabric = fixtures::flow_fabric(fixtures::fabric_plan(FabricKind::kNonBlocking), 16);
  const FlowJob first = fixtures::flow_job(fabric, inputs, calibration);
  const FlowJob second = fixtures::flow_job(fabric, inputs, calibration, 8);
  const double alone = fixtures::run_steps(fabric, {first}, {}, kUnfolded).seconds();
  const auto both = fixtures::run_steps(fabric, {first, second});
  EXPECT_FALSE(both.flows.folded);
  EXPECT_THAT(both.asymmetry, HasSubstr("2 jobs"));
  EXPECT_NEAR(both.seconds(0) / alone, 1.0, 1e-9);
  EXPECT_NEAR(both.seconds(1) / alone, 1.0, 1e-9);
}

TEST(StepFlows, JobsThatInterleaveOnNarrowLeavesDo) {
  const Calibration calibration = fixtures::calibration();
  const StepInputs inputs = three_dimensions(32);
  const Fabric fabric =
      fixtures::flow_fabric(fixtures::fabric_plan(FabricKind::kFatTree, 4, 4.0), 8);
  const auto on = [&](std::vector<int> nodes) {
    FlowJob job = fixtures::flow_job(fabric, inputs, calibration);
    job.placement = place_ranks(fabric, nodes, 32, 1, true);
    return job;
  };
  const FlowJob even = on({0, 2, 4, 6}), odd = on({1, 3, 5, 7});
  const double alone = fixtures::run_steps(fabric, {even}).seconds();
  const auto both = fixtures::run_steps(fabric, {even, odd});
  EXPECT_GT(both.seconds(0), alone * 1.001);
  EXPECT_GT(both.seconds(1), alone * 1.001);
}

BackgroundTraffic message(const Fabric& fabric, int from, int to, double bytes) {
  BackgroundTraffic traffic;
  traffic.name = "message";
  traffic.transfers = {message_pattern(fabric, fabric.accelerator(from, 0),
                                       fabric.accelerator(to, 0), Bytes(bytes))};
  return traffic;
}

TEST(StepFlows, TrafficOfOthersSlowsAStepAndEndsWithIt) {
  const Calibration calibration = fixtures::calibration();
  const StepInputs inputs = three_dimensions();
  const Fabric fabric = non_blocking(inputs);
  const FlowJob job = fixtures::flow_job(fabric, inputs, calibration);
  const double alone = fixtures::run_steps(fabric, {job}).seconds();
  BackgroundTraffic traffic = message(fabric, 0, 1, 1e9);
  traffic.endless = true;
  const auto run = fixtures::run_steps(fabric, {job}, {traffic});
  EXPECT_FALSE(run.flows.folded);  // one replica has it, others do not
  EXPECT_FALSE(run.asymmetry.empty());
  EXPECT_GT(run.seconds(), alone * 1.0001);
  traffic.from = 10.0 * alone;
  EXPECT_NEAR(fixtures::run_steps(fabric, {job}, {traffic}).seconds() / alone, 1.0, 1e-6);
}

TEST(StepFlows, TheSlowReplicaSetsThePaceOfTheParts) {
  const Calibration calibration = fixtures::calibration();
  StepInputs inputs = tensor_across_nodes();  // two replicas of two nodes
  inputs.layout.zero = 0;
  const Fabric fabric = non_blocking(inputs);
  const FlowJob job = fixtures::flow_job(fabric, inputs, calibration);
  const FlowedStep alone = fixtures::run_steps(fabric, {job}).step();
  BackgroundTraffic traffic = message(fabric, 2, 3, 1e9);  // within the second replica
  traffic.endless = true;
  traffic.transfers.resize(20, traffic.transfers.front());
  const FlowedStep slowed = fixtures::run_steps(fabric, {job}, {traffic}).step();
  const auto of = [](const FlowedStep& step, StepPart part) {
    return step.breakdown[static_cast<std::size_t>(part)].si();
  };
  const double more = slowed.time.si() - alone.time.si();
  EXPECT_GT(more, 0.01 * alone.time.si());
  // The rest is the reduction of gradients; the first replica would only see that late.
  EXPECT_GT(of(slowed, StepPart::kTensorParallel) - of(alone, StepPart::kTensorParallel),
            0.5 * more);
}

/// Bytes up the lines of all cards, by operation kind.
std::map<OperationKind, double> sent_by_cards(const Fabric& fabric, const StepFlows& flows) {
  std::map<OperationKind, double> sent;
  for (const StepFlows::LinkBytes& row : flows.link_bytes) {
    const Fabric::Link& link = fabric.link(row.link);
    if (fabric.vertex(link.from).role != FabricRole::kCard) continue;
    if (fabric.vertex(link.to).role <= FabricRole::kCard) continue;
    sent[row.kind] += row.bytes;
  }
  return sent;
}

// Whole nodes are tensor groups, so that every edge of a data-parallel ring and every message goes
// over cards.
TEST(StepFlows, CardsSendWhatTheItemsSay) {
  const Calibration calibration = fixtures::calibration();
  StepInputs inputs = three_dimensions();
  inputs.layout.tensor = 8;
  const Fabric fabric = non_blocking(inputs);
  const FlowJob job = fixtures::flow_job(fabric, inputs, calibration);
  const StepRecipe recipe = step_recipe(inputs, calibration);
  std::map<OperationKind, double> expected;
  for (std::size_t i = 0; i < recipe.labels.size(); ++i) {
    for (const WorkItem& item : recipe.work(static_cast<OperationGraph::OperationId>(i))) {
      const double ranks = 32.0;  // of a stage
      const double peers = 4.0;
      double& bytes = expected[recipe.labels[i].kind];
      if (item.kind == WorkItem::Kind::kMessage) bytes += ranks * item.bytes;
      if (item.group != RankGroup::kShard) continue;
      bytes += ranks * item.times * item.bytes * (peers - 1.0) / peers;
    }
  }
  for (const bool fold : {true, false}) {
    const StepFlows flows = step_flows(fabric, {job}, {}, {.fold = fold}, nullptr);
    EXPECT_EQ(flows.folded, fold);
    const auto sent = sent_by_cards(fabric, flows);
    for (const OperationKind kind :
         {OperationKind::kReduceGradients, OperationKind::kGatherParameters,
          OperationKind::kSendActivations, OperationKind::kSendGradients}) {
      ASSERT_GT(expected[kind], 0.0);
      EXPECT_NEAR(sent.at(kind) / expected[kind], 1.0, 1e-9) << enum_name(kind);
    }
  }
}

TEST(StepFlows, TiedEmbeddingsAreMovedOnce) {
  const Calibration calibration = fixtures::calibration();
  StepInputs inputs = three_dimensions();
  inputs.layout.tensor = 8;
  inputs.model.tied_embeddings = true;
  const Fabric fabric = non_blocking(inputs);
  const FlowJob job = fixtures::flow_job(fabric, inputs, calibration);
  const StepRecipe recipe = step_recipe(inputs, calibration);
  double bytes = 0.0;
  for (std::size_t i = 0; i < recipe.labels.size(); ++i) {
    if (recipe.labels[i].kind != OperationKind::kReduceTiedEmbeddings) continue;
    bytes = recipe.work(static_cast<OperationGraph::OperationId>(i)).front().bytes;
  }
  ASSERT_GT(bytes, 0.0);
  const StepFlows flows = step_flows(fabric, {job}, {}, {}, nullptr);
  const auto sent = sent_by_cards(fabric, flows);
  // Of two ranks each sends half of the buffer to be added and half of the sums.
  EXPECT_NEAR(sent.at(OperationKind::kReduceTiedEmbeddings), 32 * 2 * bytes, 1e-6 * bytes);
}

TEST(StepFlows, WhatStaysInALinkDomainIsNoTransfer) {
  const Calibration calibration = fixtures::calibration();
  const StepInputs inputs = fixtures::inputs(8);
  const Fabric fabric = non_blocking(inputs);
  const auto run = fixtures::run_steps(fabric, {fixtures::flow_job(fabric, inputs, calibration)});
  EXPECT_TRUE(run.flows.folded);
  EXPECT_TRUE(run.flows.problem.patterns.empty());
  EXPECT_TRUE(run.flows.link_bytes.empty());
  EXPECT_TRUE(run.step().kinds.empty());
  EXPECT_NEAR(run.seconds() / replayed(inputs, calibration), 1.0, 1e-9);
}

TEST(StepFlows, APlacementThatTreatsReplicasDifferentlyIsNotFolded) {
  const Calibration calibration = fixtures::calibration();
  const StepInputs inputs = three_dimensions();
  const Fabric fabric =
      fixtures::flow_fabric(fixtures::fabric_plan(FabricKind::kFatTree, 4, 4.0), 16);
  FlowJob job = fixtures::flow_job(fabric, inputs, calibration);
  job.placement = place_ranks(fabric, {0, 1, 2, 4, 5, 8, 9, 12}, 64, 1, true);
  const auto run = fixtures::run_steps(fabric, {job});
  EXPECT_FALSE(run.flows.folded);
  EXPECT_THAT(run.asymmetry, HasSubstr("of stage 0 are not alike"));
  EXPECT_GT(run.seconds(), 0.0);
}

TEST(StepFlows, SaysWhatWouldHelpWhereThereAreTooManyActivities) {
  const Calibration calibration = fixtures::calibration();
  const StepInputs inputs = three_dimensions();
  const Fabric fabric = non_blocking(inputs);
  const FlowJob job = fixtures::flow_job(fabric, inputs, calibration);
  try {
    step_flows(fabric, {job}, {}, {.fold = false, .most_activities = 100}, nullptr);
    FAIL() << "no exception";
  } catch (const std::length_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("activities, 100 are allowed"));
    EXPECT_THAT(error.what(), HasSubstr("8 replicas"));
    EXPECT_THAT(error.what(), HasSubstr("can be folded"));
  }
}

TEST(StepFlows, WaitsPointBackAndNotesNameOperations) {
  const Calibration calibration = fixtures::calibration();
  const StepInputs inputs = interleaved();
  const Fabric fabric = non_blocking(inputs);
  FlowJob job = fixtures::flow_job(fabric, inputs, calibration);
  job.steps = 2;
  const StepFlows flows = step_flows(fabric, {job}, {}, kUnfolded, nullptr);
  ASSERT_EQ(flows.notes.size(), flows.problem.activities.size());
  ASSERT_EQ(flows.alone.size(), flows.problem.activities.size());
  ASSERT_EQ(flows.links.size(), flows.problem.capacities.size());
  for (std::size_t i = 0; i < flows.notes.size(); ++i) {
    const FlowProblem::Activity& activity = flows.problem.activities[i];
    for (const std::int32_t wait : activity.waits) ASSERT_LT(wait, static_cast<std::int32_t>(i));
    if (activity.pattern < 0) continue;
    const FlowNote& note = flows.notes[i];
    const auto& items = flows.recipes[0].work(note.operation);
    ASSERT_LT(static_cast<std::size_t>(note.item), items.size());
    EXPECT_GE(items[static_cast<std::size_t>(note.item)].bytes, 1024.0);
    EXPECT_NEAR(flows.alone[i], activity.seconds + activity.bytes / activity.rate, 1e-12);
  }
}

}  // namespace
}  // namespace sextant

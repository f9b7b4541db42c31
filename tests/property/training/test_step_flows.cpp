#include "sextant/training/step_flows.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "sextant/network/flow_patterns.h"
#include "tests/support/flow_steps.h"
#include "tests/support/random_inputs.h"

namespace sextant {
namespace {

/// A step of few operations, since the reference engine is slow.
StepInputs small_step() {
  StepInputs inputs = fixtures::random_inputs();
  inputs.model.layers = 4 * inputs.layout.pipeline * inputs.layout.virtual_stages;
  inputs.global_batch = fixtures::batch_unit(inputs) * *rc::gen::inRange(1, 3);
  RC_PRE(layout_faults(inputs).empty());
  return inputs;
}

int nodes_of(const StepInputs& inputs) { return static_cast<int>((inputs.accelerators + 7) / 8); }

Fabric random_fabric(int nodes, FabricKind kind, double oversubscription) {
  return fixtures::flow_fabric(
      fixtures::fabric_plan(kind, 1 << *rc::gen::inRange(0, 4), oversubscription), nodes);
}

FabricKind random_kind() {
  return *rc::gen::element(FabricKind::kNonBlocking, FabricKind::kRailOptimised,
                           FabricKind::kFatTree);
}

double replayed(const StepInputs& inputs, const Calibration& calibration) {
  return step_recipe(inputs, calibration).timeline.finish;
}

/// On any nodes of the fabric in any order, or with rails crossed.
Placement anywhere(const Fabric& fabric, const StepInputs& inputs) {
  std::vector<int> free;
  for (int node = 0; node < fabric.nodes(); ++node) free.push_back(node);
  const std::vector<int> nodes =
      choose_nodes(fabric, free, nodes_of(inputs),
                   *rc::gen::element(PlacementPolicy::kScattered, PlacementPolicy::kTopologyAware),
                   *rc::gen::arbitrary<std::uint64_t>());
  return place_ranks(fabric, nodes, static_cast<int>(inputs.accelerators), 1,
                     *rc::gen::arbitrary<bool>());
}

RC_GTEST_PROP(StepFlows, ANonBlockingFabricIsHardlySlowerThanTheReplay, ()) {
  const Calibration calibration = fixtures::calibration();
  const StepInputs inputs = small_step();
  const Fabric fabric = random_fabric(nodes_of(inputs), FabricKind::kNonBlocking, 1.0);
  const FlowJob job = fixtures::flow_job(fabric, inputs, calibration);
  const auto run = fixtures::run_steps(fabric, {job});
  const double ratio = run.seconds() / replayed(inputs, calibration);
  RC_LOG() << "ratio " << ratio << " " << run.asymmetry;
  RC_ASSERT(ratio >= 1.0 - 1e-9);
  RC_ASSERT(ratio <= 1.0 + 0.25);  // collectives and messages on the same cards
}

RC_GTEST_PROP(StepFlows, FoldedIsUnfolded, ()) {
  const Calibration calibration = fixtures::calibration();
  const StepInputs inputs = small_step();
  const Fabric fabric =
      random_fabric(nodes_of(inputs), random_kind(), *rc::gen::element(1., 2., 4.));
  FlowJob job = fixtures::flow_job(fabric, inputs, calibration);
  if (*rc::gen::arbitrary<bool>()) job.placement = anywhere(fabric, inputs);
  const auto folded = fixtures::run_steps(fabric, {job});
  RC_ASSERT(folded.flows.folded == folded.asymmetry.empty());
  RC_CLASSIFY(folded.flows.folded, "folded");
  const auto unfolded = fixtures::run_steps(fabric, {job}, {}, {.fold = false});
  RC_LOG() << folded.seconds() << " " << unfolded.seconds();
  RC_ASSERT(std::abs(folded.seconds() / unfolded.seconds() - 1.0) < 5e-3);
}

RC_GTEST_PROP(StepFlows, PartsAddUpToTheStep, ()) {
  const Calibration calibration = fixtures::calibration();
  const StepInputs inputs = small_step();
  const Fabric fabric = random_fabric(nodes_of(inputs), random_kind(), *rc::gen::element(1., 8.));
  const FlowJob job = fixtures::flow_job(fabric, inputs, calibration);
  const bool fold = *rc::gen::arbitrary<bool>();
  const FlowedStep step = fixtures::run_steps(fabric, {job}, {}, {.fold = fold}).step();
  double sum = 0.0;
  for (const Seconds& part : step.breakdown) {
    RC_ASSERT(part.si() >= -1e-9 * step.time.si());
    sum += part.si();
  }
  RC_ASSERT(std::abs(sum / step.time.si() - 1.0) < 1e-9);
}

// Not to the last digit: where one flow is slowed on a spine, another may go faster on a card.
RC_GTEST_PROP(StepFlows, ANarrowerFabricIsNotFaster, ()) {
  const Calibration calibration = fixtures::calibration();
  const StepInputs inputs = small_step();
  const int nodes_per_leaf = 1 << *rc::gen::inRange(0, 3);
  const FabricKind kind = *rc::gen::element(FabricKind::kRailOptimised, FabricKind::kFatTree);
  double before = 0.0;
  for (const double oversubscription : {1.0, 2.0, 4.0, 8.0}) {
    const Fabric fabric = fixtures::flow_fabric(
        fixtures::fabric_plan(kind, nodes_per_leaf, oversubscription), nodes_of(inputs));
    const FlowJob job = fixtures::flow_job(fabric, inputs, calibration);
    const double time = fixtures::run_steps(fabric, {job}).seconds();
    RC_ASSERT(time >= before * (1.0 - 5e-3));
    before = time;
  }
}

RC_GTEST_PROP(StepFlows, TrafficOfOthersDoesNotSpeedAStepUp, ()) {
  const Calibration calibration = fixtures::calibration();
  const StepInputs inputs = small_step();
  const int nodes = std::max(2, nodes_of(inputs));
  const Fabric fabric = random_fabric(nodes, random_kind(), 2.0);
  const FlowJob job = fixtures::flow_job(fabric, inputs, calibration);
  BackgroundTraffic traffic;
  traffic.name = "others";
  const int flows = *rc::gen::inRange(1, 4);
  for (int i = 0; i < flows; ++i) {
    const int from = *rc::gen::inRange(0, nodes);
    const int to = (from + *rc::gen::inRange(1, nodes)) % nodes;
    traffic.transfers.push_back(
        message_pattern(fabric, fabric.accelerator(from, *rc::gen::inRange(0, 8)),
                        fabric.accelerator(to, *rc::gen::inRange(0, 8)), Bytes(1e8)));
  }
  traffic.endless = *rc::gen::arbitrary<bool>();
  const double alone = fixtures::run_steps(fabric, {job}, {}, {.fold = false}).seconds();
  const double beside = fixtures::run_steps(fabric, {job}, {traffic}, {.fold = false}).seconds();
  RC_ASSERT(beside >= alone * (1.0 - 5e-3));
}

RC_GTEST_PROP(StepFlows, WhatGoesUpALineOfTheNetworkComesDown, ()) {
  const Calibration calibration = fixtures::calibration();
  const StepInputs inputs = small_step();
  const Fabric fabric = random_fabric(nodes_of(inputs), random_kind(), 1.0);
  const FlowJob job = fixtures::flow_job(fabric, inputs, calibration);
  const StepFlows folded = step_flows(fabric, {job}, {}, {}, nullptr);
  const StepFlows unfolded = step_flows(fabric, {job}, {}, {.fold = false}, nullptr);
  RC_ASSERT(folded.link_bytes.size() == unfolded.link_bytes.size());
  double up = 0.0, down = 0.0;
  for (std::size_t i = 0; i < folded.link_bytes.size(); ++i) {
    const StepFlows::LinkBytes &a = folded.link_bytes[i], &b = unfolded.link_bytes[i];
    RC_ASSERT(a.link == b.link && a.kind == b.kind && a.bytes == b.bytes);
    const FabricRole from = fabric.vertex(fabric.link(a.link).from).role;
    const FabricRole to = fabric.vertex(fabric.link(a.link).to).role;
    if (from == FabricRole::kCard && to > FabricRole::kCard) up += a.bytes;
    if (to == FabricRole::kCard && from > FabricRole::kCard) down += a.bytes;
  }
  RC_ASSERT(std::abs(up - down) <= 1e-9 * up);
}

}  // namespace
}  // namespace sextant

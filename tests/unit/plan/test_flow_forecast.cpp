#include "src/plan/flow_forecast.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "src/plan/flow_words.h"
#include "src/plan/flowed_phases.h"
#include "src/plan/infeasible.h"
#include "src/plan/phases.h"
#include "tests/support/reference_flows.h"
#include "tests/support/shipped_scenario.h"

namespace sextant::plan {
namespace {

using fixtures::shipped_scenario;
using testing::Contains;
using testing::HasSubstr;

scenario::NetworkPlan network_of(FabricKind kind, int nodes_per_leaf = 32,
                                 double oversubscription = 1.0) {
  scenario::NetworkPlan network;
  network.fabric.value.title = "A fabric";
  network.fabric.value.kind = kind;
  network.fabric.value.nodes_per_leaf.value = nodes_per_leaf;
  network.fabric.value.oversubscription.value = oversubscription;
  return network;
}

FlowQuestion by_reference() {
  FlowQuestion question;
  question.engine = [](const FlowProblem& problem) { return fixtures::reference_flows(problem); };
  return question;
}

/// Llama 3.1 8B on two to eight nodes: a data-parallel ring through all of them.
struct Asked {
  scenario::Scenario scenario;
  PlannedPhase phase;

  explicit Asked(scenario::NetworkPlan network, int nodes = 2)
      : scenario(shipped_scenario("llama3-8b-2xp5.json")) {
    scenario.cluster.nodes = nodes;
    scenario.training.global_batch *= nodes / 2;
    scenario.network = std::move(network);
    phase = plan_phases(scenario).front();
  }
  FlowForecast forecast(FlowQuestion question = by_reference()) const {
    question.checkpoint = phase.campaign.checkpoint;
    return flow_forecast(scenario, phase.main().inputs, phase.main().step, question);
  }
};

TEST(FlowForecast, IsTheReplayOnAFabricThatNeverLimits) {
  const FlowForecast forecast = Asked(network_of(FabricKind::kNonBlocking)).forecast();
  EXPECT_NEAR(forecast.flow / forecast.replay, 1.0, 1e-3);
  EXPECT_TRUE(forecast.differences.empty());
  EXPECT_TRUE(forecast.folded) << forecast.asymmetry;
  EXPECT_FALSE(forecast.kinds.empty());
  Seconds sum;
  for (const Seconds part : forecast.flow_parts) sum += part;
  EXPECT_NEAR(sum / forecast.flow, 1.0, 1e-9);
}

TEST(FlowForecast, CountsHowFullLinksAre) {
  const FlowForecast forecast = Asked(network_of(FabricKind::kNonBlocking)).forecast();
  bool cards = false;
  for (const TierUse& tier : forecast.tiers) {
    EXPECT_GT(tier.links, 0);
    EXPECT_GE(tier.busiest, tier.mean);
    for (const TierUse::Phase& phase : tier.phases) EXPECT_GE(phase.busiest, phase.mean);
    cards = cards || tier.tier == "card to leaf";
  }
  EXPECT_TRUE(cards);
}

TEST(FlowForecast, SaysWhatAThinSpineSlows) {
  // Every hop of a ring over eight nodes on leaves of one goes through the spines.
  const FlowForecast forecast = Asked(network_of(FabricKind::kFatTree, 1, 8.0), 8).forecast();
  EXPECT_GT(forecast.flow, forecast.replay);
  EXPECT_THAT(forecast.differences, Contains(HasSubstr("8:1 oversubscribed")));
}

TEST(FlowForecast, TriesEveryPlacement) {
  scenario::NetworkPlan network = network_of(FabricKind::kRailOptimised, 2, 4.0);
  network.nodes = 16;
  FlowQuestion question = by_reference();
  question.placements = true;
  const FlowForecast forecast = Asked(network, 8).forecast(question);
  ASSERT_EQ(forecast.placements.size(), 6u);
  ASSERT_NE(forecast.best_placement(), nullptr);
  for (const PlacedStep& step : forecast.placements) {
    ASSERT_TRUE(step.time) << step.name << ": " << step.why_not;
    EXPECT_GE(*step.time, *forecast.best_placement()->time);
  }
  EXPECT_EQ(forecast.placements.front().name, "contiguous");
  EXPECT_EQ(*forecast.placements.front().time, forecast.flow);
}

TEST(FlowForecast, KeepsWritesOfCheckpointsApart) {
  scenario::NetworkPlan network = network_of(FabricKind::kNonBlocking);
  network.background.push_back({.kind = scenario::BackgroundKind::kCheckpoint});
  network.background.back().bytes = Bytes(1e12);
  const FlowForecast quiet = Asked(network_of(FabricKind::kNonBlocking)).forecast();
  const FlowForecast forecast = Asked(network).forecast();
  EXPECT_EQ(forecast.flow, quiet.flow);
  ASSERT_TRUE(forecast.beside_checkpoint);
  EXPECT_GE(forecast.beside_checkpoint->time, forecast.flow);
  EXPECT_GE(forecast.beside_checkpoint->slowdown, 0.0);
}

TEST(FlowForecast, SharesWithAnotherJob) {
  scenario::NetworkPlan network = network_of(FabricKind::kFatTree, 1, 4.0);
  network.nodes = 16;
  const Seconds alone = Asked(network, 8).forecast().flow;
  network.background.push_back({.kind = scenario::BackgroundKind::kJob, .nodes = 8});
  const FlowForecast forecast = Asked(network, 8).forecast();
  EXPECT_GE(forecast.flow, alone);
  EXPECT_THAT(forecast.background, Contains("a job on 8 other nodes"));
}

TEST(FlowForecast, FailsAsItsEngineDoes) {
  FlowQuestion question;
  question.engine = [](const FlowProblem&) -> FlowResult { throw run::FlowFailure("no engine"); };
  EXPECT_THROW(Asked(network_of(FabricKind::kNonBlocking)).forecast(question), run::FlowFailure);
}

TEST(FlowedPhases, StretchEveryBatchAlike) {
  Asked asked(network_of(FabricKind::kNonBlocking));
  std::vector<PlannedPhase> phases{asked.phase};
  FlowForecast forecast;
  forecast.replay = asked.phase.main().step.time;
  forecast.flow = 2.0 * forecast.replay;
  forecast.flow_parts = asked.phase.main().step.breakdown;
  forecast.beside_checkpoint = StepBesideCheckpoint{};
  forecast.beside_checkpoint->slowdown = 0.25;
  take_flowed_steps(forecast, phases);
  const PlannedPhase& phase = phases.front();
  EXPECT_EQ(phase.main().step.time, forecast.flow);
  EXPECT_NEAR(phase.main().step.mfu, asked.phase.main().step.mfu / 2, 1e-12);
  EXPECT_EQ(phase.campaign.runs.front().step, phase.batches.front().step.time);
  EXPECT_NEAR(phase.campaign.checkpoint.slowdown, asked.phase.campaign.checkpoint.slowdown + 0.25,
              1e-12);
}

TEST(FlowWords, KnowOversubscription) {
  const scenario::Scenario scenario = shipped_scenario("llama3-8b-2xp5.json");
  const scenario::NetworkPlan network = network_of(FabricKind::kFatTree, 2, 3.0);
  const Fabric fabric =
      make_fabric(*network.fabric, *scenario.cluster.instance, **scenario.cluster.accelerator, 8);
  std::map<std::string, double> found;
  for (Fabric::LinkId link = 0; link < fabric.links(); ++link) {
    found[fabric.tier(link)] = oversubscription_at(fabric, link);
  }
  EXPECT_NEAR(found.at("leaf to spine"), 3.0, 1e-9);
  EXPECT_NEAR(found.at("spine to leaf"), 3.0, 1e-9);
  EXPECT_NEAR(found.at("card to leaf"), 1.0, 1e-9);
}

}  // namespace
}  // namespace sextant::plan

#include "src/plan/variation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src/plan/infeasible.h"
#include "src/plan/phases.h"
#include "tests/support/shipped_scenario.h"

namespace sextant::plan {
namespace {

using fixtures::shipped_scenario;
using scenario::Scenario;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class VariationTest : public testing::Test {
 protected:
  VariedScenario vary(const Scenario& scenario, const Variation& variation) {
    return varied(scenario, variation, catalogue_);
  }
  std::string failure(const Scenario& scenario, const Variation& variation) {
    try {
      vary(scenario, variation);
    } catch (const io::InputError& error) {
      return error.what();
    }
    return "";
  }

  catalog::Catalogue catalogue_{SEXTANT_SOURCE_DIR "/models"};
};

TEST_F(VariationTest, TakesTheAcceleratorAlong) {
  const auto [scenario, notes] =
      vary(shipped_scenario("llama3-8b-2xp5.json"), {.instance = "p4de.24xlarge", .nodes = 3});
  EXPECT_EQ(scenario.cluster.instance->name, "p4de.24xlarge");
  EXPECT_EQ((*scenario.cluster.accelerator)->name, "a100-80gb");
  EXPECT_EQ(scenario.cluster.nodes, 3);
  EXPECT_THAT(notes, Contains(HasSubstr("seen on nodes with h100")));
}

TEST_F(VariationTest, WithoutAnyChangeTheScenarioStaysAsItIs) {
  const Scenario before = shipped_scenario("bert-large-trn1.json");
  const auto [scenario, notes] =
      vary(before, {.instance = "trn1.32xlarge", .nodes = before.cluster.nodes});
  EXPECT_THAT(notes, IsEmpty());
  EXPECT_EQ(scenario.training.software.framework, "neuronx");
  EXPECT_EQ(scenario.cluster.instance.base, before.cluster.instance.base);
}

TEST_F(VariationTest, SoftwareFollowsTheChip) {
  const auto [on_trainium, notes] =
      vary(shipped_scenario("llama3-8b-2xp5.json"), {.instance = "trn1.32xlarge"});
  EXPECT_EQ(on_trainium.training.software.framework, "neuronx");
  EXPECT_THAT(notes, Contains(HasSubstr("neuronx instead of")));

  const auto [on_gpu, gpu_notes] =
      vary(shipped_scenario("bert-large-trn1.json"), {.instance = "p4d.24xlarge"});
  EXPECT_EQ(on_gpu.training.software.framework, "megatron");
  EXPECT_THAT(gpu_notes, Contains(HasSubstr("megatron instead of neuronx")));
}

TEST_F(VariationTest, NeuronHasNeitherCudnnNorCudaGraphs) {
  Scenario before = shipped_scenario("llama3-8b-2xp5.json");
  before.training.software.attention = AttentionKernel::kCudnn;
  before.training.software.cuda_graphs = true;
  const auto [scenario, notes] = vary(before, {.instance = "trn1.32xlarge"});
  EXPECT_EQ(scenario.training.software.attention, AttentionKernel::kFlash2);
  EXPECT_FALSE(scenario.training.software.cuda_graphs);
  EXPECT_THAT(notes, Contains(HasSubstr("CUDA graphs")));
}

TEST_F(VariationTest, PhasesTakePartOnce) {
  Scenario before = shipped_scenario("llama2-7b-2xp5.json");
  for (scenario::PhasePlan& phase : before.training.phases) phase.precision = Precision::kFp8;
  const auto [scenario, notes] = vary(before, {.instance = "p4d.24xlarge"});
  ASSERT_GT(scenario.training.phases.size(), 1U);
  for (const scenario::PhasePlan& phase : scenario.training.phases) {
    EXPECT_EQ(phase.precision, Precision::kBf16);
  }
  EXPECT_EQ(std::count_if(notes.begin(), notes.end(),
                          [](const std::string& note) { return note.starts_with("bf16"); }),
            1);
}

TEST_F(VariationTest, LayoutStaysAndMayNotFit) {
  const Scenario before = shipped_scenario("llama3-405b-p5.json");
  const auto [scenario, notes] = vary(before, {.nodes = 3});
  EXPECT_EQ(scenario.training.phases[0].layout.tensor, before.training.phases[0].layout.tensor);
  EXPECT_THROW(plan_phases(scenario), InfeasiblePlan);
}

TEST_F(VariationTest, DataRanksFollowTheNodes) {
  Scenario before = shipped_scenario("llama3-8b-2xp5.json");
  before.training.layout.data = 16 / before.training.layout.tensor;
  EXPECT_TRUE(vary(before, {.spares = 1}).scenario.training.layout.data.has_value());
  EXPECT_FALSE(vary(before, {.nodes = 4}).scenario.training.layout.data.has_value());
}

TEST_F(VariationTest, TermsBelongToTheirMode) {
  Scenario before = shipped_scenario("llama3-8b-spot-p4d.json");
  before.fleet.spot.emplace();
  const auto [scenario, notes] = vary(before, {.purchase = PurchaseMode::kSavingsPlan});
  EXPECT_EQ(scenario.purchase.mode, PurchaseMode::kSavingsPlan);
  EXPECT_FALSE(scenario.fleet.spot.has_value());
}

TEST_F(VariationTest, RegionAndSpares) {
  Scenario before = shipped_scenario("llama3-8b-2xp5.json");
  before.fleet.spares_for = 0.9;
  before.fleet.spares = 0;
  const auto [scenario, notes] = vary(before, {.spares = 2, .region = "us-west-2"});
  EXPECT_EQ((*scenario.cluster.region)->name, "us-west-2");
  EXPECT_EQ(scenario.fleet.spares, 2);
  EXPECT_FALSE(scenario.fleet.spares_for.has_value());
}

TEST_F(VariationTest, TargetsNameTheirTiers) {
  const Scenario before = shipped_scenario("fsx-against-s3-bucket.json");
  ASSERT_FALSE(before.checkpoint.target.empty());
  const std::string store = before.checkpoint.target.back();
  const auto [tiers, notes] =
      vary(before, {.checkpoint_target = std::vector<std::string>{"nvme", store}});
  ASSERT_EQ(tiers.checkpoint.faster.size(), 1U);
  EXPECT_EQ(tiers.checkpoint.faster[0].medium, CheckpointMedium::kNvme);
  const auto [alone, no_notes] =
      vary(tiers, {.checkpoint_target = std::vector<std::string>{store}});
  EXPECT_THAT(alone.checkpoint.faster, IsEmpty());
  EXPECT_THAT(failure(before, {.checkpoint_target = std::vector<std::string>{}}),
              HasSubstr("found no target"));
}

TEST_F(VariationTest, SaysWhatCannotBeTogether) {
  const Scenario before = shipped_scenario("llama3-8b-2xp5.json");
  EXPECT_THAT(failure(before, {.instance = "p5.48xlrge"}),
              HasSubstr("did you mean \"p5.48xlarge\"?"));
  EXPECT_THAT(failure(before, {.instance = "c7g.16xlarge"}), HasSubstr("no accelerators"));
  EXPECT_THAT(failure(before, {.region = "eu-central-9"}), HasSubstr("did you mean"));
  EXPECT_THAT(failure(before, {.nodes = 0}), HasSubstr("found 0 nodes, expected 1"));
  EXPECT_THAT(failure(before, {.checkpoint_target = std::vector<std::string>{"tape"}}),
              HasSubstr("expected one of the scenario's stores"));
  EXPECT_THAT(failure(before, {.instance = "inf2.48xlarge"}), HasSubstr("no coefficients"));
}

}  // namespace
}  // namespace sextant::plan

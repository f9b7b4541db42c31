#include <gtest/gtest.h>

#include "src/plan/plan.h"
#include "src/scenario/read_scenario.h"

namespace sextant::plan {
namespace {

/// The small scenario on chips of two devices each, all in one link domain of two boxes.
scenario::Scenario on_twins() {
  const std::string data = SEXTANT_SOURCE_DIR "/tests/data/";
  catalog::Catalogue catalogue(data + "models");
  scenario::Scenario scenario = scenario::read_scenario(data + "good/small.json", catalogue);
  const Coefficient<int> two{2, "test", "2026", Method::kAssumed, std::nullopt};
  const Coefficient<int> eight{8, "test", "2026", Method::kAssumed, std::nullopt};
  scenario.cluster.accelerator->value.devices = two;
  scenario.cluster.instance.value.link_domain = eight;
  return scenario;
}

TEST(Devices, ARankDrivesOneOfAnAcceleratorsDevices) {
  const scenario::Scenario scenario = on_twins();
  EXPECT_EQ(scenario.cluster.accelerators(), 16);
  EXPECT_EQ(scenario.cluster.ranks(), 32);
  const StepInputs inputs = step_inputs_of(scenario);
  EXPECT_EQ(inputs.accelerators, 32);
  EXPECT_EQ(inputs.node.accelerators, 8);
  EXPECT_EQ(inputs.node.linked(), 16);
  const Accelerator& chip = **scenario.cluster.accelerator;
  EXPECT_EQ(2.0 * inputs.node.accelerator.memory.value, chip.memory.value);
  EXPECT_EQ(2.0 * inputs.node.accelerator.peak_16bit.value, chip.peak_16bit.value);
}

TEST(Devices, TheWorkOfOneAcceleratorIsThatOfItsDevices) {
  const PlanResult result = make_plan(on_twins());
  EXPECT_EQ(result.step.accelerators, 32);
  EXPECT_EQ(result.campaign.nodes, 4);
}

}  // namespace
}  // namespace sextant::plan

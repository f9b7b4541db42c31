#include "src/plan/step_changes.h"

#include <gtest/gtest.h>

#include "sextant/training/step_model.h"
#include "tests/support/measured_node.h"
#include "tests/support/step_fixtures.h"

namespace sextant::plan {
namespace {

/// Four nodes whose collectives are measured.
StepInputs measured_inputs() {
  StepInputs inputs = fixtures::inputs(32);
  inputs.node.platform = "box";
  inputs.layout.tensor = 4;
  inputs.software.data_overlap = false;
  return inputs;
}

Calibration measured_calibration() {
  Calibration calibration = fixtures::calibration();
  calibration.collectives["box"] = measured_node();
  return calibration;
}

const FasterHardware& with(const std::vector<FasterHardware>& all, const std::string& part) {
  for (const FasterHardware& faster : all) {
    if (faster.change.find(part) != std::string::npos) return faster;
  }
  ADD_FAILURE() << "nothing with " << part;
  return all.front();
}

TEST(FasterHardware, ANetworkTwiceAsFastHalvesWhatWasMeasuredButTheLatency) {
  const auto all = faster_hardware(measured_inputs(), measured_calibration());
  const CollectiveCoefficients before = measured_node();
  const CollectiveCoefficients& after = with(all, "network").calibration.collectives.at("box");
  const Seconds latency = before.ring.points.front().time;
  EXPECT_EQ(after.ring.points.front().time, latency);
  EXPECT_DOUBLE_EQ((after.ring.points.back().time - latency).si(),
                   0.5 * (before.ring.points.back().time - latency).si());
  EXPECT_EQ(after.tree.bandwidth.value, 2.0 * before.tree.bandwidth.value);
  EXPECT_EQ(after.node_ring.points.back().time, before.node_ring.points.back().time);
}

TEST(FasterHardware, MeasuredStepsGetFasterToo) {
  const Seconds now = forecast_step(measured_inputs(), measured_calibration()).time;
  for (const FasterHardware& faster : faster_hardware(measured_inputs(), measured_calibration())) {
    EXPECT_LT(forecast_step(faster.inputs, faster.calibration).time, now) << faster.change;
  }
}

TEST(Choices, TheNumberOfDataParallelRanksFollows) {
  StepInputs inputs = fixtures::inputs(8);
  inputs.layout.data = 8;
  for (const ChangedStep& changed : choices(inputs)) {
    EXPECT_FALSE(changed.inputs.layout.data) << changed.change;
  }
}

}  // namespace
}  // namespace sextant::plan

#include "src/plan/simulate.h"

#include <gtest/gtest.h>

namespace sextant::plan {
namespace {

ForecastInputs uncertain_run() {
  ForecastInputs inputs;
  inputs.campaign.nodes = 8;
  inputs.campaign.step_log_spread = 0.05;
  inputs.campaign.phases = {steady_phase(Seconds(10), 10'000, {.write = kMinute})};
  inputs.campaign.interval = kHour;
  inputs.campaign.failures.node_life.value = 30.0 * kDay;
  inputs.campaign.fleet.spares = 1;
  inputs.replicas = 50;
  inputs.seed = 1;
  return inputs;
}

TEST(Simulate, AddsReplicasUntilTheMeanIsKnown) {
  ForecastInputs inputs = uncertain_run();
  inputs.tolerance = 0.005;  // 5 % of spread: about (1.96 · 5 / 0.5)² = 384 replicas
  const Forecast enough = forecast(inputs);
  EXPECT_EQ(enough.replicas % 50, 0);
  EXPECT_NEAR(static_cast<double>(enough.replicas), 400, 150);
  EXPECT_LE(enough.precision(), 0.005);
  // As if they had been asked for.
  inputs.tolerance.reset();
  inputs.replicas = enough.replicas;
  EXPECT_EQ(forecast(inputs).digest, enough.digest);
  inputs.replicas = enough.replicas - 50;
  EXPECT_GT(forecast(inputs).precision(), 0.005);
}

TEST(Simulate, StopsAtTheMost) {
  ForecastInputs inputs = uncertain_run();
  inputs.tolerance = 1e-5;
  inputs.max_replicas = 120;
  EXPECT_EQ(forecast(inputs).replicas, 120);
}

TEST(Simulate, IsTheSameAtAnyNumberOfThreads) {
  ForecastInputs inputs = uncertain_run();
  inputs.tolerance = 0.008;
  const Forecast one = forecast(inputs, {.threads = 1});
  const Forecast three = forecast(inputs, {.threads = 3});
  EXPECT_EQ(one.replicas, three.replicas);
  EXPECT_EQ(one.digest, three.digest);
}

}  // namespace
}  // namespace sextant::plan

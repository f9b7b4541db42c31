#include "calibrate/fit/step_fit.h"

#include <gtest/gtest.h>

#include <cmath>

#include "calibrate/fit/coefficient_collector.h"
#include "sextant/training/step_model.h"
#include "tests/support/step_fixtures.h"

namespace sextant::fit {
namespace {

Calibration with_ranges() {
  Calibration calibration = fixtures::calibration();
  ComputeCoefficients& chip = calibration.accelerators["chip"];
  chip.gemm_16bit.range = {0.6, 0.95};
  chip.memory.range = {0.7, 0.95};
  calibration.fabrics["net"].efficiency.range = {0.5, 0.98};
  calibration.fabrics["other"] = calibration.fabrics["net"];
  return calibration;
}

/// Steps of several shapes, "measured" with the given calibration.
std::vector<MeasuredStep> steps_measured_with(const Calibration& truth) {
  std::vector<MeasuredStep> steps;
  for (int ranks : {1, 8, 64, 256}) {
    for (int hidden : {1024, 4096, 8192}) {
      StepInputs inputs = fixtures::inputs(ranks);
      inputs.model.hidden = hidden;
      inputs.software.data_overlap = false;
      steps.push_back({inputs, forecast_step(inputs, truth).time, std::to_string(hidden)});
    }
  }
  return steps;
}

TEST(CoefficientCollector, FindsWhatHasARange) {
  Calibration calibration = with_ranges();
  std::vector<std::string> paths;
  for (const Parameter& p : CoefficientCollector::collect(calibration)) paths.push_back(p.path);
  EXPECT_EQ(paths,
            (std::vector<std::string>{"/accelerators/chip/gemm_16bit", "/accelerators/chip/memory",
                                      "/fabrics/net/efficiency", "/fabrics/other/efficiency"}));
}

TEST(StepFit, RecoversTheCoefficientsThatMadeTheRows) {
  Calibration truth = with_ranges();
  truth.accelerators["chip"].gemm_16bit.value = 0.71;
  truth.accelerators["chip"].memory.value = 0.78;
  truth.fabrics["net"].efficiency.value = 0.62;
  StepFitOptions options;
  options.noise = 1e-4;   // exact rows: the prior must not count …
  options.outlier = 1e9;  // … and no row is an outlier
  options.source = "a test";
  const Calibration prior = with_ranges();
  const StepFit fit = fit_steps(prior, prior, steps_measured_with(truth), options);
  const ComputeCoefficients& chip = fit.calibration.accelerators.at("chip");
  EXPECT_NEAR(chip.gemm_16bit.value, 0.71, 1e-3);
  EXPECT_NEAR(chip.memory.value, 0.78, 1e-3);
  EXPECT_NEAR(fit.calibration.fabrics.at("net").efficiency.value, 0.62, 1e-3);
  EXPECT_EQ(fit.parameters, 3);
  EXPECT_EQ(chip.gemm_16bit.method, Method::kFitted);
  EXPECT_EQ(chip.gemm_16bit.source, "a test; prior: test");
  // The range is now what the rows leave open.
  EXPECT_LT((*chip.gemm_16bit.range)[1] - (*chip.gemm_16bit.range)[0], 0.01);
}

TEST(StepFit, WhatNoRowDependsOnStaysAsItWas) {
  const Calibration prior = with_ranges();
  Calibration truth = prior;
  truth.fabrics["net"].efficiency.value = 0.62;
  const StepFit fit = fit_steps(prior, prior, steps_measured_with(truth), {});
  const Coefficient<double>& other = fit.calibration.fabrics.at("other").efficiency;
  EXPECT_EQ(other.value, prior.fabrics.at("other").efficiency.value);
  EXPECT_EQ(other.source, "test");
  EXPECT_EQ(other.range, prior.fabrics.at("other").efficiency.range);
}

TEST(StepFit, OneWrongRowMovesLittle) {
  const Calibration prior = with_ranges();
  std::vector<MeasuredStep> steps = steps_measured_with(prior);
  steps.front().time *= 10.0;
  const StepFit fit = fit_steps(prior, prior, steps, {});
  EXPECT_NEAR(fit.calibration.accelerators.at("chip").gemm_16bit.value / 0.8, 1.0, 0.08);
}

// A group that is left out must not speak: its fit is the one of the other rows alone, and not
// that of all rows where the search begins.
TEST(StepFit, LeavingOutForgetsTheGroup) {
  Calibration slow = with_ranges();
  slow.accelerators["chip"].gemm_16bit.value = 0.65;
  const Calibration prior = with_ranges();
  std::vector<MeasuredStep> steps = steps_measured_with(prior);
  for (MeasuredStep& step : steps) {
    if (step.group == "8192") step.time = forecast_step(step.inputs, slow).time;
  }
  StepFitOptions options;
  const StepFit full = fit_steps(prior, prior, steps, options);
  const auto left_out = fit_leaving_out(prior, full.calibration, steps, options);
  ASSERT_EQ(left_out.size(), 3u);
  std::vector<MeasuredStep> others;
  for (const MeasuredStep& step : steps) {
    if (step.group != "8192") others.push_back(step);
  }
  const StepFit alone = fit_steps(prior, prior, others, options);
  const double gemm = left_out.at("8192").accelerators.at("chip").gemm_16bit.value;
  EXPECT_NEAR(gemm, alone.calibration.accelerators.at("chip").gemm_16bit.value, 1e-3);
  EXPECT_GT(gemm, full.calibration.accelerators.at("chip").gemm_16bit.value + 0.01);
}

TEST(DomainOf, CoversTheRows) {
  const FittedDomain domain = domain_of(steps_measured_with(with_ranges()));
  EXPECT_EQ(domain.accelerators, std::vector<std::string>{"chip/16bit"});
  EXPECT_EQ(domain.fabrics, std::vector<std::string>{"net"});
  EXPECT_EQ(domain.ranks, (std::array<double, 2>{1, 256}));
  EXPECT_EQ(domain.hidden, (std::array<double, 2>{1024, 8192}));
}

}  // namespace
}  // namespace sextant::fit

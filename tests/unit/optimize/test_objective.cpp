#include "src/optimize/objective.h"

#include <gtest/gtest.h>

namespace sextant::optimize {
namespace {

plan::Forecast two_replicas() {
  plan::Forecast forecast;
  forecast.replicas = 2;
  forecast.samples.wall_time_s = Sample({3600, 7200});
  forecast.samples.cost_usd = Sample({100, 300});
  forecast.samples.energy_j = Sample({3.6e9, 7.2e9});
  forecast.energy_j = forecast.samples.energy_j->summary();
  forecast.co2e_kg = {.location = Sample({300, 600}).summary(), .market = {}};
  return forecast;
}

std::vector<double> numbers(const std::optional<Sample>& sample) {
  return {sample->numbers().begin(), sample->numbers().end()};
}

TEST(Objective, OneQuantityInItsOwnUnit) {
  const plan::Forecast forecast = two_replicas();
  EXPECT_EQ(numbers(values_of(Objective{}, forecast)), (std::vector<double>{100, 300}));
  EXPECT_EQ(numbers(values_of(Objective{{{Quantity::kTime}}}, forecast)),
            (std::vector<double>{3600, 7200}));
  // Of every replica by its energy.
  EXPECT_EQ(numbers(values_of(Objective{{{Quantity::kCo2e}}}, forecast)),
            (std::vector<double>{300, 600}));
}

TEST(Objective, ASumIsInMoney) {
  const Objective objective{{{Quantity::kCost, 1},
                             {Quantity::kTime, 50},     // an hour
                             {Quantity::kEnergy, 10},   // a MWh
                             {Quantity::kCo2e, 100}}};  // a tonne
  const std::vector<double> sums = numbers(values_of(objective, two_replicas()));
  EXPECT_DOUBLE_EQ(sums[0], 100 + 50 + 10 + 30);
  EXPECT_DOUBLE_EQ(sums[1], 300 + 100 + 20 + 60);
}

TEST(Objective, WhatTheForecastLacksIsAbsent) {
  plan::Forecast forecast = two_replicas();
  forecast.samples.cost_usd.reset();
  EXPECT_FALSE(values_of(Objective{}, forecast));
  EXPECT_FALSE(values_of(Objective{{{Quantity::kTime, 1}, {Quantity::kCost, 1}}}, forecast));
}

}  // namespace
}  // namespace sextant::optimize

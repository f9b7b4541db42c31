#include "sextant/ledger/accounts.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sextant/ledger/power.h"

namespace sextant {
namespace {

constexpr double kSecondsPerHour = 3600;

UsageInterval hours(NodeState state, double length_h, std::int64_t nodes) {
  return {.entity = UsageEntity{1},
          .state = state,
          .from_ns = 0,
          .to_ns = std::llround(length_h * kSecondsPerHour * 1e9),
          .nodes = nodes};
}

PowerCurve constant_power(double watts) {
  PowerCurve curve;
  curve.idle.value = curve.half.value = curve.full.value = Watts(watts);
  return curve;
}

Region region_of(double pue, double grams_per_kwh) {
  Region region;
  region.pue.value = pue;
  GridFactor factor;
  factor.set = "test";
  factor.intensity.value = GramsCo2ePerJoule(grams_per_kwh / 3.6e6);
  region.location_based.push_back(factor);
  return region;
}

// GPT-3: 10,000 V100 for 14.8 days at 330 W each and PUE 1.10: 1,289 MWh, 553 t at 429 g/kWh
// (Patterson et al. 2021 print 1,287 and 552). Here as 1,250 nodes of eight.
TEST(Energy, OfGpt3) {
  UsageTotals usage;
  usage.add(hours(NodeState::kTraining, 14.8 * 24, 1250));
  const Region region = region_of(1.10, 429);
  const Joules joules = energy(usage, constant_power(8 * 330), region.pue);
  EXPECT_NEAR(joules.si() / 3.6e9, 1289, 1);
  EXPECT_NEAR(emissions(joules, region, "").location.si() / 1e6, 553, 1);
}

TEST(Energy, DependsOnTheState) {
  PowerCurve curve;
  curve.idle.value = Watts(1500);
  curve.half.value = Watts(4000);
  curve.full.value = Watts(8000);
  for (const auto& [state, name] : EnumNames<NodeState>::table) {
    UsageTotals usage;
    usage.add(hours(state, 1, 1));
    const double expected = node_power(curve, state).si() * kSecondsPerHour * 1.2;
    EXPECT_NEAR(energy(usage, curve, 1.2).si(), expected, 1e-6) << name;
  }
  EXPECT_EQ(node_power(curve, NodeState::kTraining).si(), 8000);
  EXPECT_EQ(node_power(curve, NodeState::kTrainingLost).si(), 8000);
  EXPECT_EQ(node_power(curve, NodeState::kDetecting).si(), 4000);
  EXPECT_EQ(node_power(curve, NodeState::kSpare).si(), 1500);
}

TEST(Emissions, OfTheMarketFallBackToTheGrid) {
  Region region = region_of(1.1, 400);
  const Joules megawatt_hour(3.6e9);
  EXPECT_NEAR(emissions(megawatt_hour, region, "test").market.si(), 4e5, 1e-6);
  region.market_based = Coefficient<GramsCo2ePerJoule>{};
  EXPECT_EQ(emissions(megawatt_hour, region, "test").market.si(), 0.0);
  EXPECT_NEAR(emissions(megawatt_hour, region, "test").location.si(), 4e5, 1e-6);
}

TEST(Region, FindsAFactorSetByName) {
  Region region = region_of(1.1, 400);
  GridFactor other;
  other.set = "other";
  region.location_based.push_back(other);
  EXPECT_EQ(region.factor("")->set, "test");
  EXPECT_EQ(region.factor("other")->set, "other");
  EXPECT_EQ(region.factor("none"), nullptr);
}

TEST(Energy, IsTheSumOverStates) {
  PowerCurve curve;
  curve.idle.value = Watts(1500);
  curve.half.value = Watts(4000);
  curve.full.value = Watts(8000);
  UsageTotals usage;
  usage.add(hours(NodeState::kTraining, 10, 4));
  usage.add(hours(NodeState::kDetecting, 2, 4));
  usage.add(hours(NodeState::kSpare, 12, 1));
  const EnergyByState states = energy_by_state(usage, curve, 1.25);
  const auto kwh = [&](NodeState state) {
    return states[static_cast<std::size_t>(state)].si() / 3.6e6;
  };
  EXPECT_NEAR(kwh(NodeState::kTraining), 1.25 * 40 * 8, 1e-9);
  EXPECT_NEAR(kwh(NodeState::kDetecting), 1.25 * 8 * 4, 1e-9);
  EXPECT_NEAR(kwh(NodeState::kSpare), 1.25 * 12 * 1.5, 1e-9);
  EXPECT_EQ(kwh(NodeState::kRepair), 0.0);
  Joules sum;
  for (const Joules joules : states) sum += joules;
  EXPECT_EQ(sum, energy(usage, curve, 1.25));
}

// Water is counted per kWh of the computers, without the overhead of the building.
TEST(Water, FollowsTheComputersEnergy) {
  EXPECT_NEAR(water_litres(Joules(1.2 * 3.6e9), 1.2, 0.5), 500, 1e-9);
}

// BLOOM: 48 servers of eight A100, 1,082,990 GPU hours; a server of 2,500 kg with GPUs of 150 kg
// each over six years at 85 % use: 11.2 t (Luccioni et al., arXiv 2211.02001).
TEST(Embodied, OfBloom) {
  UsageTotals usage;
  usage.add(hours(NodeState::kTraining, 1'082'990.0 / 384, 48));
  Embodied embodied;
  embodied.mass.value = GramsCo2e(1e3 * (2500 + 8 * 150));
  embodied.life.value = 6.0 * 365 * 24 * 0.85 * kHour;
  EXPECT_NEAR(1e-6 * embodied_emissions(usage, embodied).si(), 11.2, 0.02);
}

}  // namespace
}  // namespace sextant

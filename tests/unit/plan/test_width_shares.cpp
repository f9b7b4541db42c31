#include "src/plan/width_shares.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sextant/kernel/distributions.h"

namespace sextant::plan {
namespace {

/// Wall times that depend in a known way on what was drawn.
std::vector<DrawnOutcome> drawn(double by_step, double by_rate, double by_recovery,
                                double by_chance) {
  std::vector<DrawnOutcome> replicas;
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    RandomStream stream(1, "test", i);
    const double z = draw_normal(stream);
    const double rate = draw_gamma(stream, 4.0) / 4.0;
    const double recovery = draw_normal(stream);
    replicas.push_back({.step_factor = std::exp(0.1 * z),
                        .rate_factor = rate,
                        .recovery_score = recovery,
                        .wall_time_s = 1000 + by_step * z + by_rate * 2 * (rate - 1) +
                                       by_recovery * recovery + by_chance * draw_normal(stream)});
  }
  return replicas;
}

TEST(WidthShares, AreTheSharesOfTheVariance) {
  // (rate - 1) has variance 1/4, so each of the four terms has its factor's square.
  const WidthShares shares = width_shares(drawn(3, 2, 2, 1));
  EXPECT_NEAR(shares.step_time, 9.0 / 18, 0.02);
  EXPECT_NEAR(shares.failure_rate, 4.0 / 18, 0.02);
  EXPECT_NEAR(shares.recovery, 4.0 / 18, 0.02);
  EXPECT_NEAR(shares.chance, 1.0 / 18, 0.01);
  EXPECT_NEAR(shares.step_time + shares.failure_rate + shares.recovery + shares.chance, 1.0, 1e-12);
}

TEST(WidthShares, OfChanceAlone) {
  std::vector<DrawnOutcome> replicas = drawn(0, 0, 0, 1);
  for (DrawnOutcome& replica : replicas) {
    replica.step_factor = replica.rate_factor = 1;
    replica.recovery_score = 0;
  }
  const WidthShares shares = width_shares(replicas);
  EXPECT_NEAR(shares.chance, 1.0, 1e-9);
}

TEST(WidthShares, OfNothingAreNothing) {
  const WidthShares shares = width_shares({{1, 1, 0, 10}, {1, 1, 0, 10}});
  EXPECT_EQ(shares.step_time + shares.failure_rate + shares.recovery + shares.chance, 0.0);
}

}  // namespace
}  // namespace sextant::plan

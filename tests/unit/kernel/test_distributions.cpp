// Known answers: what is drawn by inversion equals the formula in long double; the rest is pinned.
// Moments and shapes are tested in tests/property/kernel/test_distribution_shapes.cpp.

#include "sextant/kernel/distributions.h"

#include <gtest/gtest.h>

#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <vector>

#include "sextant/kernel/discrete_distribution.h"
#include "sextant/kernel/empirical_distribution.h"

namespace sextant {
namespace {

constexpr int kDraws = 10'000;

/// The value of draw_uniform_open for the draws of the stream "known", as an exact number.
long double open_uniform(RandomStream& stream) {
  return (static_cast<long double>(stream.next() >> 12) + 0.5L) * 0x1p-52L;
}

/// Draws follow `formula` of the uniform numbers of the same stream, to a relative error.
template <class Draw, class Formula>
void expect_inversion(Draw draw, Formula formula, double relative_error) {
  RandomStream drawn(3, "known");
  RandomStream bits(3, "known");
  for (int i = 0; i < kDraws; ++i) {
    const long double wanted = formula(open_uniform(bits));
    const double got = draw(drawn);
    ASSERT_NEAR(got, static_cast<double>(wanted),
                relative_error * std::fabs(static_cast<double>(wanted)))
        << "draw " << i;
  }
  EXPECT_EQ(drawn.draws(), bits.draws());
}

TEST(Uniform, HasTheFirstKnownAnswers) {
  RandomStream stream(3, "known");
  RandomStream bits(3, "known");
  for (int i = 0; i < kDraws; ++i) {
    const double u = draw_uniform(stream);
    ASSERT_EQ(u, std::ldexp(static_cast<double>(bits.next() >> 11), -53));
    ASSERT_GE(u, 0.0);
    ASSERT_LT(u, 1.0);
  }
}

TEST(UniformOpen, ExcludesItsEnds) {
  EXPECT_GT((static_cast<double>(0) + 0.5) * 0x1p-52, 0.0);
  EXPECT_LT((static_cast<double>(~0ULL >> 12) + 0.5) * 0x1p-52, 1.0);
  expect_inversion(
      draw_uniform_open, [](long double u) { return u; }, 0.0);
}

TEST(Exponential, IsMinusLogU) {
  expect_inversion(
      draw_exponential, [](long double u) { return -std::log(u); }, 2.3e-16);
}

TEST(Weibull, IsAPowerOfAnExponential) {
  for (const double shape : {0.3, 0.7, 1.0, 3.0}) {
    expect_inversion([&](RandomStream& s) { return draw_weibull(s, shape); },
                     [&](long double u) { return std::pow(-std::log(u), 1.0L / shape); }, 1e-14);
  }
}

TEST(Weibull, ResidualAddsToTheHazardSpent) {
  const double shape = 0.7;
  for (const double age : {0.0, 0.01, 1.0, 50.0}) {
    const auto formula = [&](long double u) {
      const long double spent = std::pow(static_cast<long double>(age), 0.7L);
      return std::pow(spent - std::log(u), 1.0L / 0.7L) - age + age;
    };
    expect_inversion([&](RandomStream& s) { return draw_weibull_residual(s, shape, age) + age; },
                     formula, 1e-14);
  }
}

TEST(Normal, IsTheInverseOfItsDistribution) {
  expect_inversion(
      draw_normal, [](long double u) { return -std::sqrt(2.0L) * boost::math::erfc_inv(2.0L * u); },
      1e-14);
}

TEST(Normal, QuantileReachesFarTails) {
  for (const long double p : {1e-300L, 1e-100L, 1e-17L, 1e-8L, 0.0749999L, 0.075L, 0.3L, 0.5L}) {
    const double p_double = static_cast<double>(p);
    const long double wanted =
        -std::sqrt(2.0L) * boost::math::erfc_inv(2.0L * static_cast<long double>(p_double));
    EXPECT_NEAR(normal_quantile(p_double), static_cast<double>(wanted),
                1e-15 * std::fabs(static_cast<double>(wanted)))
        << p_double;
  }
  EXPECT_EQ(normal_quantile(0.25), -normal_quantile(0.75));
}

TEST(Lognormal, IsExpOfANormal) {
  const auto normal = [](long double u) {
    return -std::sqrt(2.0L) * boost::math::erfc_inv(2.0L * u);
  };
  expect_inversion([](RandomStream& s) { return draw_lognormal(s, 0.5); },
                   [&](long double u) { return std::exp(0.5L * normal(u)); }, 1e-14);
  expect_inversion([](RandomStream& s) { return draw_lognormal_mu(s, 2.0, 0.5); },
                   [&](long double u) { return std::exp(2.0L + 0.5L * normal(u)); }, 1e-14);
  expect_inversion([](RandomStream& s) { return draw_lognormal_mean_one(s, 0.5); },
                   [&](long double u) { return std::exp(0.5L * normal(u) - 0.125L); }, 1e-14);
}

TEST(WeibullMean, IsAGammaFunction) {
  EXPECT_NEAR(weibull_mean(1.0), 1.0, 1e-14);
  EXPECT_NEAR(weibull_mean(0.5), 2.0, 1e-14);
  EXPECT_NEAR(weibull_mean(2.0), std::sqrt(M_PI) / 2, 1e-14);
  EXPECT_NEAR(weibull_mean(0.7), std::tgamma(1 + 1 / 0.7), 1e-14);
}

TEST(DrawIndex, CoversItsRangeEvenly) {
  RandomStream stream(3, "index");
  std::vector<int> counts(7);
  for (int i = 0; i < 70'000; ++i) ++counts[draw_index(stream, 7)];
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 400);
  EXPECT_EQ(draw_index(stream, 1), 0u);
  EXPECT_DEATH((void)draw_index(stream, 0), "below zero");
}

TEST(Poisson, KnowsItsLimits) {
  RandomStream stream(3, "poisson");
  EXPECT_EQ(draw_poisson(stream, 0.0), 0);
  EXPECT_DEATH((void)draw_poisson(stream, -1.0), "Poisson mean");
  EXPECT_DEATH((void)draw_poisson(stream, 1e10), "Poisson mean");
}

TEST(Gamma, RefusesAShapeOfZero) {
  RandomStream stream(3, "gamma");
  EXPECT_DEATH((void)draw_gamma(stream, 0.0), "gamma shape");
}

TEST(Discrete, GoesByCumulativeWeight) {
  const std::vector<double> weights{0.0, 1.0, 0.0, 3.0, 0.0};
  const DiscreteDistribution discrete(weights);
  EXPECT_EQ(discrete.at(0.0), 1u);
  EXPECT_EQ(discrete.at(0.2499), 1u);
  EXPECT_EQ(discrete.at(0.25), 3u);
  EXPECT_EQ(discrete.at(0.9999999999999999), 3u);
  EXPECT_EQ(discrete.probability(3), 0.75);
  EXPECT_EQ(discrete.probability(4), 0.0);
}

TEST(Discrete, RefusesWeightsThatAreNone) {
  EXPECT_DEATH(DiscreteDistribution(std::vector<double>{}), "sum 0");
  EXPECT_DEATH(DiscreteDistribution(std::vector<double>{1.0, -1.0}), "weight -1");
  EXPECT_DEATH(DiscreteDistribution(std::vector<double>{1.0, INFINITY}), "sum inf");
}

TEST(Empirical, IsLinearBetweenItsQuantiles) {
  using Quantile = EmpiricalDistribution::Quantile;
  const EmpiricalDistribution repair(
      std::vector<Quantile>{{0.0, 1.0}, {0.5, 2.0}, {0.9, 10.0}, {1.0, 100.0}});
  EXPECT_DOUBLE_EQ(repair.quantile(0.0), 1.0);
  EXPECT_DOUBLE_EQ(repair.quantile(0.25), 1.5);
  EXPECT_DOUBLE_EQ(repair.quantile(0.5), 2.0);
  EXPECT_DOUBLE_EQ(repair.quantile(0.7), 6.0);
  EXPECT_DOUBLE_EQ(repair.quantile(1.0), 100.0);
  EXPECT_DOUBLE_EQ(repair.mean(), 0.5 * 1.5 + 0.4 * 6.0 + 0.1 * 55.0);
}

TEST(Empirical, RefusesATableThatDoesNotRise) {
  using Quantile = EmpiricalDistribution::Quantile;
  EXPECT_DEATH(EmpiricalDistribution(std::vector<Quantile>{{0.0, 1.0}, {0.9, 2.0}}), "0 to 1");
  EXPECT_DEATH(EmpiricalDistribution(std::vector<Quantile>{{0.0, 1.0}, {1.0, 0.5}}), "quantile 1");
}

}  // namespace
}  // namespace sextant

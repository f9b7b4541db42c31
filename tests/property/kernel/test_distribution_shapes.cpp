// Shapes of the distributions, at fixed seeds: mean and variance within 4.5 standard errors, and
// the Kolmogorov-Smirnov distance to the distribution function, or chi-squared for counts, below
// what one seed in a thousand exceeds.

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "sextant/kernel/discrete_distribution.h"
#include "sextant/kernel/distributions.h"
#include "sextant/kernel/empirical_distribution.h"
#include "sextant/kernel/running_moments.h"

namespace sextant {
namespace {

constexpr int kDraws = 100'000;

struct Shape {
  std::string name;
  std::function<double(RandomStream&)> draw;
  std::function<double(double)> distribution;  ///< P(X <= x)
  double mean;
  double variance;
};

Shape exponential() {
  return {"exponential", draw_exponential, [](double x) { return -std::expm1(-x); }, 1.0, 1.0};
}

Shape weibull(double shape) {
  const double mean = std::tgamma(1 + 1 / shape);
  return {"weibull", [=](RandomStream& s) { return draw_weibull(s, shape); },
          [=](double x) { return -std::expm1(-std::pow(x, shape)); }, mean,
          std::tgamma(1 + 2 / shape) - mean * mean};
}

Shape normal() {
  return {"normal", draw_normal,
          [](double x) { return boost::math::cdf(boost::math::normal(), x); }, 0.0, 1.0};
}

Shape lognormal(double sigma) {
  const double mean = std::exp(sigma * sigma / 2);
  return {"lognormal", [=](RandomStream& s) { return draw_lognormal(s, sigma); },
          [=](double x) { return boost::math::cdf(boost::math::normal(), std::log(x) / sigma); },
          mean, std::expm1(sigma * sigma) * mean * mean};
}

Shape lognormal_mean_one(double sigma) {
  return {"lognormal_mean_one", [=](RandomStream& s) { return draw_lognormal_mean_one(s, sigma); },
          [=](double x) {
            return boost::math::cdf(boost::math::normal(),
                                    (std::log(x) + sigma * sigma / 2) / sigma);
          },
          1.0, std::expm1(sigma * sigma)};
}

Shape gamma(double shape) {
  return {"gamma", [=](RandomStream& s) { return draw_gamma(s, shape); },
          [=](double x) { return boost::math::cdf(boost::math::gamma_distribution<>(shape), x); },
          shape, shape};
}

/// Of the residual life at a random time: density P(X > x) / mean, so its distribution function is
/// the integral of the survival function, P(1/k, x^k) (a regularised incomplete gamma function).
Shape equilibrium_residual(double shape) {
  const auto moment = [=](double n) { return std::tgamma(1 + n / shape); };
  const double mean = moment(2) / (2 * moment(1));
  return {"equilibrium_residual",
          [=](RandomStream& s) { return draw_weibull_equilibrium_residual(s, shape); },
          [=](double x) { return boost::math::gamma_p(1 / shape, std::pow(x, shape)); }, mean,
          moment(3) / (3 * moment(1)) - mean * mean};
}

Shape residual_at(double shape, double age) {
  const auto survival = [=](double x) { return std::exp(-std::pow(x, shape)); };
  double mean = 0;  // by the midpoint rule
  double square = 0;
  constexpr double kStep = 2e-3;
  for (double x = kStep / 2; x < 100; x += kStep) {
    const double left = survival(age + x) / survival(age);
    mean += left * kStep;
    square += 2 * x * left * kStep;
  }
  return {"residual", [=](RandomStream& s) { return draw_weibull_residual(s, shape, age); },
          [=](double x) { return 1 - survival(age + x) / survival(age); }, mean,
          square - mean * mean};
}

Shape empirical() {
  using Quantile = EmpiricalDistribution::Quantile;
  const EmpiricalDistribution table(
      std::vector<Quantile>{{0.0, 1.0}, {0.5, 2.0}, {0.9, 10.0}, {1.0, 100.0}});
  const auto distribution = [](double x) {
    if (x < 2) return 0.5 * (x - 1);
    if (x < 10) return 0.5 + 0.4 * (x - 2) / 8;
    return 0.9 + 0.1 * (x - 10) / 90;
  };
  const auto square = [](double a, double b) { return (a * a + a * b + b * b) / 3; };
  const double mean = table.mean();
  return {"empirical", [=](RandomStream& s) { return table.draw(s); }, distribution, mean,
          0.5 * square(1, 2) + 0.4 * square(2, 10) + 0.1 * square(10, 100) - mean * mean};
}

void expect_moments(const std::vector<double>& draws, double mean, double variance) {
  RunningMoments first;
  RunningMoments squares;
  for (const double x : draws) {
    first.add(x);
    squares.add((x - mean) * (x - mean));
  }
  const double n = static_cast<double>(draws.size());
  EXPECT_NEAR(first.mean(), mean, 4.5 * std::sqrt(variance / n));
  EXPECT_NEAR(squares.mean(), variance, 4.5 * squares.standard_deviation() / std::sqrt(n));
}

/// Largest distance between the empirical and the wanted distribution function.
double kolmogorov_distance(std::vector<double> draws, const Shape& shape) {
  std::sort(draws.begin(), draws.end());
  double distance = 0;
  for (std::size_t i = 0; i < draws.size(); ++i) {
    const double wanted = shape.distribution(draws[i]);
    const double n = static_cast<double>(draws.size());
    distance = std::max(
        {distance, wanted - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - wanted});
  }
  return distance;
}

class ContinuousShape : public testing::TestWithParam<Shape> {};

TEST_P(ContinuousShape, IsDrawn) {
  RandomStream stream(17, GetParam().name);
  std::vector<double> draws;
  for (int i = 0; i < kDraws; ++i) draws.push_back(GetParam().draw(stream));
  expect_moments(draws, GetParam().mean, GetParam().variance);
  EXPECT_LT(kolmogorov_distance(draws, GetParam()) * std::sqrt(kDraws), 1.95);
}

INSTANTIATE_TEST_SUITE_P(
    All, ContinuousShape,
    testing::Values(exponential(), weibull(0.7), weibull(1.0), weibull(3.0), normal(),
                    lognormal(0.3), lognormal(1.0), lognormal_mean_one(0.5), gamma(0.2), gamma(0.9),
                    gamma(1.0), gamma(4.5), gamma(1000.0), equilibrium_residual(0.7),
                    equilibrium_residual(1.0), equilibrium_residual(2.5), residual_at(0.7, 0.1),
                    residual_at(0.7, 5.0), residual_at(2.0, 1.0), empirical()),
    [](const auto& test) { return test.param.name + "_" + std::to_string(test.index); });

/// The paradox of the residual life: (mean^2 + variance) / (2 mean) of the full life, which is more
/// than half of its mean.
TEST(EquilibriumResidual, HasTheMeanOfRenewalTheory) {
  for (const double shape : {0.5, 0.7, 1.0, 2.0, 5.0}) {
    RandomStream stream(17, "residual mean");
    RunningMoments residual;
    for (int i = 0; i < kDraws; ++i) residual.add(draw_weibull_equilibrium_residual(stream, shape));
    const double mean = weibull_mean(shape);
    const double variance = std::tgamma(1 + 2 / shape) - mean * mean;
    const double wanted = (mean * mean + variance) / (2 * mean);
    EXPECT_NEAR(residual.mean(), wanted, 4.5 * residual.standard_deviation() / std::sqrt(kDraws))
        << "shape " << shape;
  }
}

/// A fleet in equilibrium stays there: renewals in any window come at the rate 1 / mean.
TEST(EquilibriumResidual, StartsAStationaryRenewalProcess) {
  constexpr double kShape = 0.7;
  constexpr double kWindow = 0.2;  // in units of the scale
  RandomStream stream(17, "renewals");
  std::int64_t renewals = 0;
  for (int node = 0; node < kDraws; ++node) {
    double time = draw_weibull_equilibrium_residual(stream, kShape);
    for (; time < kWindow; time += draw_weibull(stream, kShape)) ++renewals;
  }
  const double wanted = kDraws * kWindow / weibull_mean(kShape);
  EXPECT_NEAR(static_cast<double>(renewals), wanted, 6 * std::sqrt(wanted));
}

class PoissonShape : public testing::TestWithParam<double> {};

TEST_P(PoissonShape, IsDrawn) {
  const double mean = GetParam();
  RandomStream stream(17, "poisson");
  std::vector<double> draws;
  for (int i = 0; i < kDraws; ++i) {
    draws.push_back(static_cast<double>(draw_poisson(stream, mean)));
  }
  expect_moments(draws, mean, mean);

  // Chi-squared over the counts that are expected at least ten times, the rest in one class.
  const boost::math::poisson_distribution<> poisson(mean);
  std::vector<double> seen(static_cast<std::size_t>(mean + 20 * std::sqrt(mean) + 50));
  for (const double count : draws) ++seen.at(static_cast<std::size_t>(count));
  double chi_squared = 0;
  double rest_seen = 0;
  double rest_wanted = 0;
  int classes = 0;
  for (std::size_t count = 0; count < seen.size(); ++count) {
    const double wanted = kDraws * boost::math::pdf(poisson, static_cast<double>(count));
    if (wanted < 10) {
      rest_seen += seen[count];
      rest_wanted += wanted;
      continue;
    }
    chi_squared += (seen[count] - wanted) * (seen[count] - wanted) / wanted;
    ++classes;
  }
  chi_squared += (rest_seen - rest_wanted) * (rest_seen - rest_wanted) / std::max(rest_wanted, 1.0);
  const boost::math::chi_squared reference(classes);
  EXPECT_LT(chi_squared, boost::math::quantile(reference, 0.999));
}

INSTANTIATE_TEST_SUITE_P(Means, PoissonShape,
                         testing::Values(0.01, 1.0, 9.99, 10.0, 14.5, 100.0, 1234.5));

TEST(Poisson, LargeMeansHaveTheirMoments) {
  for (const double mean : {1e6, 1e9}) {
    RandomStream stream(17, "large poisson");
    std::vector<double> draws;
    for (int i = 0; i < kDraws; ++i) {
      draws.push_back(static_cast<double>(draw_poisson(stream, mean)));
    }
    expect_moments(draws, mean, mean);
  }
}

TEST(Discrete, IsDrawnByItsWeights) {
  const std::vector<double> weights{3, 0, 1, 6, 0.5};
  const DiscreteDistribution discrete(weights);
  RandomStream stream(17, "discrete");
  std::vector<double> seen(weights.size());
  for (int i = 0; i < kDraws; ++i) ++seen[discrete.draw(stream)];
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double p = discrete.probability(i);
    EXPECT_NEAR(seen[i], kDraws * p, 4.5 * std::sqrt(kDraws * p * (1 - p)));
  }
}

}  // namespace
}  // namespace sextant

#include "sextant/kernel/portable_math.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "sextant/kernel/distributions.h"

namespace sextant {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// |got - wanted| in units of the last place of a double as large as `wanted`.
double error_ulp(double got, long double wanted) {
  const double rounded = static_cast<double>(wanted);
  if (std::isinf(rounded) || rounded == 0.0) return got == rounded ? 0.0 : kInfinity;
  int exponent = 0;
  (void)std::frexp(rounded, &exponent);
  const double ulp = std::ldexp(1.0, std::max(exponent - 53, -1074));
  return static_cast<double>(std::fabs((static_cast<long double>(got) - wanted) / ulp));
}

/// The largest error of `function` over `count` inputs drawn by `input`.
template <class Function, class Reference, class Input>
double worst_error(Function function, Reference reference, Input input, int count) {
  RandomStream stream(7, "worst error");
  double worst = 0.0;
  for (int i = 0; i < count; ++i) {
    const double x = input(stream);
    worst = std::max(worst, error_ulp(function(x), reference(static_cast<long double>(x))));
  }
  return worst;
}

double worst_log_error(double (*input)(RandomStream&), int count) {
  return worst_error(
      portable_log, [](long double x) { return std::log(x); }, input, count);
}

double worst_exp_error(double (*input)(RandomStream&), int count) {
  return worst_error(
      portable_exp, [](long double x) { return std::exp(x); }, input, count);
}

// Bounds: half a unit for the last rounding, and what the method adds to it.

TEST(PortableLog, IsWithinOneUlpForAnyBits) {
  const auto any_positive = [](RandomStream& s) {
    const std::uint64_t infinity = std::bit_cast<std::uint64_t>(kInfinity);
    return std::bit_cast<double>(draw_index(s, infinity - 1) + 1);
  };
  EXPECT_LT(worst_log_error(any_positive, 2'000'000), 0.52);
}

TEST(PortableLog, IsWithinOneUlpAroundOneAndForProbabilities) {
  EXPECT_LT(
      worst_log_error([](RandomStream& s) { return 0.99 + 0.02 * draw_uniform(s); }, 2'000'000),
      0.52);
  EXPECT_LT(worst_log_error([](RandomStream& s) { return 0.5 + draw_uniform(s); }, 2'000'000),
            0.52);
  EXPECT_LT(worst_log_error(draw_uniform_open, 2'000'000), 0.52);
}

TEST(PortableLog, IsWithinOneUlpAtTheEdgesOfItsTable) {
  double worst = 0.0;
  for (int i = 0; i <= 4 * 256; ++i) {
    for (int neighbour = -2; neighbour <= 2; ++neighbour) {
      const double edge = 0.5 + i / 512.0;
      const double x = std::bit_cast<double>(std::bit_cast<std::int64_t>(edge) + neighbour);
      worst = std::max(worst, error_ulp(portable_log(x), std::log(static_cast<long double>(x))));
    }
  }
  EXPECT_LT(worst, 0.52);
}

TEST(PortableLog, KnowsSpecialValues) {
  EXPECT_EQ(portable_log(1.0), 0.0);
  EXPECT_EQ(portable_log(0.0), -kInfinity);
  EXPECT_EQ(portable_log(-0.0), -kInfinity);
  EXPECT_EQ(portable_log(kInfinity), kInfinity);
  EXPECT_TRUE(std::isnan(portable_log(-1.0)));
  EXPECT_TRUE(std::isnan(portable_log(-kInfinity)));
  EXPECT_TRUE(std::isnan(portable_log(std::nan(""))));
  const double least = std::numeric_limits<double>::denorm_min();
  EXPECT_LE(error_ulp(portable_log(least), std::log(static_cast<long double>(least))), 0.52);
}

TEST(PortableExp, IsWithinOneUlp) {
  EXPECT_LT(
      worst_exp_error([](RandomStream& s) { return -708 + 1417 * draw_uniform(s); }, 2'000'000),
      0.52);
  EXPECT_LT(worst_exp_error([](RandomStream& s) { return 2 * draw_uniform(s) - 1; }, 2'000'000),
            0.52);
  EXPECT_LT(worst_exp_error([](RandomStream& s) { return 1e-8 * draw_normal(s); }, 200'000), 0.52);
}

TEST(PortableExp, IsWithinOneUlpWhereResultsAreSubnormal) {
  EXPECT_LT(
      worst_exp_error([](RandomStream& s) { return -745.1 + 37 * draw_uniform(s); }, 1'000'000),
      0.77);  // rounded twice
}

TEST(PortableExp, KnowsSpecialValues) {
  EXPECT_EQ(portable_exp(0.0), 1.0);
  EXPECT_EQ(portable_exp(kInfinity), kInfinity);
  EXPECT_EQ(portable_exp(-kInfinity), 0.0);
  EXPECT_EQ(portable_exp(709.8), kInfinity);
  EXPECT_EQ(portable_exp(-745.2), 0.0);
  EXPECT_TRUE(std::isnan(portable_exp(std::nan(""))));
  EXPECT_LT(portable_exp(709.782712893384), kInfinity);
  EXPECT_GT(portable_exp(-745.13), 0.0);
}

TEST(PortablePow, FollowsItsLogarithm) {
  EXPECT_EQ(portable_pow(0.0, 2.0), 0.0);
  EXPECT_EQ(portable_pow(0.0, 0.0), 1.0);
  EXPECT_EQ(portable_pow(1.0, 123.0), 1.0);
  EXPECT_NEAR(portable_pow(2.0, 10.0), 1024.0, 1e-12);
  EXPECT_NEAR(portable_pow(10.0, -3.0), 1e-3, 1e-17);
}

TEST(PortableLogGamma, AgreesWithTheLibrary) {
  RandomStream stream(7, "log gamma");
  double worst = 0.0;
  for (int i = 0; i < 200'000; ++i) {
    const double x = portable_exp(-6 + 16 * draw_uniform(stream));
    const double wanted = std::lgamma(x);
    const double error = std::fabs(portable_log_gamma(x) - wanted);
    worst = std::max(worst, error / std::max(1.0, std::fabs(wanted)));
  }
  EXPECT_LT(worst, 1e-14);
  EXPECT_NEAR(portable_log_gamma(1.0), 0.0, 1e-14);
  EXPECT_NEAR(portable_log_gamma(0.5), std::log(std::sqrt(M_PI)), 1e-14);
}

}  // namespace
}  // namespace sextant

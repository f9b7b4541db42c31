#include "src/sweep/sensitivity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <numbers>

namespace sextant::sweep {
namespace {

using Function = std::function<double(const UnitPoint&)>;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

template <class Design>
std::vector<double> outputs(const Design& design, const Function& function) {
  std::vector<double> values;
  for (std::int64_t i = 0; i < design.count(); ++i) values.push_back(function(design.point(i)));
  return values;
}

/// Ishigami and Homma (1990), a = 7, b = 0.1: not monotone, and the third input acts only together
/// with the first.
double ishigami(const UnitPoint& unit) {
  const auto angle = [&](std::size_t i) { return std::numbers::pi * (2 * unit[i] - 1); };
  const double second = std::sin(angle(1));
  return std::sin(angle(0)) * (1 + 0.1 * std::pow(angle(2), 4)) + 7 * second * second;
}

TEST(SobolIndices, OfIshigamisFunction) {
  const SobolDesign design{.inputs = 3, .base = 8192, .seed = 1};
  const std::vector<SobolIndex> indices = sobol_indices(design, outputs(design, ishigami));
  const double first[] = {0.3139, 0.4424, 0}, total[] = {0.5576, 0.4424, 0.2437};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(indices[i].first, first[i], 0.005) << i;
    EXPECT_NEAR(indices[i].total, total[i], 0.005) << i;
    EXPECT_LT(indices[i].first_ci95.low, first[i]);
    EXPECT_GT(indices[i].first_ci95.high, first[i]);
    EXPECT_LT(indices[i].total_ci95.low, total[i]);
    EXPECT_GT(indices[i].total_ci95.high, total[i]);
  }
}

/// Saltelli and Sobol's g-function (1995): the product of (|4 x - 2| + a) / (1 + a).
TEST(SobolIndices, OfTheGFunction) {
  const std::vector<double> a{0, 1, 4.5, 9, 99, 99};
  const SobolDesign design{.inputs = 6, .base = 4096, .seed = 2};
  const std::vector<SobolIndex> indices =
      sobol_indices(design, outputs(design, [&](const UnitPoint& unit) {
                      double product = 1;
                      for (std::size_t i = 0; i < a.size(); ++i) {
                        product *= (std::abs(4 * unit[i] - 2) + a[i]) / (1 + a[i]);
                      }
                      return product;
                    }));
  double all = 1;
  for (const double ai : a) all *= 1 + 1 / (3 * (1 + ai) * (1 + ai));
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double own = 1 / (3 * (1 + a[i]) * (1 + a[i]));
    EXPECT_NEAR(indices[i].first, own / (all - 1), 0.01) << i;
    EXPECT_NEAR(indices[i].total, own * all / (1 + own) / (all - 1), 0.01) << i;
  }
}

TEST(SobolIndices, OfASumAreItsShares) {
  const SobolDesign design{.inputs = 2, .base = 1024, .seed = 1};
  const std::vector<SobolIndex> indices = sobol_indices(
      design, outputs(design, [](const UnitPoint& unit) { return 1e6 + 3 * unit[0] - unit[1]; }));
  EXPECT_NEAR(indices[0].first, 0.9, 0.01);
  EXPECT_NEAR(indices[0].total, 0.9, 0.01);
  EXPECT_NEAR(indices[1].first, 0.1, 0.01);
  EXPECT_NEAR(indices[1].total, 0.1, 0.01);
}

TEST(SobolIndices, LeaveRowsWithoutAnAnswerOut) {
  const SobolDesign design{.inputs = 2, .base = 512, .seed = 1};
  std::vector<double> values =
      outputs(design, [](const UnitPoint& unit) { return unit[0] + unit[1]; });
  for (std::size_t i = 2; i < values.size(); i += 40) values[i] = kNone;
  EXPECT_NEAR(sobol_indices(design, values)[0].total, 0.5, 0.05);
}

TEST(SobolIndices, AreNoneWithoutAnyAnswer) {
  const SobolDesign design{.inputs = 2, .base = 4, .seed = 1};
  const std::vector<double> values(static_cast<std::size_t>(design.count()), kNone);
  for (const SobolIndex& index : sobol_indices(design, values)) {
    EXPECT_TRUE(std::isnan(index.first) && std::isnan(index.total_ci95.high));
  }
}

TEST(SobolIndices, AreZeroWhereNothingVaries) {
  const SobolDesign design{.inputs = 2, .base = 8, .seed = 1};
  const std::vector<double> values(static_cast<std::size_t>(design.count()), 5.0);
  for (const SobolIndex& index : sobol_indices(design, values)) {
    EXPECT_EQ(index.first, 0);
    EXPECT_EQ(index.total, 0);
    EXPECT_EQ(index.total_ci95.high, 0);
  }
}

TEST(MorrisEffects, OfALinearFunctionAreItsSlopes) {
  const MorrisDesign design{.inputs = 3, .trajectories = 5, .levels = 4, .seed = 1};
  const std::vector<MorrisEffect> effects = morris_effects(
      design, outputs(design, [](const UnitPoint& unit) { return 7 + 2 * unit[0] - 3 * unit[1]; }));
  const double slope[] = {2, -3, 0};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(effects[i].mean, slope[i], 1e-12);
    EXPECT_NEAR(effects[i].mean_abs, std::abs(slope[i]), 1e-12);
    EXPECT_NEAR(effects[i].sigma, 0, 1e-12);
  }
}

/// (x - 1/2)^2 with steps of 2/3 between 4 levels: effects of -1/3 and +1/3, as often each.
TEST(MorrisEffects, OfAParabolaCancelInTheMeanOnly) {
  const MorrisDesign design{.inputs = 1, .trajectories = 400, .levels = 4, .seed = 1};
  const std::vector<MorrisEffect> effects = morris_effects(
      design,
      outputs(design, [](const UnitPoint& unit) { return (unit[0] - 0.5) * (unit[0] - 0.5); }));
  EXPECT_NEAR(effects[0].mean, 0, 0.05);
  EXPECT_NEAR(effects[0].mean_abs, 1.0 / 3, 1e-12);
  EXPECT_NEAR(effects[0].sigma, 1.0 / 3, 0.01);
}

TEST(MorrisEffects, LeaveOutWhatHasNoAnswer) {
  const MorrisDesign design{.inputs = 2, .trajectories = 4, .levels = 4, .seed = 1};
  std::vector<double> values = outputs(design, [](const UnitPoint& unit) { return unit[0]; });
  values[0] = kNone;
  EXPECT_NEAR(morris_effects(design, values)[0].mean, 1, 1e-12);
  std::fill(values.begin(), values.end(), kNone);
  EXPECT_TRUE(std::isnan(morris_effects(design, values)[0].mean_abs));
}

}  // namespace
}  // namespace sextant::sweep

#include "src/validate/interval_score.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace sextant::validate {
namespace {

TEST(IntervalScore, IsTheWidthAndTenTimesWhatIsOutside) {
  EXPECT_DOUBLE_EQ(interval_score({.error = 0.1, .half_width = 0.2}), 0.4);
  EXPECT_DOUBLE_EQ(interval_score({.error = 0.25, .half_width = 0.2}), 0.4 + 10 * 0.05);
  EXPECT_DOUBLE_EQ(interval_score({.error = -0.25, .half_width = 0.2}), 0.4 + 10 * 0.05);
  EXPECT_DOUBLE_EQ(mean_interval_score({{0.1, 0.2}, {0.25, 0.2}}), 0.65);
}

RC_GTEST_PROP(IntervalScore, NoConstantWidthIsBetterThanTheBest, ()) {
  const auto errors =
      *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(-500, 500)));
  std::vector<IntervalCase> cases;
  for (int error : errors) cases.push_back({0.001 * error, 0.0});
  const auto score_at = [&](double half_width) {
    for (IntervalCase& item : cases) item.half_width = half_width;
    return mean_interval_score(cases);
  };
  const double best = score_at(best_constant_half_width(cases));
  for (int error : errors) RC_ASSERT(score_at(std::abs(0.001 * error)) >= best - 1e-12);
}

}  // namespace
}  // namespace sextant::validate

#include "src/sweep/evaluate.h"

#include <gtest/gtest.h>

namespace sextant::sweep {
namespace {

const std::string kData = SEXTANT_SOURCE_DIR "/tests/data/";

// Points of the grid, whose first input is the number of nodes.
constexpr std::int64_t kThreeNodes = 0, kFourNodes = 6;

/// Step time on four nodes.
double step_time(const OpenStudy& study) {
  const Outcome outcome = PointEvaluator(study, kData + "models").evaluate(kFourNodes);
  EXPECT_EQ(outcome.message, "");
  return outcome.figures.empty() ? 0 : outcome.figures[figure_index("step_time_s")].value();
}

TEST(PointEvaluator, SearchesTheBestLayoutWhereTheStudyAsks) {
  OpenStudy study = open_study(kData + "studies/grid.json");
  const double as_given = step_time(study);
  study.study.layout = LayoutChoice::kBest;
  EXPECT_LT(step_time(study), as_given);
}

TEST(PointEvaluator, ALayoutThatIsToBeChosenNeedNotFit) {
  OpenStudy study = open_study(kData + "studies/grid.json");
  const auto message = [&] {
    return PointEvaluator(study, kData + "models").evaluate(kThreeNodes).message;
  };
  EXPECT_NE(message(), "");  // three data-parallel ranks do not divide the batch
  study.study.layout = LayoutChoice::kBest;
  EXPECT_EQ(message(), "");
}

TEST(PointEvaluator, SaysWhyAPointHasNoForecast) {
  const OpenStudy study = open_study(kData + "studies/list.json");
  const PointEvaluator evaluator(study, kData + "models");
  for (std::int64_t point = 0; point < study.points.count(); ++point) {
    const Outcome outcome = evaluator.evaluate(point);
    EXPECT_EQ(outcome.status == PointStatus::kOk, outcome.message.empty()) << point;
    EXPECT_EQ(outcome.status == PointStatus::kOk, !outcome.figures.empty()) << point;
  }
}

}  // namespace
}  // namespace sextant::sweep

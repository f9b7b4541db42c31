#include "src/report/validation_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sextant::report {
namespace {

using testing::HasSubstr;
using testing::Not;

validate::StepSummary summary(const std::string& set) {
  validate::StepSummary summary;
  summary.set = set;
  summary.n = 3;
  summary.coverage = 0.8;
  summary.intervals = validate::IntervalScores{.ours = 0.25, .constant = 0.5};
  return summary;
}

validate::StepValidation validation() {
  validate::StepValidation validation;
  validation.sets = {summary("lab a100"), summary("all")};
  validation.coverage_of_sets = 0.75;
  validation.sets[0].memory =
      validate::MemoryErrors{.n = 2, .mape = 0.05, .median = 0.04, .max = 0.06, .bias = -0.01};
  validation.sets[0].order = validate::LayoutOrder{
      .clusters = 1, .pairs = 20, .ordered = 19, .regret = 0.02, .worst_regret = 0.03};
  return validation;
}

TEST(ValidationReport, ShowsIntervalsMemoryAndOrderWhereThereAreSome) {
  const std::string text = validation_text(validation(), TextStyle{});
  EXPECT_THAT(text, HasSubstr("coverage averaged over sets: 75.0 %"));
  EXPECT_THAT(text, HasSubstr("lab a100             80.0  0.250      0.500"));
  EXPECT_THAT(text, HasSubstr("lab a100     2     5.0     4.0  6.0  -1.0"));
  EXPECT_THAT(text, HasSubstr("lab a100                 1     20       95.0       2.0    3.0"));
  const std::string bare = validation_text({.sets = {summary("all")}}, TextStyle{});
  EXPECT_THAT(bare, Not(HasSubstr("peak memory")));
  EXPECT_THAT(bare, Not(HasSubstr("order of layouts")));
}

TEST(ValidationReport, WritesThemAsJsonOrNull) {
  const nlohmann::ordered_json json = validation_json(validation());
  EXPECT_DOUBLE_EQ(json["coverage_averaged_over_sets"].get<double>(), 0.75);
  const auto& set = json["sets"][0];
  EXPECT_DOUBLE_EQ(set["intervals"]["score_of_one_width"].get<double>(), 0.5);
  EXPECT_EQ(set["memory"]["n"], 2);
  EXPECT_DOUBLE_EQ(set["order"]["share_ordered"].get<double>(), 0.95);
  EXPECT_TRUE(json["sets"][1]["memory"].is_null());
  EXPECT_TRUE(json["sets"][1]["order"].is_null());
}

TEST(ValidationReport, ListsLayoutsThatAreDeclaredToFitEasily) {
  validate::FailedLayoutValidation failures;
  failures.rows = {
      {.id = "tight", .set = "1B", .verdict = validate::LayoutVerdict::kFits, .filled = 0.8},
      {.id = "easy", .set = "1B", .verdict = validate::LayoutVerdict::kFits, .filled = 0.4}};
  failures.sets = {{.set = "1B", .n = 2, .fits = 2, .fits_easily = 1}};
  const std::string text = failed_layouts_text(failures, TextStyle{});
  EXPECT_THAT(text, HasSubstr("does not tell crashes from want of memory"));
  EXPECT_THAT(text, HasSubstr("40 %  easy"));
  EXPECT_THAT(text, Not(HasSubstr("tight")));
  EXPECT_EQ(failed_layouts_json(failures)["rows"][1]["verdict"], "fits");
}

}  // namespace
}  // namespace sextant::report

#include "src/pages/validate_page.h"

#include <gtest/gtest.h>

#include "sextant/training/parameters.h"
#include "sextant/training/step_model.h"
#include "src/report/validation_report.h"
#include "tests/support/step_fixtures.h"

namespace sextant::pages {
namespace {

using Json = nlohmann::ordered_json;

class ValidatePageTest : public testing::Test {
 protected:
  validate::PublishedRun row(const std::string& id, int ranks) const {
    validate::PublishedRun run;
    run.id = run.set = run.family = run.origin = run.baseline = id;
    run.inputs = fixtures::inputs(ranks);
    run.measured = 1.1 * forecast_step(run.inputs, calibration_).time;
    return run;
  }

  validate::StepValidation validate(const std::vector<validate::PublishedRun>& runs) const {
    return validate::validate_steps(
        runs, [this](std::size_t) -> const Calibration& { return calibration_; }, {.threads = 1});
  }

  Calibration calibration_ = fixtures::calibration();
};

TEST_F(ValidatePageTest, ColumnsDescribeTheRows) {
  std::vector<validate::PublishedRun> runs{row("a", 8), row("b", 64)};
  validate::PublishedRun unknown;
  unknown.id = "c";
  unknown.refused = "no such chip";
  runs.push_back(unknown);
  const validate::StepValidation validation = validate(runs);
  const Json drawn = step_pictures(runs, validation);
  EXPECT_EQ(drawn["ranks"], Json({8, 64, unknown.inputs.accelerators}));
  EXPECT_EQ(drawn["model"][0], drawn["model"][1]);
  EXPECT_EQ(drawn["names"]["model"][drawn["model"][1].get<std::size_t>()],
            runs[1].inputs.model.name);
  EXPECT_NEAR(drawn["parameters"][0], total_parameters(runs[0].inputs.model),
              1e-5 * total_parameters(runs[0].inputs.model));
  EXPECT_TRUE(drawn["parameters"][2].is_null());
  EXPECT_GT(drawn["interval_factor"][0], 1.0);
  EXPECT_TRUE(drawn["interval_factor"][2].is_null());
}

TEST_F(ValidatePageTest, ShortRowsSayTheSame) {
  const std::vector<validate::PublishedRun> runs{row("a", 64)};
  const Json whole = report::validation_json(validate(runs));
  const PageDocument page = validate_page({"/some/where/runs.json"}, {}, whole);
  EXPECT_EQ(page.title, "runs");
  EXPECT_EQ(page.result["sets"], whole["sets"]);
  const Json &before = whole["rows"][0], &after = page.result["rows"][0];
  EXPECT_NEAR(after["predicted_s"], before["predicted_s"], 1e-5);
  double sum = 0;
  for (const auto& [part, time] : after["breakdown"].items()) {
    EXPECT_GT(time, 0.0) << part;
    sum += time.get<double>();
  }
  EXPECT_NEAR(sum, before["predicted_s"], 1e-4 * sum);
}

TEST(ValidatePage, ManyFilesHaveAShortTitle) {
  EXPECT_EQ(validate_page({"a.json", "b.json"}, {}, {}).title, "a, b");
  EXPECT_EQ(validate_page({"a.json", "b.json", "c.json", "d.json"}, {}, {}).title,
            "a and 3 more files");
}

TEST(ValidatePage, CollectivesNameTheirSetOnce) {
  ValidationPictures pictures;
  pictures.collectives = {{"x", 1e6, 16, 2e-3, 1e-3, false}, {"x", 2e6, 16, 3e-3, 2e-3, true}};
  const Json drawn = validate_page({"m.json"}, pictures, {}).pictures["collectives"];
  EXPECT_EQ(drawn["sets"], Json({"x"}));
  EXPECT_EQ(drawn["set"], Json({0, 0}));
  EXPECT_EQ(drawn["extrapolated"], Json({0, 1}));
}

}  // namespace
}  // namespace sextant::pages

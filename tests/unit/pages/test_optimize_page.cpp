#include "src/pages/optimize_page.h"

#include <gtest/gtest.h>

#include "src/report/optimize_report.h"
#include "tests/support/small_question.h"

namespace sextant::pages {
namespace {

using nlohmann::ordered_json;

class OptimizePage : public testing::Test {
 protected:
  void SetUp() override {
    question_.scenario = fixtures::busy_scenario(catalogue_);
    question_.space.keep_interval = true;
  }

  PageDocument page(std::size_t sample) {
    optimize::OptimizeOptions options;
    options.sample = sample;
    const optimize::Answer answer = optimize::optimize(question_, catalogue_, options);
    return optimize_page(answer, report::optimize_json(answer));
  }

  static ordered_json cell(const ordered_json& table, const std::string& column, std::size_t row) {
    const ordered_json& values = table["columns"][column];
    return values.is_array() ? values[row] : values;
  }

  catalog::Catalogue catalogue_ = fixtures::test_catalogue();
  optimize::Question question_;
};

TEST_F(OptimizePage, DrawsTheBestWhereTheyAreRanked) {
  const PageDocument document = page(0);
  const ordered_json& choices = document.pictures["choices"];
  const ordered_json& best = document.result["best"];
  ASSERT_GE(choices["rows"], best.size());
  std::size_t ranked = 0;
  for (std::size_t row = 0; row < choices["rows"]; ++row) {
    const ordered_json place = cell(choices, "place", row);
    if (place.is_null()) continue;
    ++ranked;
    const ordered_json& one = best[place.get<std::size_t>() - 1];
    EXPECT_EQ(cell(choices, "label", row), one["label"]);
    EXPECT_EQ(cell(choices, "cost_usd", row), for_drawing(one["cost_usd"]["mean"]));
  }
  EXPECT_EQ(ranked, best.size());
  EXPECT_FALSE(document.pictures.contains("layouts"));
}

TEST_F(OptimizePage, LayoutsAreSomeOfThoseThatFit) {
  const PageDocument document = page(50);
  const ordered_json& layouts = document.pictures["layouts"];
  const std::int64_t fit = layouts["fit"];
  EXPECT_EQ(layouts["rows"], std::min<std::int64_t>(50, fit));
  for (std::size_t row = 0; row < layouts["rows"]; ++row) {
    EXPECT_LE(cell(layouts, "peak_memory_bytes", row), layouts["memory_bytes"]);
    EXPECT_GT(cell(layouts, "step_time_s", row), 0);
  }
}

TEST_F(OptimizePage, SaysHowTheBestIsLaunched) {
  const ordered_json settings = page(0).pictures["settings"];
  for (const char* format : {"megatron", "nemo", "hyperpod"}) {
    EXPECT_FALSE(settings[format].get<std::string>().empty()) << format;
  }
}

}  // namespace
}  // namespace sextant::pages

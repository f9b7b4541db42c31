#include "src/pages/compare_page.h"

#include <gtest/gtest.h>

#include "src/compare/candidates.h"
#include "src/report/compare_report.h"
#include "tests/support/shipped_scenario.h"

namespace sextant::pages {
namespace {

using nlohmann::ordered_json;

compare::Comparison compared(const std::vector<std::string>& instances) {
  catalog::Catalogue catalogue(SEXTANT_SOURCE_DIR "/models");
  scenario::Scenario scenario = fixtures::shipped_scenario("llama3-8b-2xp5.json");
  scenario.simulation.replicas = 20;
  const auto candidates = compare::on_hardware(
      scenario, {.instances = instances, .nodes = {}, .keep_layout = true}, catalogue);
  return compare::compare(candidates, 0, compare::common_simulation(candidates), {});
}

PageDocument page_of(const compare::Comparison& comparison) {
  return compare_page(comparison, report::compare_json(comparison));
}

double mean_of(const ordered_json& runs, const ordered_json& label, const std::string& quantity) {
  for (const ordered_json& run : runs) {
    if (run["label"] == label) return run["plan"]["forecast"][quantity]["mean"];
  }
  return -1;
}

TEST(ComparePage, NamesTheLeastAndWhatIsBehindItByHowMuch) {
  const PageDocument page = page_of(compared({"p5.48xlarge", "p4de.24xlarge"}));
  ASSERT_EQ(page.pictures["least"].size(), 3U);
  for (const ordered_json& least : page.pictures["least"]) {
    const std::string quantity = least["quantity"];
    const double best = mean_of(page.result["runs"], least["least"], quantity);
    const double next = mean_of(page.result["runs"], least["next"], quantity);
    EXPECT_LE(best, next) << quantity;
    EXPECT_NEAR(least["behind"].get<double>(), next - best, 1e-9 * next) << quantity;
    EXPECT_LE(least["behind_ci95"][0].get<double>(), least["behind"].get<double>());
  }
  EXPECT_EQ(page.title, "llama3-8b-2xp5");
}

TEST(ComparePage, WhatCannotRunIsNeverTheLeast) {
  const PageDocument page = page_of(compared({"g4dn.12xlarge", "p5.48xlarge"}));
  for (const ordered_json& least : page.pictures["least"]) {
    EXPECT_EQ(least["least"], "p5.48xlarge");
    EXPECT_FALSE(least.contains("next"));
  }
}

}  // namespace
}  // namespace sextant::pages

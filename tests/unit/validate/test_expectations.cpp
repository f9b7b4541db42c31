#include "src/validate/expectations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sextant::validate {
namespace {

using testing::HasSubstr;

scenario::Scenario expecting(const std::string& quantity, double value, double tolerance) {
  scenario::Scenario scenario;
  scenario.name = "run";
  scenario.expect.push_back(
      {.quantity = quantity, .value = value, .tolerance = tolerance, .source = "somebody"});
  return scenario;
}

ExpectationRow check(const std::string& quantity, double value, double tolerance) {
  static const auto document = nlohmann::ordered_json::parse(R"({
    "forecast": {"cost_usd": {"p10": 90, "p50": 100, "p90": 120}, "water_l": null, "zero": 0},
    "ledger": [{"usd": 7}], "tier": "replay"})");
  return check_expectations(expecting(quantity, value, tolerance), document).at(0);
}

TEST(Expectations, AreRelative) {
  EXPECT_TRUE(check("/forecast/cost_usd/p50", 99.1, 0.01).ok());
  EXPECT_FALSE(check("/forecast/cost_usd/p50", 98.9, 0.01).ok());
  EXPECT_FALSE(check("/forecast/cost_usd/p50", 101.1, 0.01).ok());
  EXPECT_NEAR(*check("/forecast/cost_usd/p50", 80, 0).error(), 0.25, 1e-12);
  EXPECT_TRUE(check("/ledger/0/usd", 7, 0).ok());
}

TEST(Expectations, OfZeroAreAbsolute) {
  EXPECT_TRUE(check("/forecast/zero", 0, 0).ok());
  EXPECT_FALSE(check("/ledger/0/usd", 0, 1).ok());
}

TEST(Expectations, FailWhereThereIsNoNumber) {
  for (const auto& [quantity, problem] :
       {std::pair{"/forecast/cost", "no such quantity"},
        std::pair{"/forecast/cost_usd", "an estimate: name /forecast/cost_usd/p50"},
        std::pair{"/forecast/water_l", "not forecast, not a number"},
        std::pair{"/tier", "string, not a number"}, std::pair{"/ledger/-", "no such quantity"},
        std::pair{"/a~b", "not a JSON pointer"}}) {
    const ExpectationRow row = check(quantity, 1, 10);
    EXPECT_FALSE(row.ok()) << quantity;
    EXPECT_FALSE(row.got) << quantity;
    EXPECT_THAT(row.problem, HasSubstr(problem));
  }
}

TEST(Expectations, AllFailWithoutADocument) {
  const auto rows = failed_expectations(expecting("/forecast/cost_usd/p50", 1, 10), "infeasible");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_FALSE(rows[0].ok());
  EXPECT_EQ(rows[0].problem, "infeasible");
}

}  // namespace
}  // namespace sextant::validate

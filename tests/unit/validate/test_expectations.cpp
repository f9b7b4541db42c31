#include "src/validate/expectations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sextant::validate {
namespace {

using testing::HasSubstr;

using scenario::Expectation;

scenario::Scenario expecting(const Expectation& expectation) {
  scenario::Scenario scenario;
  scenario.name = "run";
  scenario.expect.push_back(expectation);
  scenario.expect.back().source = "somebody";
  return scenario;
}

ExpectationRow check(const Expectation& expectation) {
  static const auto document = nlohmann::ordered_json::parse(R"({
    "forecast": {"cost_usd": {"p10": 90, "p50": 100, "p90": 120, "mean": 102}, "water_l": null,
                 "zero": 0},
    "ledger": [{"usd": 7}], "tier": "replay"})");
  return check_expectations(expecting(expectation), document).at(0);
}

ExpectationRow check(const std::string& quantity, double value, double tolerance) {
  return check({.quantity = quantity, .value = value, .tolerance = tolerance});
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

TEST(Expectations, MayHaveAnAbsoluteTolerance) {
  const char* cost = "/forecast/cost_usd/p50";
  EXPECT_TRUE(check({.quantity = cost, .value = 98, .absolute_tolerance = 2}).ok());
  EXPECT_FALSE(check({.quantity = cost, .value = 97, .absolute_tolerance = 2}).ok());
  const ExpectationRow row = check({.quantity = cost, .value = 97, .absolute_tolerance = 2});
  EXPECT_FALSE(row.error_is_relative());
  EXPECT_DOUBLE_EQ(*row.error(), 3);
}

TEST(Expectations, MayBeBounds) {
  const char* cost = "/forecast/cost_usd/p50";
  EXPECT_TRUE(check({.quantity = cost, .at_least = 100}).ok());
  EXPECT_TRUE(check({.quantity = cost, .at_least = 99, .at_most = 101}).ok());
  const ExpectationRow low = check({.quantity = cost, .at_least = 103, .at_most = 110});
  EXPECT_FALSE(low.ok());
  EXPECT_DOUBLE_EQ(*low.error(), -3);
  const ExpectationRow high = check({.quantity = cost, .at_most = 90});
  EXPECT_FALSE(high.ok());
  EXPECT_DOUBLE_EQ(*high.error(), 10);
  EXPECT_FALSE(low.inside()) << "bounds are not inside or outside of an interval";
}

TEST(Expectations, OfAnEstimateKnowItsInterval) {
  for (const char* part : {"/forecast/cost_usd/p50", "/forecast/cost_usd/mean"}) {
    const ExpectationRow row = check(part, 119, 0.01);
    ASSERT_TRUE(row.interval);
    EXPECT_EQ(row.interval->p10, 90);
    EXPECT_EQ(row.interval->p90, 120);
    EXPECT_FALSE(row.ok());
    EXPECT_TRUE(*row.inside());
    EXPECT_FALSE(*check(part, 121, 1).inside());
  }
  EXPECT_FALSE(check("/ledger/0/usd", 7, 0).interval);
}

TEST(Expectations, AreCountedByKind) {
  std::vector<ExpectationRow> rows;
  for (const double value : {95, 130, 100}) {
    rows.push_back(check("/forecast/cost_usd/p50", value, 0.01));
  }
  rows.push_back(check({.kind = scenario::ExpectationKind::kVerification,
                        .quantity = "/ledger/0/usd",
                        .value = 7,
                        .tolerance = 0}));
  rows.push_back(check({.quantity = "/ledger/0/usd", .at_least = 7}));
  const ExpectationCounts measured = count(rows, scenario::ExpectationKind::kValidation);
  EXPECT_EQ(measured.rows, 4);
  EXPECT_EQ(measured.hold, 2);
  EXPECT_EQ(measured.with_interval, 3);
  EXPECT_EQ(measured.inside, 2);
  EXPECT_EQ(count(rows, scenario::ExpectationKind::kVerification).hold, 1);
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
  const auto rows = failed_expectations(
      expecting({.quantity = "/forecast/cost_usd/p50", .value = 1, .tolerance = 10}), "infeasible");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_FALSE(rows[0].ok());
  EXPECT_EQ(rows[0].problem, "infeasible");
}

}  // namespace
}  // namespace sextant::validate

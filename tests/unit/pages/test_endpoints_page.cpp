#include "src/pages/endpoints_page.h"

#include <gtest/gtest.h>

#include "src/report/endpoints_report.h"
#include "src/scenario/read_endpoints.h"

namespace sextant::pages {
namespace {

using Json = nlohmann::ordered_json;

const std::string kSource = SEXTANT_SOURCE_DIR;

/// Boxes that serve 10 requests a second, and a service that is bought.
endpoints::EndpointsResult serve(const std::string& load) {
  catalog::Catalogue catalogue(kSource + "/tests/data/models");
  return endpoints::serve(scenario::read_endpoints_text(
      "test.json",
      R"({"schema": "sextant.endpoints/1", "name": "test", "region": "home", "prices": "list",
          "latency": {"target": "1 s", "percentile": 0.95}, "load": )" +
          load + R"(, "alternatives": [
            {"instance": "box", "copies": 1, "throughput": "10 /s",
             "scaling": {"start": "60 s", "warm_pool": 1}},
            {"name": "bought", "bought": {"per_million": {
               "value": "5 USD", "source": "a test", "date": "2026-01-01",
               "method": "datasheet"}}}]})",
      catalogue));
}

const char* const kDay = R"({"models": 2, "period": "1 h", "curve": [
    {"at": "0 s", "rate": "20 /s"}, {"at": "30 min", "rate": "120 /s"}]})";

double sum(const Json& column) {
  double total = 0;
  for (const Json& value : column) total += value.get<double>();
  return total;
}

TEST(EndpointsPage, PiecesOfTheDaySumToWhatWasSimulated) {
  const endpoints::EndpointsResult result = serve(kDay);
  const Json series = endpoints_pictures(result)["alternatives"][0]["series"];
  const endpoints::Fleet& fleet = *result.answers[0].fleet;
  const double groups = fleet.groups, width = series["bin_s"];
  ASSERT_EQ(series["rate_per_s"].size(), 96U);
  EXPECT_EQ(fleet.groups, 2);
  const auto expect_total = [&](const char* column, double whole) {
    EXPECT_NEAR(sum(series[column]) * width, groups * whole, 1e-4 * groups * whole + 1e-9)
        << column;
  };
  expect_total("rate_per_s", static_cast<double>(fleet.simulated.arrived));
  expect_total("working", fleet.simulated.serving_seconds);
  expect_total("starting", fleet.simulated.starting_seconds);
  expect_total("warm", fleet.simulated.warm_seconds);
  for (const auto& [name, column] : series.items()) {
    if (!column.is_array()) continue;
    EXPECT_EQ(column.size(), 96U) << name;
  }
}

TEST(EndpointsPage, QuantilesOfLatencyAscendToTheTarget) {
  const endpoints::EndpointsResult result = serve(kDay);
  const Json latency = endpoints_pictures(result)["alternatives"][0]["latency"];
  ASSERT_EQ(latency["share"].size(), latency["response_s"].size());
  for (std::size_t i = 1; i < latency["share"].size(); ++i) {
    EXPECT_LE(latency["response_s"][i - 1], latency["response_s"][i]);
    if (latency["share"][i] == 0.95) {
      EXPECT_NEAR(latency["response_s"][i], result.answers[0].fleet->response->si(), 1e-4);
    }
  }
}

TEST(EndpointsPage, AConstantLoadHasNoDay) {
  const Json drawn = endpoints_pictures(serve(R"({"rate": "50 /s"})"))["alternatives"][0];
  EXPECT_FALSE(drawn.contains("series"));
  EXPECT_TRUE(drawn.contains("latency"));
}

TEST(EndpointsPage, WhatIsBoughtRunsOnNothing) {
  const endpoints::EndpointsResult result = serve(kDay);
  const PageDocument page = endpoints_page(result, report::endpoints_json(result));
  EXPECT_EQ(page.title, "test");
  EXPECT_EQ(page.pictures["alternatives"].size(), page.result["alternatives"].size());
  EXPECT_EQ(page.pictures["alternatives"][1], Json({{"scaled", false}}));
}

}  // namespace
}  // namespace sextant::pages

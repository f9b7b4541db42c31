#include "src/pages/calibrate_page.h"

#include <gtest/gtest.h>

#include "src/report/health_json.h"
#include "tests/support/measured_node.h"

namespace sextant::pages {
namespace {

using fit::CollectivePoint;
using ingest::Operation;
using Json = nlohmann::ordered_json;

CollectivePoint point(Operation operation, int nodes, double bytes) {
  CollectivePoint one{.operation = operation,
                      .bytes = Bytes(bytes),
                      .ranks = 8 * nodes,
                      .per_node = 8,
                      .time = Seconds(0)};
  one.time = 1.1 * fit::forecast(measured_node(), one);
  return one;
}

report::MeasurementFit fit_of(std::vector<CollectivePoint> points) {
  report::FittedNode node;
  node.instance = "box";
  node.sources = {"a test"};
  node.collectives = {measured_node(), {}, std::move(points)};
  report::MeasurementFit fit;
  fit.name = "test";
  fit.base = "reference";
  fit.nodes.push_back(std::move(node));
  return fit;
}

TEST(CalibratePage, EveryPointStandsOnItsCurve) {
  const Json all = fit_pictures(fit_of(
      {point(Operation::kAllGather, 2, 4e6), point(Operation::kAllGather, 2, 1e6),
       point(Operation::kAllGather, 4, 1e6), point(Operation::kAllReduce, 2, 1e6)}))["nodes"][0];
  const Json& series = all["collectives"]["series"];
  ASSERT_EQ(series.size(), 3U);
  const Json* two_nodes = nullptr;
  for (const Json& one : series) {
    if (one["operation"] == "all_gather" && one["nodes"] == 2) two_nodes = &one;
  }
  ASSERT_NE(two_nodes, nullptr);
  EXPECT_EQ((*two_nodes)["bytes"], Json({1e6, 4e6}));  // by size
  EXPECT_NEAR((*two_nodes)["bus_factor"], 15.0 / 16.0, 1e-5);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_NEAR((*two_nodes)["time_s"][i].get<double>() / (*two_nodes)["fitted_s"][i].get<double>(),
                1.1, 1e-4);
  }
  const Json& line = (*two_nodes)["line"];
  EXPECT_LT(line["bytes"].front(), 1e6);
  EXPECT_GT(line["bytes"].back(), 4e6);
  EXPECT_EQ(line["bytes"].size(), line["time_s"].size());
  EXPECT_FALSE(two_nodes->contains("p99_s"));
}

TEST(CalibratePage, RepetitionsAreDrawnWhereTheyAreKnown) {
  CollectivePoint known = point(Operation::kAllReduce, 2, 1e6);
  known.p50 = known.time;
  known.p99 = 2.0 * known.time;
  const Json series = fit_pictures(fit_of(
      {known, point(Operation::kAllReduce, 2, 2e6)}))["nodes"][0]["collectives"]["series"][0];
  EXPECT_NEAR(series["p99_s"][0], 2.0 * known.time.si(), 1e-5 * known.time.si());
  EXPECT_TRUE(series["p99_s"][1].is_null());
}

TEST(CalibratePage, OfVeryManyPointsSomeAreDrawn) {
  std::vector<CollectivePoint> points;
  for (int i = 0; i < 20'000; ++i) points.push_back(point(Operation::kAllReduce, 2, 1e6 + i));
  const Json collectives = fit_pictures(fit_of(points))["nodes"][0]["collectives"];
  const std::size_t every = collectives["every"];
  EXPECT_GT(every, 1U);
  EXPECT_EQ(collectives["series"][0]["bytes"].size(), (points.size() + every - 1) / every);
}

TEST(CalibratePage, WhatIsLeftOutHasItsReason) {
  report::MeasurementFit fit = fit_of({point(Operation::kAllReduce, 2, 1e6)});
  fit.nodes[0].left_out_points.push_back({point(Operation::kAllReduce, 2, 2e6), "too fast"});
  fit.nodes[0].left_out["too fast"] = 1;
  const PageDocument page = measurement_fit_page(fit, report::measurement_fit_json(fit));
  EXPECT_EQ(page.result["schema"], "sextant.fit/1");
  EXPECT_EQ(page.result["nodes"][0]["left_out"], Json::parse(R"([{"reason":"too fast","n":1}])"));
  EXPECT_EQ(page.pictures["nodes"][0]["left_out"][0]["reason"], "too fast");
}

TEST(CalibratePage, HealthNamesWhatItIsOf) {
  health::HealthReport report;
  EXPECT_EQ(health_page(report, report::health_json(report)).title, "Health of a cluster");
  report.guesses = {"dgx-h100", "p5.48xlarge"};
  EXPECT_EQ(health_page(report, report::health_json(report)).title,
            "Health of a cluster of dgx-h100 or p5.48xlarge");
}

}  // namespace
}  // namespace sextant::pages

#include "src/endpoints/endpoints.h"

#include <gtest/gtest.h>

#include "sextant/serving/queueing.h"
#include "src/scenario/read_endpoints.h"

namespace sextant::endpoints {
namespace {

const std::string kSource = SEXTANT_SOURCE_DIR;

EndpointsResult serve_file(const std::string& name) {
  catalog::Catalogue catalogue(kSource + "/models");
  return serve(scenario::read_endpoints(kSource + "/scenarios/endpoints/" + name, catalogue));
}

/// An alternative of the test models' box (10 USD/h, 500 to 2,500 W) on a constant rate.
EndpointsResult serve_text(const std::string& load, const std::string& alternative,
                           const std::string& more = "") {
  catalog::Catalogue catalogue(kSource + "/tests/data/models");
  return serve(scenario::read_endpoints_text(
      "test.json",
      R"({"schema": "sextant.endpoints/1", "name": "test", "region": "home", "prices": "list",
          "load": )" +
          load + more + R"(, "alternatives": [{"instance": "box", "copies": 1, )" + alternative +
          "}]}",
      catalogue));
}

TEST(Endpoints, LayoutLmIsAsPublished) {
  const EndpointsResult result = serve_file("layoutlm.json");
  const Answer& gpu = result.answers[0];
  const Answer& inferentia = result.answers[1];
  EXPECT_EQ(gpu.fleet->total(), 33);
  EXPECT_EQ(inferentia.fleet->total(), 6);
  // USD 25 and 2 per million, rounded.
  EXPECT_NEAR(gpu.year.per_million(*gpu.year.cost).si(), 33 * 0.752, 1e-9);
  EXPECT_NEAR(inferentia.year.per_million(*inferentia.year.cost).si(), 6 * 0.362, 1e-9);
  // 92 % less energy is printed; the assumed power of the chips makes it 88.5.
  EXPECT_NEAR(*inferentia.year.energy / *gpu.year.energy, 0.08, 0.04);
}

TEST(Endpoints, ChargesForInstancesAndRequests) {
  const EndpointsResult result = serve_text(R"({"rate": "100 /s"})", R"("throughput": "50 /s")");
  const YearlyAccount& year = result.answers[0].year;
  EXPECT_EQ(result.answers[0].fleet->total(), 3);  // 2.86 at 70 %
  EXPECT_NEAR(year.requests, 100 * 365 * 86'400.0, 1);
  EXPECT_NEAR(year.cost->si(), 3 * 10 * 8760.0, 1e-6);
  // Two thirds busy: 500 W at rest, 1,500 at half, 2,500 in full; PUE 1.2.
  const double watts = 3 * (1500 + (2 * 2.0 / 3 - 1) * 1000) * 1.2;
  EXPECT_NEAR(year.energy->si(), watts * 365 * 86'400.0, 1e-6 * year.energy->si());
}

TEST(Endpoints, AddsInstancesUntilTheClosedFormIsInTime) {
  // At 90 % busy, 11 of them keep people waiting.
  const std::string more = R"(, "target_utilisation": 0.9,
      "latency": {"target": "130 ms", "percentile": 0.99})";
  const EndpointsResult result =
      serve_text(R"({"rate": "95 /s"})", R"("throughput": "10 /s")", more);
  const Fleet& fleet = *result.answers[0].fleet;
  EXPECT_EQ(fleet.by_rate, 11);
  EXPECT_GT(fleet.instances, fleet.by_rate);
  EXPECT_TRUE(fleet.meets);
  const auto at = [](int servers) {
    return ConstantQueue({.arrivals_per_s = 95, .servers = servers, .service = Seconds(0.1)})
        .response_quantile(0.99);
  };
  EXPECT_LE(at(fleet.instances), Seconds(0.13));
  EXPECT_GT(at(fleet.instances - 1), Seconds(0.13));
  EXPECT_NEAR(*fleet.response / at(fleet.instances), 1, 0.02);
}

TEST(Endpoints, SaysWhatNoNumberOfInstancesMends) {
  const EndpointsResult result = serve_text(R"({"rate": "10 /s"})", R"("throughput": "10 /s")",
                                            R"(, "latency": {"target": "50 ms"})");
  const Answer& answer = result.answers[0];
  EXPECT_FALSE(answer.meets());
  EXPECT_NE(answer.fleet->misses.find("the work alone takes up to 0.1 s"), std::string::npos);
}

TEST(Endpoints, BatchesAreSizedBySimulation) {
  const EndpointsResult result = serve_text(
      R"({"rate": "300 /s"})",
      R"("throughput": "80 /s", "batch": 8, "batch_timeout": "20 ms", "single": "60 ms")",
      R"(, "latency": {"target": "250 ms", "percentile": 0.95})");
  const Fleet& fleet = *result.answers[0].fleet;
  EXPECT_TRUE(fleet.meets);
  EXPECT_FALSE(fleet.peak.response);
  EXPECT_LE(*fleet.response, Seconds(0.2525));
}

TEST(Endpoints, ModelsShareInstances) {
  const std::string load = R"({"rate": "100 /s", "models": 20})";
  const auto total = [&](const std::string& alternative) {
    return serve_text(load, alternative).answers[0].fleet->total();
  };
  EXPECT_EQ(total(R"("throughput": "50 /s")"), 20);
  EXPECT_EQ(total(R"("throughput": "50 /s", "models_per_instance": 5)"), 4);
  EXPECT_EQ(total(R"("throughput": "50 /s", "models_per_instance": 20)"), 3);
}

TEST(Endpoints, FollowingTheLoadCostsLess) {
  const std::string load =
      R"({"curve": [{"at": "0 h", "rate": "0.5 /s"}, {"at": "12 h", "rate": "9.5 /s"}]})";
  const EndpointsResult fixed = serve_text(load, R"("throughput": "1 /s")");
  const EndpointsResult scaled =
      serve_text(load, R"("throughput": "1 /s", "scaling": {"start": "2 min"})");
  const Answer& a = fixed.answers[0];
  const Answer& b = scaled.answers[0];
  EXPECT_EQ(a.fleet->total(), 14);
  EXPECT_EQ(b.fleet->simulated.scaling.most_replicas, 14);
  // Half of the peak on average, and half an instance because they come whole.
  EXPECT_NEAR(*b.year.cost / *a.year.cost, (50 / 7.0 + 0.5) / 14, 0.02);
  EXPECT_LT(*b.year.energy, *a.year.energy);
  const ServingOutcome& outcome = b.fleet->simulated;
  EXPECT_EQ(outcome.arrived,
            outcome.served + outcome.in_service + outcome.waiting + outcome.refused);
}

TEST(Endpoints, AServiceIsBoughtByTheRequest) {
  catalog::Catalogue catalogue(kSource + "/tests/data/models");
  const auto result = serve(scenario::read_endpoints_text(
      "test.json",
      R"({"schema": "sextant.endpoints/1", "name": "test", "load": {"rate": "1 /s"},
          "alternatives": [{"bought": {"per_million": "3 USD"}}]})",
      catalogue));
  EXPECT_NEAR(result.answers[0].year.cost->si(), 3 * 31.536, 1e-9);
  EXPECT_FALSE(result.answers[0].fleet);
  EXPECT_EQ(result.answers[0].name, "bought");
}

TEST(Endpoints, ThreadsDoNotChangeTheResult) {
  catalog::Catalogue catalogue(kSource + "/tests/data/models");
  const auto scenario =
      scenario::read_endpoints(kSource + "/tests/data/endpoints/small.json", catalogue);
  const EndpointsResult one = serve(scenario, {.threads = 1});
  const EndpointsResult two = serve(scenario, {.threads = 2});
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(one.answers[i].fleet->simulated.digest, two.answers[i].fleet->simulated.digest);
  }
}

}  // namespace
}  // namespace sextant::endpoints

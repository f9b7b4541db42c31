#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "sextant/campaign/interval.h"
#include "src/pages/plan_cadence.h"
#include "src/pages/plan_distributions.h"
#include "src/pages/plan_page.h"
#include "src/pages/plan_run.h"
#include "src/pages/plan_waterfall.h"
#include "src/report/plan_json.h"
#include "tests/support/shipped_scenario.h"

namespace sextant::pages {
namespace {

plan::PlanResult planned(const std::string& file, std::int64_t replicas = 24) {
  scenario::Scenario scenario = fixtures::shipped_scenario(file);
  scenario.simulation.replicas = replicas;
  scenario.simulation.tolerance.reset();
  return plan::make_plan(scenario);
}

/// Phases, spot nodes, data that steps wait for, fp8, a given duration.
class PlanPictures : public testing::TestWithParam<const char*> {};

TEST_P(PlanPictures, AgreeWithTheForecast) {
  const plan::PlanResult result = planned(GetParam());
  const plan::Forecast& forecast = result.forecast;

  double parts = 0;
  for (const TimePart& part : time_parts(result)) parts += part.seconds;
  EXPECT_NEAR(parts, forecast.wall_time_s.mean, 1e-9 * forecast.wall_time_s.mean);

  const Histogram bins = histogram(forecast.samples.wall_time_s);
  const auto counted = std::accumulate(bins.counts.begin(), bins.counts.end(), bins.above);
  EXPECT_EQ(counted, forecast.replicas);

  const TypicalRun run = typical_run(result);
  const auto walls = forecast.samples.wall_time_s.numbers();
  EXPECT_EQ(run.result.wall_time.si(), walls[static_cast<std::size_t>(run.replica)]);
  EXPECT_TRUE(std::is_sorted(run.tokens.begin(), run.tokens.end()));
  double binned = 0;
  for (std::size_t bin = 0; bin < run.usage.bins(); ++bin) {
    for (const auto& [state, name] : EnumNames<NodeState>::table) {
      binned += run.usage.time(bin, state).si();
    }
  }
  EXPECT_NEAR(binned, run.result.wall_time.si(), 1e-6 * binned);
}

INSTANTIATE_TEST_SUITE_P(Shipped, PlanPictures,
                         testing::Values("llama2-7b-2xp5.json", "llama3-8b-spot-p4d.json",
                                         "finetune-preference.json", "fastfile-small-files.json",
                                         "published/opt-campaign.json"));

TEST(TypicalRun, TrainsAllTokensOfARunThatFinishes) {
  const plan::PlanResult result = planned("llama2-7b-2xp5.json");
  ASSERT_EQ(result.forecast.finished, result.forecast.replicas);
  double tokens = 0;
  for (const plan::PlannedPhase& phase : result.phases) tokens += phase.tokens();
  EXPECT_NEAR(typical_run(result).tokens.back() / tokens, 1.0, 1e-6);
}

TEST(TypicalRun, NoneIsNearerToTheMedianInTimeAndInInterruptions) {
  const plan::PlanResult result = planned("published/opt-campaign.json");
  const plan::Forecast::Samples& samples = result.forecast.samples;
  const auto typical = static_cast<std::size_t>(typical_run(result).replica);
  const auto distance = [](const Sample& sample, std::size_t replica) {
    return std::abs(sample.numbers()[replica] - sample.quantile(0.5));
  };
  const double in_time = distance(samples.wall_time_s, typical);
  const double in_interruptions = distance(samples.interruptions, typical);
  for (std::size_t i = 0; i < samples.wall_time_s.count(); ++i) {
    EXPECT_FALSE(distance(samples.wall_time_s, i) < in_time &&
                 distance(samples.interruptions, i) < in_interruptions)
        << "replica " << i;
  }
}

TEST(Histogram, CountsAFarTailByItself) {
  std::vector<double> numbers(99, 1.0);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] += 1e-3 * static_cast<double>(i);
  numbers.push_back(100.0);
  const Histogram bins = histogram(Sample(numbers));
  EXPECT_EQ(bins.above, 1);
  EXPECT_LT(bins.to, 1.5);
  EXPECT_EQ(bins.counts.size(), 20u);
}

TEST(Histogram, OfOneNumber) {
  const Histogram bins = histogram(Sample({3.0, 3.0}));
  EXPECT_EQ(bins.from, bins.to);
  EXPECT_THAT(bins.counts, testing::ElementsAre(2));
}

CadenceCurve minutes() {
  CadenceCurve curve;
  curve.tier = "store";
  curve.overhead_s = 5;
  curve.mean_life_s = 1e5;
  return curve;
}

TEST(Cadence, IsLeastAtDalysInterval) {
  const CadenceCurve curve = minutes();
  const auto loss = [&](double interval) {
    const CadencePoint point = curve.at(interval);
    return point.saving + point.lost;
  };
  const double best = daly_interval(Seconds(5), Seconds(1e5)).si();
  EXPECT_LT(loss(best), loss(0.95 * best));
  EXPECT_LT(loss(best), loss(1.05 * best));
}

TEST(Cadence, SpansEightTimesBothWays) {
  const plan::PlanResult result = planned("llama2-7b-2xp5.json");
  for (const CadenceCurve& curve : cadence_curves(result)) {
    EXPECT_LE(curve.points.front().interval_s, curve.chosen.interval_s / 8 * 1.001);
    EXPECT_GE(curve.points.back().interval_s, curve.chosen.interval_s * 8 / 1.001);
    for (const CadencePoint& point : curve.points) EXPECT_GE(point.lost, 0);
  }
}

TEST(Cadence, SaysNothingWhereNothingFails) {
  plan::PlanResult result = planned("llama2-7b-2xp5.json");
  ASSERT_FALSE(cadence_curves(result).empty());
  result.campaign.failures = {};
  EXPECT_TRUE(cadence_curves(result).empty());
}

TEST(PlanPage, StaysSmall) {
  const plan::PlanResult result = planned("published/opt-campaign.json", 200);
  const PageDocument page = plan_page(result, report::plan_json(result));
  for (const char* picture : {"waterfall", "distributions", "cadence", "run", "words"}) {
    ASSERT_TRUE(page.pictures.contains(picture)) << picture;
    EXPECT_LT(page.pictures[picture].dump().size(), 30'000u) << picture;
  }
}

TEST(InfeasiblePage, CarriesWhatIsWrong) {
  const plan::Obstacle obstacle{
      .reason = "it does not fit", .details = {}, .remedies = {"more nodes"}};
  const plan::InfeasiblePlan infeasible({obstacle});
  const scenario::Scenario scenario = fixtures::shipped_scenario("llama2-7b-2xp5.json");
  const PageDocument page = infeasible_page(scenario, report::infeasible_json(infeasible));
  EXPECT_EQ(page.kind, "plan");
  EXPECT_EQ(page.title, scenario.name);
  EXPECT_EQ(page.result["obstacles"][0]["remedies"][0], "more nodes");
}

}  // namespace
}  // namespace sextant::pages

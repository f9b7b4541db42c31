#include "src/plan/what_if.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src/scenario/read_scenario.h"

namespace sextant::plan {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> names(const CampaignInputs& run, std::int64_t enough_spares = 0) {
  std::vector<std::string> all;
  for (const WhatIf& what_if : what_ifs(run, enough_spares)) all.push_back(what_if.change);
  return all;
}

FailureCause cause(Symptom symptom) {
  FailureCause cause;
  cause.name = "some";
  cause.weight.value = 1;
  cause.symptom = symptom;
  return cause;
}

CampaignInputs failing_run() {
  CampaignInputs run;
  run.failures.node_life.value = 10.0 * kDay;
  run.failures.causes = {cause(Symptom::kCrash)};
  run.phases = {steady_phase(Seconds(10), 1000, {.write = kMinute})};
  return run;
}

TEST(WhatIfs, AreThoseThatApply) {
  CampaignInputs run = failing_run();
  EXPECT_THAT(names(run), Not(Contains(HasSubstr("hang"))));
  EXPECT_THAT(names(run), Not(Contains(HasSubstr("lemon"))));
  run.failures.causes.push_back(cause(Symptom::kUnwatchedHang));
  run.failures.lemons.emplace();
  EXPECT_THAT(names(run), Contains("hangs noticed after 1 min"));
  EXPECT_THAT(names(run), Contains("no lemon nodes"));
  EXPECT_THAT(names(run, 3), Contains(HasSubstr("spares")));
  run.failures = {};
  EXPECT_THAT(names(run), testing::ElementsAre("checkpoints that cost no time"));
}

TEST(WhatIfs, WithoutLemonsTheOtherNodesKeepTheirRate) {
  CampaignInputs run = failing_run();
  run.failures.lemons.emplace();
  run.failures.lemons->share.value = 0.1;
  run.failures.lemons->factor.value = 11;
  for (const WhatIf& what_if : what_ifs(run, 0)) {
    if (what_if.change == "no lemon nodes") what_if.apply(run);
  }
  EXPECT_FALSE(run.failures.lemons.has_value());
  EXPECT_NEAR(run.failures.node_life.value.si(), (20.0 * kDay).si(), 1e-6);
}

TEST(WorthOfWhatIfs, NothingFailingIsWorthMost) {
  const std::string data = SEXTANT_SOURCE_DIR "/tests/data/";
  catalog::Catalogue catalogue(data + "models");
  scenario::Scenario scenario = scenario::read_scenario(data + "good/small.json", catalogue);
  scenario.failures.value.node_life.value = 0.5 * kHour;
  const PlanResult result = make_plan(scenario);
  const std::vector<Worth> worths = worth_of_what_ifs(result, {});
  ASSERT_FALSE(worths.empty());
  EXPECT_EQ(worths.front().change, "no failures at all");
  EXPECT_TRUE(worths.front().wall_time_s.certain());
  EXPECT_GT(worths.front().cost_usd->value.mean, 0);
  for (const Worth& worth : worths) {
    EXPECT_LE(worth.wall_time_s.value.mean, worths.front().wall_time_s.value.mean);
  }
  scenario.training.tokens.reset();
  scenario.training.duration = kHour;
  EXPECT_TRUE(worth_of_what_ifs(make_plan(scenario), {}).empty());
}

}  // namespace
}  // namespace sextant::plan

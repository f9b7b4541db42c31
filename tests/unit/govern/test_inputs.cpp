#include "src/govern/inputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "src/io/diagnostics.h"
#include "src/scenario/read_governance.h"

namespace sextant::govern {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const std::string kSource = SEXTANT_SOURCE_DIR;

class InputsTest : public testing::Test {
 protected:
  /// The small scenario with pieces of its text replaced.
  scenario::GovernanceScenario read_with(const std::map<std::string, std::string>& changes = {}) {
    const std::string name = kSource + "/tests/data/governance/small.json";
    std::ifstream file(name);
    std::ostringstream stream;
    stream << file.rdbuf();
    std::string text = stream.str();
    for (const auto& [from, to] : changes) {
      const std::size_t at = text.find(from);
      EXPECT_NE(at, std::string::npos) << from;
      if (at != std::string::npos) text.replace(at, from.size(), to);
    }
    return scenario::read_governance_text(name, text, catalogue_);
  }

  catalog::Catalogue catalogue_{kSource + "/tests/data/models"};
};

std::vector<JobSpec> jobs(const scenario::GovernanceScenario& scenario, int most = 1000) {
  std::vector<JobSpec> result;
  const auto source = jobs_of(scenario, {1, 0});
  while (static_cast<int>(result.size()) < most) {
    auto job = source->next();
    if (!job) break;
    result.push_back(*std::move(job));
  }
  return result;
}

TEST_F(InputsTest, FollowTheScenario) {
  const auto scenario = read_with();
  const GovernanceInputs inputs = inputs_of(scenario);
  ASSERT_EQ(inputs.teams.size(), 2u);
  EXPECT_EQ(inputs.teams[1].name, "b");
  EXPECT_EQ(inputs.teams[1].queue, QueueIndex{1});
  ASSERT_EQ(inputs.supply.size(), 1u);
  EXPECT_EQ(inputs.supply[0].unit_weights, std::vector<std::int64_t>{1000});
  EXPECT_FALSE(inputs.supply[0].failures);
  ASSERT_EQ(inputs.windows.size(), 1u);
  EXPECT_EQ(inputs.windows[0].first_node, 3);  // the last one of four
  EXPECT_EQ(inputs.windows[0].queue_or_cohort, "b");
  ASSERT_EQ(inputs.outages.size(), 1u);
  EXPECT_EQ(inputs.outages[0].from, SimTime() + SimDuration::rounded(3.0 * kDay));
  ASSERT_EQ(inputs.endpoints.size(), 1u);
  EXPECT_EQ(inputs.endpoints[0].requests_per_s_per_replica, 5);
  EXPECT_TRUE(inputs.endpoints[0].replica.work.is_never());
  EXPECT_EQ(inputs.endpoints[0].replica.kind, JobKind::kEndpoint);
  EXPECT_EQ(inputs.duration, 7.0 * kDay);
}

TEST_F(InputsTest, AccountsKnowPowerAndPrice) {
  const auto plain = accounts_of(read_with());
  ASSERT_EQ(plain.size(), 1u);
  EXPECT_EQ(plain[0].unit, "GPUs");
  EXPECT_EQ(plain[0].units_per_node, 4000);
  EXPECT_EQ(plain[0].power->full.value, Watts(2500));
  EXPECT_FALSE(plain[0].node_price);
  const auto priced =
      accounts_of(read_with({{"\"windows\"", R"("region": "home", "prices": "list", "windows")"}}));
  ASSERT_TRUE(priced[0].node_price);
  EXPECT_GT(priced[0].node_price->value, UsdPerSecond(0));
  EXPECT_TRUE(priced[0].region);
}

TEST_F(InputsTest, JobsOfAllSourcesComeInOneOrder) {
  const auto all = jobs(read_with(), 200);
  ASSERT_EQ(all.size(), 200u);
  std::map<JobKind, int> kinds;
  SimTime last;
  for (const JobSpec& job : all) {
    EXPECT_GE(job.submit, last);
    last = job.submit;
    ++kinds[job.kind];
  }
  EXPECT_EQ(kinds[JobKind::kExperiment], 1);  // the listed one
  EXPECT_GT(kinds[JobKind::kTraining], 50);
  EXPECT_GT(kinds[JobKind::kSpace], 100);
}

TEST_F(InputsTest, SpacesStayForAWhileUnused) {
  for (const JobSpec& job : jobs(read_with(), 50)) {
    if (job.kind != JobKind::kSpace) continue;
    EXPECT_EQ(job.idle_tail.seconds(), 0.5 * kHour);
    EXPECT_EQ(job.work.seconds(), kHour);
    EXPECT_EQ(job.checkpoint_interval, SimDuration());
  }
}

TEST_F(InputsTest, ATrainingRunIsTheOneThatPlanKnows) {
  const auto scenario = read_with(
      {{"{\"name\": \"first\"",
        R"({"name": "run", "team": "a", "training": "../good/small.json"}, {"name": "first")"}});
  const GovernanceInputs inputs = inputs_of(scenario);
  ASSERT_EQ(inputs.trainings.size(), 1u);
  EXPECT_EQ(inputs.trainings[0].nodes, 4);
  EXPECT_EQ(inputs.trainings[0].interval, Seconds(1800));
  const auto all = jobs(scenario, 20);
  const auto run =
      std::find_if(all.begin(), all.end(), [](const JobSpec& job) { return job.name == "run"; });
  ASSERT_NE(run, all.end());
  EXPECT_EQ(run->training, 0);
  EXPECT_EQ(run->podsets[0].count, 4);
  EXPECT_EQ(run->podsets[0].per_pod[0].amount, 4);
}

/// Only the trace: no generators, spaces or endpoints.
std::map<std::string, std::string> only_trace(const std::string& trace) {
  return {{"\"rate\": \"4 /d\"", "\"rate\": \"0 /d\""},
          {"\"users\": 10", "\"users\": 1, \"sessions_per_day\": 0"},
          {"\"endpoints\":", "\"traces\": [" + trace + "], \"endpoints\":"}};
}

TEST_F(InputsTest, ALogIsReadWithItsNamesTranslated) {
  const auto scenario = read_with(
      only_trace(R"({"file": "../traces/jobs.csv", "teams": {"vision": "a"}, "team": "b", )"
                 R"("classes": {"training": "high"}, "time_scale": 0.5})"));
  const auto source = jobs_of(scenario, {1, 0});
  std::map<std::string, JobSpec> by_name;
  while (auto job = source->next()) by_name[job->name] = *job;
  ASSERT_EQ(by_name.size(), 5u);  // the listed one among them
  EXPECT_EQ(by_name["a-2"].team, TeamIndex{0});
  EXPECT_EQ(by_name["a-2"].podsets[0].count, 4);  // of 16 accelerators, on boxes of 4
  EXPECT_EQ(by_name["a-2"].submit, SimTime(30'000'000'000));
  EXPECT_EQ(by_name["b-1"].team, TeamIndex{1});
  EXPECT_EQ(by_name["a-1"].priority_class, ClassIndex{0});
  EXPECT_EQ(by_name["b-1"].priority_class, ClassIndex{1});
  const auto skipped = source->skipped();
  ASSERT_EQ(skipped.size(), 1u);
  EXPECT_EQ(skipped[0].reason, "without accelerators");
}

TEST_F(InputsTest, JobsOfALogThatAreTooLargeAreCounted) {
  const auto scenario = read_with(only_trace(R"({"file": "../traces/acme.csv", "team": "a"})"));
  const auto source = jobs_of(scenario, {1, 0});
  int count = 0;
  while (source->next()) ++count;
  EXPECT_EQ(count, 2);  // the listed one, and the smaller of the log's two
  const auto skipped = source->skipped();
  ASSERT_EQ(skipped.size(), 1u);
  EXPECT_EQ(skipped[0].reason, "larger than the cluster");
  EXPECT_EQ(skipped[0].jobs, 1);
}

TEST_F(InputsTest, ATeamThatNobodyKnowsIsAnErrorWithItsLine) {
  const auto scenario =
      read_with(only_trace(R"({"file": "../traces/jobs.csv", "teams": {"vision": "a"}})"));
  const auto source = jobs_of(scenario, {1, 0});
  try {
    while (source->next()) continue;
    FAIL() << "no error";
  } catch (const io::InputError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("jobs.csv:4: error: found a job of \"speech\""),
                                    HasSubstr("\"teams\": {\"speech\": …}")));
  }
}

}  // namespace
}  // namespace sextant::govern

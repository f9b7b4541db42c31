#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "sextant/campaign/campaign.h"
#include "sextant/governance/governance.h"
#include "tests/support/governance_fixtures.h"

namespace sextant {
namespace {

using fixtures::even_teams;
using fixtures::GovernanceLog;
using fixtures::job;
using fixtures::ListedJobs;

constexpr std::int64_t kSecond = 1'000'000'000;

GovernanceLog run(const GovernanceInputs& inputs, std::vector<JobSpec> jobs) {
  ListedJobs source(std::move(jobs));
  GovernanceLog log;
  run_governance(inputs, source, {.seed = 1, .replica = 0}, log);
  return log;
}

std::vector<std::string> names_at(const GovernanceLog& log, std::int64_t second) {
  std::vector<std::string> names;
  for (const NodesHeld& held : log.held) {
    if (held.time_ns == second * kSecond) names.push_back(held.name);
  }
  return names;
}

TEST(GovernedLooks, TellsWhoHoldsWhichNodesAtTheMomentsAskedFor) {
  GovernanceInputs inputs = even_teams(4, 2);
  inputs.looks = {SimTime(0), SimTime(50 * kSecond), SimTime(150 * kSecond)};
  const JobSpec first = job("first", 0, 16, Seconds(0), Seconds(100));
  const JobSpec second = job("second", 1, 8, Seconds(20), Seconds(200));
  const GovernanceLog log = run(inputs, {first, second});
  EXPECT_EQ(names_at(log, 0), std::vector<std::string>{"first"});
  EXPECT_EQ(names_at(log, 50), (std::vector<std::string>{"first", "second"}));
  EXPECT_EQ(names_at(log, 150), std::vector<std::string>{"second"});
  const NodesHeld& seen = log.held[1];
  EXPECT_EQ(seen.nodes.size(), 2u);
  EXPECT_TRUE(std::is_sorted(seen.nodes.begin(), seen.nodes.end()));
  EXPECT_EQ(seen.training, -1);
  // Nobody is on the other's nodes.
  for (const int node : log.held[2].nodes) {
    EXPECT_EQ(std::count(seen.nodes.begin(), seen.nodes.end(), node), 0);
  }
  EXPECT_EQ(log.held[2].since_ns, 20 * kSecond);
}

TEST(GovernedLooks, SeesTheNodesOfTrainingRuns) {
  GovernanceInputs inputs = even_teams(4, 1);
  CampaignInputs campaign;
  campaign.nodes = 3;
  campaign.phases = {steady_phase(Seconds(1), 1000, {.mode = CheckpointMode::kBlocking})};
  campaign.interval = Seconds(100);
  inputs.trainings = {campaign};
  inputs.looks = {SimTime(500 * kSecond)};
  JobSpec run_of_three = job("run", 0, 24, Seconds(0), Seconds(0));
  run_of_three.training = 0;
  const GovernanceLog log =
      run(inputs, {job("other", 0, 8, Seconds(0), Seconds(600)), run_of_three});
  ASSERT_EQ(log.held.size(), 2u);
  EXPECT_EQ(log.held[1].training, 0);
  EXPECT_EQ(log.held[1].nodes.size(), 3u);
  EXPECT_EQ(std::count(log.held[1].nodes.begin(), log.held[1].nodes.end(), log.held[0].nodes[0]),
            0);
}

TEST(GovernedLooks, SeesTheMomentAsItSettles) {
  GovernanceInputs inputs = even_teams(1, 1);
  inputs.looks = {SimTime(100 * kSecond)};
  const GovernanceLog log = run(inputs, {job("first", 0, 8, Seconds(0), Seconds(100)),
                                         job("second", 0, 8, Seconds(0), Seconds(100))});
  EXPECT_EQ(names_at(log, 100), std::vector<std::string>{"second"});
}

TEST(GovernedLooks, ChangesNothingElse) {
  GovernanceInputs inputs = even_teams(2, 2);
  const std::vector<JobSpec> jobs = {job("borrower", 0, 16, Seconds(0), Seconds(1000)),
                                     job("owner", 1, 8, Seconds(700), Seconds(100))};
  const GovernanceLog before = run(inputs, jobs);
  inputs.looks = {SimTime(10 * kSecond), SimTime(700 * kSecond), SimTime(100'000 * kSecond)};
  const GovernanceLog after = run(inputs, jobs);
  ASSERT_EQ(before.jobs.size(), after.jobs.size());
  for (std::size_t i = 0; i < before.jobs.size(); ++i) {
    EXPECT_EQ(before.jobs[i].name, after.jobs[i].name);
    EXPECT_EQ(before.jobs[i].ended_ns, after.jobs[i].ended_ns);
    EXPECT_EQ(before.jobs[i].lost_ns, after.jobs[i].lost_ns);
  }
  EXPECT_TRUE(names_at(after, 100'000).empty());  // it was over long before
}

}  // namespace
}  // namespace sextant

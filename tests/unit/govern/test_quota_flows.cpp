#include "src/govern/quota_flows.h"

#include <gtest/gtest.h>

#include "tests/unit/govern/three_teams.h"

namespace sextant::govern {
namespace {

constexpr FlavorIndex kFlavor{};

QuotaChange change(std::int64_t time_ns, std::uint32_t team, std::int64_t units) {
  return {time_ns, QueueIndex{team}, TeamIndex{team}, kFlavor, units};
}

TEST(QuotaFlows, BorrowedComesFromThoseWhoHaveItToSpareInProportion) {
  const GovernanceInputs inputs = three_teams();  // 16 accelerators each
  QuotaFlows flows(inputs);
  // A holds 24: 8 borrowed. B holds 8, C nothing: they can spare 8 and 16.
  flows.add(change(0, 1, 8'000));
  flows.add(change(0, 0, 24'000));
  flows.add(change(90, 0, -24'000));
  flows.finish(100);
  const auto of = [&](std::uint32_t team) { return flows.integrals(TeamIndex{team}, kFlavor); };
  EXPECT_DOUBLE_EQ(of(0).held, 24'000.0 * 90);
  EXPECT_DOUBLE_EQ(of(0).borrowed, 8'000.0 * 90);
  EXPECT_DOUBLE_EQ(of(0).lent, 0);
  EXPECT_DOUBLE_EQ(of(1).held, 8'000.0 * 100);
  EXPECT_DOUBLE_EQ(of(1).borrowed, 0);
  EXPECT_NEAR(of(1).lent, 8'000.0 / 3 * 90, 1e-6);
  EXPECT_NEAR(of(2).lent, 16'000.0 / 3 * 90, 1e-6);
}

TEST(QuotaFlows, EverythingBorrowedIsLent) {
  const GovernanceInputs inputs = three_teams();
  QuotaFlows flows(inputs);
  std::int64_t time = 0;
  const std::int64_t held[][3] = {{20, 0, 0}, {20, 10, 18}, {32, 16, 0}, {0, 0, 40}, {3, 2, 1}};
  std::int64_t last[3] = {};
  for (const auto& row : held) {
    for (std::uint32_t team = 0; team < 3; ++team) {
      flows.add(change(time, team, 1000 * (row[team] - last[team])));
      last[team] = row[team];
    }
    time += 7;
  }
  flows.finish(time);
  double borrowed = 0, lent = 0;
  for (std::uint32_t team = 0; team < 3; ++team) {
    borrowed += flows.integrals(TeamIndex{team}, kFlavor).borrowed;
    lent += flows.integrals(TeamIndex{team}, kFlavor).lent;
  }
  EXPECT_DOUBLE_EQ(borrowed, 7 * 1000.0 * (4 + 4 + 2 + 16 + 24));
  EXPECT_NEAR(lent, borrowed, 1e-6);
}

TEST(QuotaFlows, WhoMayNotLendDoesNot) {
  GovernanceInputs inputs = three_teams();
  inputs.policy.queues[1].groups[0].flavors[0].resources[0].lending_limit = 0;
  QuotaFlows flows(inputs);
  flows.add(change(0, 0, 24'000));
  flows.finish(10);
  EXPECT_EQ(flows.integrals(TeamIndex{1}, kFlavor).lent, 0);
  EXPECT_DOUBLE_EQ(flows.integrals(TeamIndex{2}, kFlavor).lent, 80'000);
}

TEST(QuotaFlows, AWindowRaisesNominalQuotaMeanwhile) {
  GovernanceInputs inputs = three_teams();
  // One node of 8 from 20 to 60 ns.
  inputs.windows.push_back(
      {.from = SimTime(20), .to = SimTime(60), .queue_or_cohort = inputs.policy.queues[0].name});
  QuotaFlows flows(inputs);
  flows.add(change(0, 0, 24'000));
  flows.finish(100);
  EXPECT_DOUBLE_EQ(flows.integrals(TeamIndex{0}, kFlavor).borrowed, 8'000.0 * 60);
}

TEST(QuotaFlows, TeamsOfOneQueueShareByWhatTheyHold) {
  GovernanceInputs inputs = three_teams();
  inputs.teams[1].queue = QueueIndex{0};
  QuotaFlows flows(inputs);
  flows.add({0, QueueIndex{0}, TeamIndex{0}, kFlavor, 15'000});
  flows.add({0, QueueIndex{0}, TeamIndex{1}, kFlavor, 5'000});
  flows.finish(10);
  EXPECT_DOUBLE_EQ(flows.integrals(TeamIndex{0}, kFlavor).borrowed, 30'000);
  EXPECT_DOUBLE_EQ(flows.integrals(TeamIndex{1}, kFlavor).borrowed, 10'000);
}

TEST(QuotaFlows, BorrowedOverTime) {
  const GovernanceInputs inputs = three_teams();
  QuotaFlows flows(inputs);
  flows.add(change(0, 0, 24'000));
  flows.add(change(500'000, 0, -8'000));
  flows.finish(2'000'000);
  ASSERT_EQ(flows.borrowed().integrals().size(), 1u);
  EXPECT_DOUBLE_EQ(flows.borrowed().integrals()[0], 8'000.0 * 500'000);
}

}  // namespace
}  // namespace sextant::govern

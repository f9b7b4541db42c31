#include "src/govern/fairness.h"

#include <gtest/gtest.h>

#include "tests/unit/govern/three_teams.h"

namespace sextant::govern {
namespace {

TEST(Fairness, JainIsOneOverTheNumberWhenOneHasEverything) {
  EXPECT_EQ(jain_index({}), 1);
  EXPECT_DOUBLE_EQ(jain_index({1, 0, 0, 0}), 0.25);
  EXPECT_DOUBLE_EQ(jain_index({2, 2, 2}), 1);
}

TEST(Fairness, EntitledByWeightWhereATeamHasNoQuota) {
  GovernanceInputs inputs = three_teams();
  EXPECT_EQ(entitlement_kind(inputs), Entitlement::kNominalQuota);
  inputs.policy.queues[0].groups.clear();
  inputs.policy.queues[1].fair_weight = 3;
  EXPECT_EQ(entitlement_kind(inputs), Entitlement::kWeight);
  EXPECT_EQ(entitlements(inputs), (std::vector<double>{1, 3, 1}));
  inputs.policy.queues[1].fair_weight = 0;
  EXPECT_EQ(entitlement_kind(inputs), Entitlement::kEqual);
}

}  // namespace
}  // namespace sextant::govern

#include "sextant/fleet/causes.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace sextant {
namespace {

FailureCause cause(const char* name, double weight) {
  FailureCause result;
  result.name = name;
  result.weight.value = weight;
  return result;
}

TEST(CauseDistribution, DrawsInProportionToWeights) {
  const DiscreteDistribution odds =
      cause_distribution({cause("a", 148), cause("never", 0), cause("b", 271)});
  RandomStream stream(1, "test");
  std::array<int, 3> counts{};
  const int draws = 100'000;
  for (int i = 0; i < draws; ++i) ++counts[odds.draw(stream)];
  const double share = 148.0 / 419.0;
  EXPECT_NEAR(counts[0], share * draws, 4 * std::sqrt(draws * share * (1 - share)));
  EXPECT_EQ(counts[1], 0);
}

TEST(CauseDistribution, OfAnEmptyListHasOneCause) {
  RandomStream stream(1, "test");
  EXPECT_EQ(cause_distribution({}).probability(0), 1.0);
  EXPECT_EQ(cause_distribution({}).draw(stream), 0u);
}

TEST(InterruptionCauses, AreTheNodesThenTheJobsThenTheOthers) {
  FailureProfile profile;
  profile.causes = {cause("gpu", 1), cause("nic", 1)};
  profile.job_causes = {cause("software", 1)};
  FleetPlan plan;
  const auto names = [&] { return InterruptionCauses(profile, plan).names(); };
  EXPECT_EQ(names(), (std::vector<std::string>{"gpu", "nic"}));
  profile.job_life = Coefficient<Seconds>{};
  EXPECT_EQ(names(), (std::vector<std::string>{"gpu", "nic", "software"}));
  profile.causes.clear();
  profile.job_causes.clear();
  EXPECT_EQ(names(), (std::vector<std::string>{"node", "job"}));
  profile.domains = {FailureDomain{.name = "rack"}};
  profile.early_failures = EarlyFailures{};
  plan.spot = SpotReclaims{};
  plan.maintenance = Maintenance{};
  EXPECT_EQ(names(), (std::vector<std::string>{"node", "job", "early_failure", "rack", "reclaimed",
                                               "maintenance"}));
  const InterruptionCauses causes(profile, plan);
  EXPECT_EQ(causes.domains, 3u);
  EXPECT_EQ(causes.maintenance, 5u);
  EXPECT_TRUE(causes.all[causes.domains].hardware);
  EXPECT_FALSE(causes.all[causes.job].hardware);
}

}  // namespace
}  // namespace sextant

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

TEST(InterruptionNames, AreTheNodesThenTheJobs) {
  FailureProfile profile;
  profile.causes = {cause("gpu", 1), cause("nic", 1)};
  profile.job_causes = {cause("software", 1)};
  EXPECT_EQ(interruption_names(profile), (std::vector<std::string>{"gpu", "nic"}));
  profile.job_life = Coefficient<Seconds>{};
  EXPECT_EQ(interruption_names(profile), (std::vector<std::string>{"gpu", "nic", "software"}));
  profile.causes.clear();
  profile.job_causes.clear();
  EXPECT_EQ(interruption_names(profile), (std::vector<std::string>{"node", "job"}));
}

}  // namespace
}  // namespace sextant

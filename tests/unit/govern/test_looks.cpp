#include "src/govern/looks.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "src/scenario/read_governance.h"

namespace sextant::govern {
namespace {

const std::string kSource = SEXTANT_SOURCE_DIR;

class LooksTest : public testing::Test {
 protected:
  std::vector<Look> look(const std::optional<TimeWindow>& window) {
    return look_at(scenario_, inputs_of(scenario_), window);
  }

  catalog::Catalogue catalogue_{kSource + "/tests/data/models"};
  scenario::GovernanceScenario scenario_ =
      scenario::read_governance(kSource + "/tests/data/governance/fabric.json", catalogue_);
};

TEST_F(LooksTest, AMomentIsSeenOnce) {
  const std::vector<Look> looks = look(TimeWindow{Seconds(600), std::nullopt});
  ASSERT_EQ(looks.size(), 1u);
  EXPECT_EQ(looks[0].time, Seconds(600));
  ASSERT_EQ(looks[0].held.size(), 3u);
  std::set<int> nodes;
  for (const NodesHeld& held : looks[0].held) nodes.insert(held.nodes.begin(), held.nodes.end());
  EXPECT_EQ(nodes.size(), 10u);  // 2, 4 and 4, each once
  EXPECT_EQ(looks[0].held[0].training, -1);
  EXPECT_EQ(looks[0].held[1].training, 0);
  EXPECT_EQ(looks[0].held[1].nodes.size(), 4u);
}

TEST_F(LooksTest, AnIntervalIsSeenInTheMiddleOfEqualParts) {
  const std::vector<Look> looks = look(TimeWindow{Seconds(100), Seconds(1700)});
  ASSERT_EQ(looks.size(), static_cast<std::size_t>(kLooks));
  EXPECT_EQ(looks.front().time, Seconds(150));
  EXPECT_EQ(looks.back().time, Seconds(1650));
  EXPECT_EQ(looks.front().held.size(), 3u);
  EXPECT_EQ(looks.back().held.size(), 1u);  // the training jobs are over
}

TEST_F(LooksTest, WithoutAWindowAllTheTimeIsSeen) {
  const std::vector<Look> looks = look(std::nullopt);
  ASSERT_EQ(looks.size(), static_cast<std::size_t>(kLooks));
  EXPECT_DOUBLE_EQ(looks.front().time.si(), 3600.0 / 32);  // the notebook ends last
  EXPECT_EQ(looks.back().held.size(), 1u);
}

TEST_F(LooksTest, NobodyIsSeenAfterTheEnd) {
  for (const Look& after : look(TimeWindow{Seconds(1e6), Seconds(2e6)})) {
    EXPECT_TRUE(after.held.empty());
  }
}

}  // namespace
}  // namespace sextant::govern

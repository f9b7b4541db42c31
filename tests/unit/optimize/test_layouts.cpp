#include "src/optimize/layouts.h"

#include <gtest/gtest.h>

#include "src/io/json_text.h"
#include "src/io/writer.h"
#include "tests/support/small_question.h"

namespace sextant::optimize {
namespace {

std::string text_of(const ClusterLayouts& layouts) {
  std::string text;
  for (const auto& phase : layouts.phases) {
    for (const search::FoundLayout& found : phase) {
      text += io::to_compact_text(io::write_value(found.layout)) + std::to_string(found.time.si());
    }
  }
  return text;
}

TEST(ClusterLayouts, TravelFromOneProcessToAnother) {
  catalog::Catalogue catalogue = fixtures::test_catalogue();
  LayoutOptions five;
  five.keep = 5;
  ClusterLayouts layouts = search_cluster(fixtures::busy_scenario(catalogue), five);
  ASSERT_TRUE(layouts.found()) << layouts.obstacle;
  layouts.phases.front().front().layout.stages = std::vector<int>{7, 5};
  layouts.least_memory = layouts.phases.front().back();
  run::Packer packer;
  pack(packer, layouts);
  const std::string bytes = packer.bytes();
  run::Unpacker unpacker(bytes);
  ClusterLayouts arrived;
  pack(unpacker, arrived);
  EXPECT_TRUE(unpacker.at_end());
  EXPECT_EQ(text_of(arrived), text_of(layouts));
  EXPECT_EQ(arrived.tally.valid, layouts.tally.valid);
  EXPECT_EQ(arrived.least_memory->peak_memory, layouts.least_memory->peak_memory);
}

TEST(ClusterLayouts, SaysWhatIsMissing) {
  catalog::Catalogue catalogue = fixtures::test_catalogue();
  scenario::Scenario scenario = fixtures::busy_scenario(catalogue);
  scenario.cluster.accelerator->value.memory.value = Bytes(1e8);
  const ClusterLayouts none = search_cluster(scenario, {});
  EXPECT_FALSE(none.found());
  EXPECT_TRUE(none.lacks_memory);
  EXPECT_NE(none.obstacle.find("fits in memory: the least needs"), std::string::npos)
      << none.obstacle;
  scenario.cluster.nodes = 17;
  const ClusterLayouts odd = search_cluster(scenario, {});
  EXPECT_FALSE(odd.lacks_memory);
  EXPECT_EQ(odd.obstacle, "no layout divides 68 accelerators and the batch");
}

}  // namespace
}  // namespace sextant::optimize

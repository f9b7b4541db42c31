#include "src/pages/fabric_picture.h"

#include <gtest/gtest.h>

#include <numeric>

#include "tests/support/fabrics.h"

namespace sextant::pages {
namespace {

using Json = nlohmann::ordered_json;

Fabric rails(int nodes) {
  return test::fabric_of(test::fabric_plan(FabricKind::kRailOptimised), test::p5(), nodes);
}

int sum(const Json& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), 0,
                         [](int sum, const Json& number) { return sum + number.get<int>(); });
}

/// Upward links of a fabric that leave a node.
int links_between(const Fabric& fabric) {
  int count = 0;
  for (int id = 0; id < fabric.links(); id += 2) {
    const int from = fabric.vertex(fabric.link(id).from).node;
    if (from < 0 || from != fabric.vertex(fabric.link(id).to).node) ++count;
  }
  return count;
}

TEST(FabricPicture, ShapesStandForAllNodesAndSwitches) {
  const Fabric fabric = rails(100);
  const Json picture = fabric_picture(fabric, {});
  EXPECT_EQ(picture["tiers"][0]["role"], "node");
  EXPECT_EQ(picture["tiers"][0]["members"], 100);
  int switches = 0;
  for (int id = 0; id < fabric.vertices(); ++id) switches += fabric.vertex(id).node < 0 ? 1 : 0;
  int drawn = 0;
  for (const Json& tier : picture["tiers"]) {
    EXPECT_LE(tier["shapes"].size(), static_cast<std::size_t>(kMostShapes));
    EXPECT_EQ(sum(tier["shapes"]), tier["members"].get<int>());
    if (tier["role"] != "node") drawn += tier["members"].get<int>();
  }
  EXPECT_EQ(drawn, switches);
}

TEST(FabricPicture, EveryLinkBetweenNodesIsInOneLine) {
  const Fabric fabric = rails(100);
  const Json picture = fabric_picture(fabric, {});
  int links = 0;
  for (const Json& line : picture["links"]) links += line["links"].get<int>();
  EXPECT_EQ(links, links_between(fabric));
}

TEST(FabricPicture, LinesGoUp) {
  const Json picture = fabric_picture(rails(40), {});
  for (const Json& line : picture["links"]) EXPECT_LT(line["from"][0], line["to"][0]);
}

TEST(FabricPicture, SaysWhereTheJobIs) {
  const Json picture = fabric_picture(rails(32), {0, 1, 5, 31});
  const Json& job = picture["tiers"][0]["job"];
  EXPECT_EQ(sum(job), 4);
  EXPECT_EQ(job[0], 2);  // of two nodes
  EXPECT_EQ(job[2], 1);
  EXPECT_EQ(job[15], 1);
}

TEST(FabricPicture, CardsOfANonBlockingFabricReachOneSpine) {
  const Json picture = fabric_picture(
      test::fabric_of(test::fabric_plan(FabricKind::kNonBlocking), test::p5(), 40), {});
  EXPECT_EQ(picture["tiers"].back()["role"], "spine");
  EXPECT_EQ(picture["tiers"].back()["members"], 1);
}

}  // namespace
}  // namespace sextant::pages

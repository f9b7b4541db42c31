#include "src/plan/ip_pattern.h"

#include <gtest/gtest.h>

#include <map>

#include "sextant/network/flow_patterns.h"
#include "tests/support/fabrics.h"

namespace sextant::plan {
namespace {

constexpr Bytes kSize{1e9};

/// 16 p5 below rail leaves of four nodes each.
class IpPattern : public testing::Test {
 protected:
  IpPattern() : instance_(test::p5()), fabric_(make(instance_)) {
    instance_.ip_bandwidth = Coefficient<BytesPerSecond>{};
    instance_.ip_bandwidth->value = test::kCard;
  }

  static Fabric make(const Instance& instance) {
    FabricPlan plan = test::fabric_plan(FabricKind::kRailOptimised);
    plan.nodes_per_leaf.value = 4;
    return test::fabric_of(plan, instance, 16);
  }

  /// Flows over links between vertices of two roles, by the upper or lower one's index.
  double flows(const TransferPattern& pattern, FabricRole from, FabricRole to) const {
    double sum = 0;
    for (const FlowLoad& load : pattern.loads) {
      const Fabric::Link& link = fabric_.link(load.link);
      if (fabric_.vertex(link.from).role == from && fabric_.vertex(link.to).role == to)
        sum += load.flows;
    }
    return sum;
  }

  /// Cards of the pattern.
  std::map<int, double> cards(const TransferPattern& pattern) const {
    std::map<int, double> cards;
    for (const FlowLoad& load : pattern.loads) {
      const Fabric::Vertex& from = fabric_.vertex(fabric_.link(load.link).from);
      if (from.role == FabricRole::kCard) cards[from.index] += load.flows;
    }
    return cards;
  }

  Instance instance_;
  Fabric fabric_;
};

TEST_F(IpPattern, TakesTheCardThatHasAnIpInterface) {
  const TransferPattern pattern =
      ip_pattern(fabric_, instance_, fabric_.host(5), fabric_.storage(), kSize);
  EXPECT_EQ(pattern.bytes, kSize.si());
  EXPECT_EQ(cards(pattern), (std::map<int, double>{{0, 1.0}}));
  EXPECT_NEAR(flows(pattern, FabricRole::kHost, FabricRole::kPcieSwitch), 1.0, 1e-12);
  EXPECT_NEAR(flows(pattern, FabricRole::kLeaf, FabricRole::kSpine), 1.0, 1e-12);
  EXPECT_NEAR(flows(pattern, FabricRole::kSpine, FabricRole::kStorage), 1.0, 1e-12);
}

TEST_F(IpPattern, SharesSeveralCards) {
  instance_.ip_cards = Coefficient<int>{};
  instance_.ip_cards->value = 4;
  const TransferPattern pattern =
      ip_pattern(fabric_, instance_, fabric_.host(0), fabric_.storage(), kSize);
  EXPECT_EQ(cards(pattern), (std::map<int, double>{{0, 0.25}, {1, 0.25}, {2, 0.25}, {3, 0.25}}));
}

TEST_F(IpPattern, ComesBackTheSameWay) {
  const TransferPattern pattern =
      ip_pattern(fabric_, instance_, fabric_.storage(), fabric_.host(5), kSize);
  EXPECT_EQ(cards(pattern), (std::map<int, double>{{0, 1.0}}));  // card to PCIe switch
  EXPECT_NEAR(flows(pattern, FabricRole::kStorage, FabricRole::kSpine), 1.0, 1e-12);
  EXPECT_NEAR(flows(pattern, FabricRole::kPcieSwitch, FabricRole::kHost), 1.0, 1e-12);
}

TEST_F(IpPattern, MeetsTheFabricBeyondTheNodesWhereItsCardsAreApart) {
  instance_.ip_apart = true;
  const TransferPattern pattern =
      ip_pattern(fabric_, instance_, fabric_.host(5), fabric_.storage(), kSize);
  EXPECT_TRUE(cards(pattern).empty());
  EXPECT_NEAR(flows(pattern, FabricRole::kLeaf, FabricRole::kSpine), 1.0, 1e-9);
}

TEST_F(IpPattern, IsTheFabricsOwnWhereNothingIsKnown) {
  instance_.ip_bandwidth.reset();
  const TransferPattern pattern =
      ip_pattern(fabric_, instance_, fabric_.host(5), fabric_.storage(), kSize);
  const TransferPattern own = message_pattern(fabric_, fabric_.host(5), fabric_.storage(), kSize);
  ASSERT_EQ(pattern.loads.size(), own.loads.size());
  EXPECT_EQ(cards(pattern).size(), 32u);
}

}  // namespace
}  // namespace sextant::plan

#include "sextant/cluster/network_cards.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sextant/cluster/flow_limits.h"

namespace sextant {
namespace {

BytesPerSecond gigabits(double count) { return BytesPerSecond(count * 1e9 / 8); }

Instance with_cards(int cards, double fabric_gigabits, double ip_gigabits) {
  Instance instance;
  instance.network_cards = {cards, "test", "", Method::kDatasheet, {}};
  instance.network_bandwidth = {gigabits(fabric_gigabits), "test", "", Method::kDatasheet, {}};
  instance.ip_bandwidth = {gigabits(ip_gigabits), "test", "", Method::kDatasheet, {}};
  return instance;
}

Instance p5en() { return with_cards(16, 3200, 100); }

TEST(NetworkCards, NeverGiveIpMoreThanItsBandwidth) {
  EXPECT_EQ(NetworkCards(p5en()).ip_limit(), gigabits(100));
}

TEST(NetworkCards, NeverGiveIpMoreThanItsCardsCarry) {
  EXPECT_EQ(NetworkCards(with_cards(32, 3200, 800)).ip_limit(), gigabits(100));
  Instance eight = with_cards(32, 3200, 800);
  eight.ip_cards = {8, "test", "", Method::kDatasheet, {}};
  EXPECT_EQ(NetworkCards(eight).ip_limit(), gigabits(800));
}

TEST(NetworkCards, TakeFromTheFabricWhatIpHasOfItsCard) {
  const NetworkCards cards(p5en());
  EXPECT_DOUBLE_EQ(cards.fabric_left(gigabits(0)), 1.0);
  EXPECT_DOUBLE_EQ(cards.fabric_left(gigabits(50)), 0.75);
  EXPECT_DOUBLE_EQ(cards.fabric_left(gigabits(100)), 0.5);
  EXPECT_DOUBLE_EQ(cards.fabric_left(gigabits(400)), 0.5);  // no more than 100 can flow
}

TEST(NetworkCards, LeaveTheFabricHalfOfACardThatIpWouldFill) {
  EXPECT_DOUBLE_EQ(NetworkCards(with_cards(32, 3200, 100)).fabric_left(gigabits(100)), 0.5);
}

TEST(NetworkCards, ShareNothingWhereIpHasCardsOfItsOwn) {
  Instance p6_b300 = with_cards(16, 6400, 350);
  p6_b300.ip_apart = true;
  const NetworkCards cards(p6_b300);
  EXPECT_EQ(cards.ip_limit(), gigabits(350));
  EXPECT_DOUBLE_EQ(cards.fabric_left(gigabits(350)), 1.0);
}

TEST(NetworkCards, KnowNoLimitWithoutAnIpBandwidth) {
  Instance instance = p5en();
  instance.ip_bandwidth.reset();
  const NetworkCards cards(instance);
  EXPECT_TRUE(std::isinf(cards.ip_limit().si()));
  EXPECT_DOUBLE_EQ(cards.fabric_left(gigabits(100)), 1.0);
}

TEST(FlowLimits, AreFiveAndTenGigabits) {
  EXPECT_EQ(kFlowBandwidth, gigabits(5));
  EXPECT_EQ(kPlacementGroupFlowBandwidth, gigabits(10));
}

}  // namespace
}  // namespace sextant

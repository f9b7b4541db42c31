#include "sextant/ledger/price_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <type_traits>

namespace sextant {
namespace {

template <class T>
Coefficient<T> sourced(T value, std::optional<std::array<std::type_identity_t<T>, 2>> range = {}) {
  return {value, "a list", "2026", Method::kDatasheet, range};
}

UsdPerSecond per_hour(double usd) { return Usd(usd) / kHour; }

InstancePrice a_price() {
  InstancePrice price;
  price.instance = "p5.48xlarge";
  price.region = "us-east-1";
  price.on_demand = sourced(per_hour(100));
  price.spot = sourced(per_hour(20), std::array{per_hour(10), per_hour(30)});
  price.savings_1_year = sourced(0.25, std::array{0.2, 0.4});
  price.savings_3_years = sourced(0.5);
  return price;
}

double usd_per_hour(const std::optional<Coefficient<UsdPerSecond>>& price) {
  return price ? (price->value * kHour).si() : -1;
}

TEST(PriceList, FindsByRegion) {
  PriceList prices;
  prices.instances.push_back(a_price());
  prices.storage.push_back({.store = "s3", .region = "here", .capacity = {}, .put = {}, .get = {}});
  prices.services.push_back(
      {.region = "here", .eks_cluster = {}, .profiler = {}, .between_zones = {}});
  EXPECT_NE(prices.find("p5.48xlarge", "us-east-1"), nullptr);
  EXPECT_EQ(prices.find("p5.48xlarge", "eu-west-1"), nullptr);
  EXPECT_EQ(prices.find("p5e.48xlarge", "us-east-1"), nullptr);
  EXPECT_NE(prices.find_store("s3", "here"), nullptr);
  EXPECT_EQ(prices.find_store("s3", "there"), nullptr);
  EXPECT_NE(prices.find_services("here"), nullptr);
  EXPECT_EQ(prices.find_services("there"), nullptr);
}

TEST(NodePrice, DependsOnTheMode) {
  Purchase purchase;
  EXPECT_NEAR(usd_per_hour(node_price({}, a_price(), purchase)), 100, 1e-9);
  purchase.mode = PurchaseMode::kSpot;
  EXPECT_NEAR(usd_per_hour(node_price({}, a_price(), purchase)), 20, 1e-9);
  purchase.mode = PurchaseMode::kSavingsPlan;
  EXPECT_NEAR(usd_per_hour(node_price({}, a_price(), purchase)), 75, 1e-9);
  purchase.term = SavingsTerm::kThreeYears;
  EXPECT_NEAR(usd_per_hour(node_price({}, a_price(), purchase)), 50, 1e-9);
  purchase.mode = PurchaseMode::kCapacityBlock;
  EXPECT_FALSE(node_price({}, a_price(), purchase));
  purchase.mode = PurchaseMode::kTrainingPlan;
  EXPECT_FALSE(node_price({}, a_price(), purchase));
}

TEST(NodePrice, ADiscountsRangeTurnsAround) {
  Purchase purchase;
  purchase.mode = PurchaseMode::kSavingsPlan;
  const auto price = node_price({}, a_price(), purchase);
  EXPECT_NEAR(((*price->range)[0] * kHour).si(), 60, 1e-9);
  EXPECT_NEAR(((*price->range)[1] * kHour).si(), 80, 1e-9);
  EXPECT_THAT(price->source, testing::StartsWith("25 % off on demand: "));
}

TEST(NodePrice, TakesTheListsSharesWhereThereAreNoOwn) {
  PriceList list;
  list.savings_1_year = sourced(0.9);
  list.savings_3_years = sourced(0.95);
  list.sagemaker_ratio = sourced(1.15);
  InstancePrice price = a_price();
  price.savings_3_years.reset();
  Purchase purchase;
  purchase.mode = PurchaseMode::kSavingsPlan;
  EXPECT_NEAR(usd_per_hour(node_price(list, price, purchase)), 75, 1e-9);
  purchase.term = SavingsTerm::kThreeYears;
  EXPECT_NEAR(usd_per_hour(node_price(list, price, purchase)), 5, 1e-9);
  EXPECT_EQ(list.premium(price)->value, 1.15);
  price.sagemaker_ratio = sourced(1.25);
  EXPECT_EQ(list.premium(price)->value, 1.25);
}

TEST(NodePrice, ATrainingPlanIsABlockWithThePremium) {
  PriceList list;
  list.sagemaker_ratio = sourced(1.15);
  InstancePrice price = a_price();
  price.capacity_block = sourced(per_hour(40));
  Purchase purchase;
  purchase.mode = PurchaseMode::kTrainingPlan;
  const auto derived = node_price(list, price, purchase);
  EXPECT_NEAR(usd_per_hour(derived), 46, 1e-9);
  EXPECT_EQ(derived->method, Method::kAssumed);
  price.training_plan = sourced(per_hour(44));
  EXPECT_NEAR(usd_per_hour(node_price(list, price, purchase)), 44, 1e-9);
}

TEST(NodePrice, APriceOfOnesOwnComesFirst) {
  Purchase purchase;
  purchase.mode = PurchaseMode::kCapacityBlock;
  purchase.price = sourced(per_hour(42));
  EXPECT_NEAR(usd_per_hour(node_price({}, a_price(), purchase)), 42, 1e-9);
}

}  // namespace
}  // namespace sextant

#include <gtest/gtest.h>

#include <algorithm>

#include "sextant/cluster/network_cards.h"
#include "src/catalog/families.h"

namespace sextant::catalog {
namespace {

class ShippedStorage : public testing::Test {
 protected:
  template <class Look>
  void for_each_store(Look&& look) {
    for (const std::string& name : catalogue_.names("storage")) {
      SCOPED_TRACE(name);
      look(catalogue_.load<StorageSystem>(name));
    }
  }

  Catalogue catalogue_{SEXTANT_SOURCE_DIR "/models"};
};

TEST_F(ShippedStorage, IsOfOneKind) {
  for_each_store([](const StorageSystem& store) {
    EXPECT_NE(store.object_store.has_value(), store.file_system.has_value());
  });
}

TEST_F(ShippedStorage, FileSystemsAgreeWithThemselves) {
  for_each_store([](const StorageSystem& store) {
    if (!store.file_system) return;
    const FileSystem& system = *store.file_system;
    EXPECT_LE(system.write_baseline.value, system.read_baseline.value);
    EXPECT_EQ(system.read_burst.has_value(), system.burst_time.has_value());
    EXPECT_EQ(system.write_burst.has_value(), system.burst_time.has_value());
    EXPECT_EQ(system.server_capacity.has_value(), system.server_bandwidth.has_value());
    if (system.read_burst) {
      EXPECT_GT(system.read_burst->value, system.read_baseline.value);
    }
    if (system.write_burst) {
      EXPECT_GT(system.write_burst->value, system.write_baseline.value);
    }
    if (system.efa_client_bandwidth) {
      EXPECT_GT(system.efa_client_bandwidth->value, system.client_bandwidth->value);
    }
  });
}

TEST_F(ShippedStorage, HasAPriceInTheNewestList) {
  const auto prices = catalogue_.load<PriceList>("aws-2026-10");
  for_each_store([&](const StorageSystem& store) {
    for (const char* region : {"us-east-1", "us-east-2", "us-west-2"}) {
      const StoragePrice* price = prices.find_store(store.price_name(), region);
      ASSERT_NE(price, nullptr) << region;
      const bool provisioned =
          store.name.starts_with("fsx-lustre") && store.name != "fsx-lustre-intelligent-tiering";
      EXPECT_EQ(price->provisioned, provisioned) << region;
    }
  });
}

/// 16 x 200 Gb/s of EFA, one of them with an IP interface of 100 Gb/s.
TEST_F(ShippedStorage, P5enSendsNoMoreThanItsIpBandwidthToS3) {
  const auto p5en = catalogue_.load<Instance>("p5en.48xlarge");
  const NetworkCards cards(p5en);
  EXPECT_LE(cards.ip_limit(), p5en.ip_bandwidth->value);
  EXPECT_EQ(cards.ip_limit(), BytesPerSecond(100e9 / 8));
  EXPECT_DOUBLE_EQ(cards.fabric_left(BytesPerSecond(3200e9 / 8)), 0.5);
}

TEST_F(ShippedStorage, CardsCarryTheIpBandwidthOfTheirInstance) {
  for (const std::string& name : catalogue_.names("instances")) {
    SCOPED_TRACE(name);
    const auto instance = catalogue_.load<Instance>(name);
    if (!instance.ip_bandwidth) continue;
    EXPECT_EQ(NetworkCards(instance).ip_limit(), instance.ip_bandwidth->value);
    if (!instance.ip_apart && instance.ip_cards) {
      EXPECT_LE(instance.ip_cards->value, instance.network_cards.value);
    }
  }
}

}  // namespace
}  // namespace sextant::catalog

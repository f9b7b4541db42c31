#include "calibrate/comm/ofi/provider_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "calibrate/comm/comm_error.h"

namespace sextant::comm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Offer offer(const char* provider, const char* fabric, const char* domain,
            const char* address = "") {
  return {.provider = provider, .fabric = fabric, .domain = domain, .address = address};
}

/// A host without cards, with a bridge for containers.
std::vector<Offer> plain_host(const char* address) {
  return {offer("tcp;ofi_rxm", "172.17.0.0/16", "docker0", "172.17.0.1"),
          offer("tcp;ofi_rxm", "fe80::/64", "eth0", address),
          offer("tcp;ofi_rxm", "10.0.0.0/24", "eth0", address),
          offer("tcp;ofi_rxm", "127.0.0.0/8", "lo", "127.0.0.1"), offer("shm", "shm", "shm")};
}

std::string refusal(const std::function<void()>& body) {
  try {
    body();
  } catch (const CommError& error) {
    return error.what();
  }
  return "";
}

TEST(ProviderChoice, CardsComeFirstThenSharedMemoryThenSockets) {
  std::vector<Offer> offers = plain_host("10.0.0.1");
  EXPECT_EQ(choose_provider(offers, "", true), "shm");
  EXPECT_EQ(choose_provider(offers, "", false), "tcp;ofi_rxm");
  offers.push_back(offer("verbs;ofi_rxm", "IB", "mlx5_0"));
  EXPECT_EQ(choose_provider(offers, "", true), "verbs;ofi_rxm");
  offers.push_back(offer("efa", "efa", "rdmap79s0-rdm"));
  EXPECT_EQ(choose_provider(offers, "", true), "efa");
}

TEST(ProviderChoice, ANameMayBeShort) {
  EXPECT_EQ(choose_provider(plain_host("10.0.0.1"), "tcp", true), "tcp;ofi_rxm");
  EXPECT_EQ(choose_provider(plain_host("10.0.0.1"), "tcp;ofi_rxm", true), "tcp;ofi_rxm");
}

TEST(ProviderChoice, AnUnknownNameIsAnsweredWithWhatThereIs) {
  const std::vector<Offer> offers = plain_host("10.0.0.1");
  EXPECT_THAT(refusal([&] { choose_provider(offers, "efa", true); }),
              HasSubstr("no provider \"efa\" here; it has tcp;ofi_rxm, shm"));
  EXPECT_THAT(
      refusal([&] { offers_of_rail(offers, "eth7"); }),
      HasSubstr("no rail \"eth7\" here; of tcp;ofi_rxm, shm there are docker0, eth0, lo, shm"));
}

TEST(ProviderChoice, SlowChoicesSaySo) {
  EXPECT_THAT(choice_note("tcp;ofi_rxm", false), HasSubstr("slow"));
  EXPECT_EQ(choice_note("efa", false), "the best that is offered here");
}

TEST(ProviderChoice, NodesMeetOnTheSubnetWhereEachHasItsOwnAddress) {
  EXPECT_EQ(common_subnet({plain_host("10.0.0.1"), plain_host("10.0.0.2")}), "10.0.0.0/24");
  EXPECT_EQ(common_subnet({plain_host("10.0.0.1"), {offer("tcp;ofi_rxm", "10.9.0.0/24", "e")}}),
            "");
}

TEST(ProviderChoice, AnOfferIsOnTheSubnetElseReachableByRouters) {
  const auto offers = plain_host("10.0.0.1");
  EXPECT_EQ(offer_on(offers, "10.0.0.0/24").domain, "eth0");
  EXPECT_EQ(offer_on({offers[3], offers[1], offers[2]}, "").fabric, "10.0.0.0/24");
  EXPECT_EQ(offer_on({offers[3]}, "").domain, "lo");
}

TEST(ProviderChoice, LoopbackIsARailOnlyIfItIsTheOnlyOne) {
  const auto tcp = offers_of_provider(plain_host("10.0.0.1"), "tcp;ofi_rxm");
  EXPECT_THAT(rails_of(tcp), ElementsAre("docker0", "eth0"));
  EXPECT_THAT(rails_of(offers_of_rail(tcp, "lo")), ElementsAre("lo"));
}

TEST(ProviderChoice, RanksSpreadOverTheCards) {
  EXPECT_EQ(rail_of_rank(32, 0, 8), 0U);
  EXPECT_EQ(rail_of_rank(32, 7, 8), 28U);
  EXPECT_EQ(rail_of_rank(4, 5, 8), 1U);
  EXPECT_EQ(rail_of_rank(16, 3, 0), 3U);
}

}  // namespace
}  // namespace sextant::comm

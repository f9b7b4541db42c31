#include "calibrate/comm/ofi/messenger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <numeric>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/ofi/provider_choice.h"
#include "tests/support/memory_transport.h"

namespace sextant::comm {
namespace {

/// Ranks of one process that reach each other over libfabric, through a domain each.
class MessengerTest : public testing::TestWithParam<std::tuple<std::string, bool>> {
 protected:
  static constexpr int kRanks = 3;

  void SetUp() override {
    const auto& [provider, rma] = GetParam();
    list_ = offered(rma);
    const std::vector<Offer> offers = offers_of(list_.get());
    std::vector<Offer> own;
    try {
      own = offers_of_provider(offers, choose_provider(offers, provider, true));
    } catch (const CommError& error) {
      GTEST_SKIP() << error.what();
    }
    std::vector<Peer> peers;
    for (int rank = 0; rank < kRanks; ++rank) {
      domains_.push_back(std::make_unique<Domain>(*own.front().info));
      messengers_.push_back(make_messenger(*domains_.back(), rma, rank, kRanks));
      peers.push_back({.address = messengers_.back()->endpoint().address(),
                       .place = "rank " + std::to_string(rank)});
    }
    for (auto& messenger : messengers_) messenger->endpoint().connect(peers, "here");
  }

  InfoList list_;
  std::vector<std::unique_ptr<Domain>> domains_;
  std::vector<std::unique_ptr<Messenger>> messengers_;
};

TEST_P(MessengerTest, MessagesGoRoundTheRing) {
  const std::vector<std::size_t> sizes{1, 8, 4096, 70001, 3000000};
  std::vector<int> wrong(kRanks);
  on_threads(kRanks, [&](int rank) {
    const auto own = static_cast<std::size_t>(rank);
    const auto out = domains_[own]->allocate(sizes.back());
    const auto in = domains_[own]->allocate(sizes.back());
    const int left = (rank + kRanks - 1) % kRanks;
    for (const std::size_t size : sizes) {
      for (int turn = 0; turn < 3; ++turn) {
        std::fill_n(out->data(), size, std::byte(10 * rank + turn));
        messengers_[own]->exchange((rank + 1) % kRanks, {out->data(), size}, left,
                                   {in->data(), size});
        wrong[own] += std::all_of(in->data(), in->data() + size,
                                  [&](std::byte b) { return b == std::byte(10 * left + turn); })
                          ? 0
                          : 1;
      }
    }
  });
  EXPECT_EQ(wrong, std::vector<int>(kRanks));
}

TEST_P(MessengerTest, OneWayMessagesKeepTheirOrder) {
  constexpr int kMessages = 50;
  std::vector<int> numbers;  // of rank 1
  on_threads(2, [&](int rank) {
    const auto own = static_cast<std::size_t>(rank);
    const auto buffer = domains_[own]->allocate(sizeof(int));
    for (int i = 0; i < kMessages; ++i) {
      if (rank == 0) {
        buffer->put(0, std::as_bytes(std::span(&i, 1)));
        messengers_[own]->exchange(1, {buffer->data(), sizeof i}, 1, {});
      } else {
        int number = -1;
        messengers_[own]->exchange(0, {}, 0, {buffer->data(), sizeof number});
        buffer->get(0, std::as_writable_bytes(std::span(&number, 1)));
        numbers.push_back(number);
      }
    }
  });
  std::vector<int> expected(kMessages);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(numbers, expected);
}

TEST_P(MessengerTest, ManyMessagesMayBeInFlight) {
  constexpr int kMessages = 5000;  // more than a provider queues
  std::byte last{};
  on_threads(2, [&](int rank) {
    const auto own = static_cast<std::size_t>(rank);
    const auto buffer = domains_[own]->allocate(2000);
    std::fill_n(buffer->data(), 2000, std::byte(7 - rank));
    const std::span<std::byte> message(buffer->data(), 2000);
    if (rank == 0) {
      messengers_[own]->exchange_many(1, message, 1, {}, kMessages);
      messengers_[own]->exchange(1, {}, 1, message.first(1));
    } else {
      messengers_[own]->exchange_many(0, {}, 0, message, kMessages);
      messengers_[own]->exchange(0, message.last(1), 0, {});
      last = message.back();
    }
  });
  EXPECT_EQ(last, std::byte(7));
}

INSTANTIATE_TEST_SUITE_P(Providers, MessengerTest,
                         testing::Combine(testing::Values("tcp", "shm"), testing::Bool()),
                         [](const auto& instance) {
                           return std::get<0>(instance.param) +
                                  (std::get<1>(instance.param) ? "_rma" : "_tagged");
                         });

TEST(Messenger, CutsWhatAProviderCannotTakeAtOnce) {
  std::vector<std::byte> message(10);
  const auto pieces = pieces_of(std::span(message), 4);
  ASSERT_EQ(pieces.size(), 3U);
  EXPECT_EQ(pieces[1].data(), message.data() + 4);
  EXPECT_EQ(pieces[2].size(), 2U);
  EXPECT_TRUE(pieces_of(std::span<const std::byte>(), 4).empty());
}

}  // namespace
}  // namespace sextant::comm

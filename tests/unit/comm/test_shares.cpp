#include "calibrate/comm/shares.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "calibrate/comm/backend.h"

namespace sextant::comm {
namespace {

using ingest::Operation;
using testing::ElementsAre;

TEST(Granule, IsAnElementOnEveryRank) {
  EXPECT_EQ(granule(Operation::kAllReduce, 8), 4u);
  EXPECT_EQ(granule(Operation::kBroadcast, 8), 4u);
  EXPECT_EQ(granule(Operation::kAllGather, 8), 32u);
  EXPECT_EQ(granule(Operation::kReduceScatter, 3), 12u);
  EXPECT_EQ(granule(Operation::kAllToAll, 8), 32u);
}

TEST(Shares, AreEqualWithoutSkew) {
  EXPECT_THAT(elements_sent(1, 4, 12, 0.0), ElementsAre(3, 3, 3, 3));
  EXPECT_THAT(elements_received(2, 4, 12, 0.0), ElementsAre(3, 3, 3, 3));
}

TEST(Shares, GrowWithTheDistanceFromTheSender) {
  // (1 + 2p/3 − 1) / 4 of 24 for p = 0, 1, 2, 3.
  EXPECT_THAT(elements_sent(0, 4, 24, 1.0), ElementsAre(0, 4, 8, 12));
  EXPECT_THAT(elements_sent(2, 4, 24, 1.0), ElementsAre(8, 12, 0, 4));
  EXPECT_THAT(elements_received(0, 4, 24, 1.0), ElementsAre(0, 12, 8, 4));
}

TEST(Shares, FitTogetherForAnyCounts) {
  for (const int ranks : {1, 2, 3, 7, 16}) {
    for (const std::size_t elements : {std::size_t{0}, std::size_t{1}, std::size_t{1000003}}) {
      for (const double skew : {0.0, 0.3, 1.0}) {
        for (int rank = 0; rank < ranks; ++rank) {
          const auto sent = elements_sent(rank, ranks, elements, skew);
          EXPECT_EQ(std::accumulate(sent.begin(), sent.end(), std::size_t{0}), elements);
          for (int peer = 0; peer < ranks; ++peer) {
            EXPECT_EQ(
                elements_received(peer, ranks, elements, skew)[static_cast<std::size_t>(rank)],
                sent[static_cast<std::size_t>(peer)]);
          }
        }
      }
    }
  }
}

TEST(Shares, BeginAfterEachOther) {
  EXPECT_THAT(offsets_of({3, 0, 5, 1}), ElementsAre(0, 3, 3, 8));
}

}  // namespace
}  // namespace sextant::comm

#include "sextant/storage/transfer.h"

#include <gtest/gtest.h>

namespace sextant {
namespace {

const Bytes kBloom(2.3e12);

// BLOOM-176B: 2.3 TB in 40 s from 384 processes on 48 nodes, 57.5 GB/s.
TEST(Transfer, TakesSizeOverStoreBandwidth) {
  EXPECT_NEAR(
      transfer_time(kBloom, {.store = BytesPerSecond(57.5e9), .nodes = 48, .node = {}}).si(), 40.0,
      1e-9);
}

TEST(Transfer, IsLimitedByTheNodesWhenTheyAreSlowerTogether) {
  const TransferLimits limits{
      .store = BytesPerSecond(57.5e9), .nodes = 48, .node = BytesPerSecond(1e9)};
  EXPECT_NEAR(transfer_time(kBloom, limits).si(), 2.3e12 / 48e9, 1e-9);
}

TEST(Transfer, OfNothingTakesNoTime) {
  EXPECT_EQ(transfer_time(Bytes(0), {.store = BytesPerSecond(1e9), .nodes = 1, .node = {}}).si(),
            0.0);
}

}  // namespace
}  // namespace sextant

#include "sextant/training/checkpoint_state.h"

#include <gtest/gtest.h>

namespace sextant {
namespace {

TEST(CheckpointState, IsWeightMasterAndMoments) {
  const auto bf16 = [](Optimizer optimizer) {
    return checkpoint_bytes_per_parameter(optimizer, Precision::kBf16);
  };
  EXPECT_EQ(bf16(Optimizer::kAdam), 14);
  EXPECT_EQ(bf16(Optimizer::kLamb), 14);
  EXPECT_EQ(bf16(Optimizer::kAdamBf16Moments), 10);
  EXPECT_EQ(bf16(Optimizer::kLion), 10);
  EXPECT_EQ(bf16(Optimizer::kSgd), 10);
  EXPECT_EQ(bf16(Optimizer::kAdam8bit), 8);
  EXPECT_EQ(bf16(Optimizer::kAdafactor), 6);
}

TEST(CheckpointState, HasNoMasterBesideWideWeights) {
  const auto adam = [](Precision precision) {
    return checkpoint_bytes_per_parameter(Optimizer::kAdam, precision);
  };
  EXPECT_EQ(adam(Precision::kFp32), 12);  // MaxText's rule
  EXPECT_EQ(adam(Precision::kTf32), 12);
  EXPECT_EQ(adam(Precision::kFp16), 14);
  EXPECT_EQ(adam(Precision::kFp8), 14);
}

}  // namespace
}  // namespace sextant

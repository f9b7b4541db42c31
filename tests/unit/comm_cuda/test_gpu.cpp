#include "calibrate/comm/cuda/gpu.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/cuda/cuda_device.h"
#include "calibrate/comm/cuda/cuda_inventory.h"

namespace sextant::comm {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Property;
using testing::StartsWith;
using testing::Throws;

auto error_saying(const char* words) {
  return Throws<CommError>(Property(&CommError::what, HasSubstr(words)));
}

TEST(GpuTest, EveryRankOfANodeHasItsOwn) {
  EXPECT_EQ(gpu_of_rank(0, {.count = 8, .fault = ""}), 0);
  EXPECT_EQ(gpu_of_rank(7, {.count = 8, .fault = ""}), 7);
  EXPECT_EQ(gpu_of_rank(7, {.count = 1, .fault = ""}), 0);  // the launcher shows each rank one
}

TEST(GpuTest, SaysWhichRankHasNone) {
  EXPECT_THAT([] { gpu_of_rank(8, {.count = 8, .fault = ""}); },
              error_saying("rank 8 of this node has no GPU"));
  EXPECT_THAT([] { gpu_of_rank(0, {.count = 0, .fault = "driver too old"}); },
              error_saying("no GPU on this node that CUDA can use, it says: driver too old"));
}

TEST(GpuTest, WritesVersionsAsPeopleDo) {
  EXPECT_EQ(cuda_version_text(13000), "13.0");
  EXPECT_EQ(cuda_version_text(12040), "12.4");
}

TEST(GpuTest, TheInventoryNamesVersionsAndGpus) {
  EXPECT_THAT(cuda_inventory(), AllOf(StartsWith("CUDA 1"), HasSubstr("on this node")));
}

TEST(GpuTest, WithoutAGpuThereIsNoDevice) {
  if (gpus_here().count > 0) GTEST_SKIP() << "this node has a GPU";
  EXPECT_THAT([] { make_cuda_device(0); }, error_saying("no GPU on this node"));
}

}  // namespace
}  // namespace sextant::comm

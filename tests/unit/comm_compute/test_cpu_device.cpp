#include "calibrate/comm/compute/cpu_device.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/compute/arena.h"
#include "calibrate/comm/compute/host.h"

namespace sextant::comm {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;

TEST(CpuDeviceTest, ComputesInSinglePrecisionOnly) {
  const std::unique_ptr<Device> device = make_cpu_device(0);
  EXPECT_TRUE(device->supports(GemmFormat::kFp32));
  EXPECT_EQ(device->precision_name(GemmFormat::kFp32), "float");
  for (const GemmFormat format : {GemmFormat::k16bit, GemmFormat::kFp8, GemmFormat::kTf32}) {
    EXPECT_FALSE(device->supports(format));
    EXPECT_THROW(device->gemm({.m = 1, .n = 1, .k = 1}, format), CommError);
  }
}

TEST(CpuDeviceTest, SaysWhatItIs) {
  const std::unique_ptr<Device> device = make_cpu_device(0);
  EXPECT_THAT(device->name(), EndsWith(", one core"));
  ingest::Environment environment;
  device->describe(environment);
  EXPECT_EQ(environment.accelerator, device->name());
  EXPECT_THAT(environment.conditions.at("eigen"), HasSubstr("."));
  EXPECT_EQ(environment.conditions.count("simd"), 1U);
  EXPECT_EQ(environment.driver, "");
}

TEST(CpuDeviceTest, DoesWorkOfAnyShape) {
  const std::unique_ptr<Device> device = make_cpu_device(0);
  device->gemm({.m = 33, .n = 17, .k = 5, .batch = 3}, GemmFormat::kFp32);
  device->attention(2, 40, 24, 16, GemmFormat::kFp32);
  for (const std::size_t bytes : {0U, 1U, 8U, 4096U, 1U << 22}) device->stream(bytes);
  device->launch();
  device->wait();
}

TEST(CpuDeviceTest, RefusesEmptyAndBoundlessWork) {
  const std::unique_ptr<Device> device = make_cpu_device(0);
  EXPECT_THROW(device->gemm({.m = 0, .n = 1, .k = 1}, GemmFormat::kFp32), CommError);
  EXPECT_THROW(device->attention(1, 1, 0, 1, GemmFormat::kFp32), CommError);
  try {
    device->gemm({.m = 1e7, .n = 1, .k = 1e7}, GemmFormat::kFp32);
    FAIL() << "364 TiB of operands were accepted";
  } catch (const CommError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("no room"), HasSubstr("fewer ranks")));
  }
}

TEST(ArenaTest, GoesRoundItsMemory) {
  Arena arena(std::size_t{1} << 12);
  std::set<const float*> places;
  for (int i = 0; i < 10; ++i) places.insert(arena.next(250));
  EXPECT_EQ(places.size(), 4U);
}

TEST(ArenaTest, GrowsToHoldAPiece) {
  Arena arena(1 << 12);
  const float* const piece = arena.next(5000);
  EXPECT_GE(arena.elements(), 5000U);
  for (std::size_t i = 0; i < 5000; ++i) {
    ASSERT_GE(std::abs(piece[i]), 0.5F);
    ASSERT_LE(std::abs(piece[i]), 1.0F);
  }
}

TEST(HostTest, NamesItsProcessorAndMemory) {
  EXPECT_FALSE(processor_name().empty());
  EXPECT_GT(available_memory_bytes(), std::size_t{1} << 20);
}

}  // namespace
}  // namespace sextant::comm

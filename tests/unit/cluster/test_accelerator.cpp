#include "sextant/cluster/accelerator.h"

#include <gtest/gtest.h>

namespace sextant {
namespace {

template <class T>
Coefficient<T> known(double value) {
  return {T(value), "test", "2026-01-01", Method::kDatasheet, std::nullopt};
}

Accelerator chip() {
  Accelerator a;
  a.title = "Chip";
  a.memory = known<Bytes>(96e9);
  a.memory_bandwidth = known<BytesPerSecond>(2.8e12);
  a.peak_16bit = known<FlopsPerSecond>(600e12);
  a.peak_fp8 = known<FlopsPerSecond>(1200e12);
  a.multiprocessors = {8, "test", "2026", Method::kDatasheet, std::nullopt};
  a.link_bandwidth = known<BytesPerSecond>(500e9);
  a.tdp = known<Watts>(400);
  a.idle_power = known<Watts>(80);
  a.idle_power.range = {Watts(40), Watts(120)};
  return a;
}

TEST(DeviceShare, LeavesASingleDeviceAsItIs) {
  EXPECT_EQ(device_share(chip()).title, "Chip");
  EXPECT_EQ(device_share(chip()).memory.value, Bytes(96e9));
}

TEST(DeviceShare, DividesEveryFigureAndItsRange) {
  Accelerator four = chip();
  four.devices = {4, "test", "2026", Method::kDatasheet, std::nullopt};
  const Accelerator share = device_share(four);
  EXPECT_EQ(share.title, "1/4 Chip");
  EXPECT_EQ(share.device_count(), 1);
  EXPECT_EQ(share.memory.value, Bytes(24e9));
  EXPECT_EQ(share.memory_bandwidth.value, BytesPerSecond(0.7e12));
  EXPECT_EQ(share.peak_16bit.value, FlopsPerSecond(150e12));
  EXPECT_EQ(share.peak_fp8->value, FlopsPerSecond(300e12));
  EXPECT_FALSE(share.peak_tf32);
  EXPECT_EQ(share.multiprocessors.value, 2);
  EXPECT_EQ(share.link_bandwidth.value, BytesPerSecond(125e9));
  EXPECT_EQ(share.tdp.value, Watts(100));
  EXPECT_EQ((*share.idle_power.range)[1], Watts(30));
  EXPECT_EQ(share.memory.source, "test");
}

TEST(DeviceShare, KeepsAtLeastOneMultiprocessor) {
  Accelerator many = chip();
  many.devices = {16, "test", "2026", Method::kDatasheet, std::nullopt};
  EXPECT_EQ(device_share(many).multiprocessors.value, 1);
}

}  // namespace
}  // namespace sextant

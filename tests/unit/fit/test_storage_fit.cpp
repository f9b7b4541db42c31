#include "calibrate/fit/storage_fit.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sextant::fit {
namespace {

std::vector<StoragePoint> measured(bool write, double latency, double own, double whole) {
  std::vector<StoragePoint> points;
  for (const double clients : {1.0, 4.0, 16.0, 64.0, 256.0}) {
    for (const double bytes : {1e6, 64e6, 1e9}) {
      const double rate = std::min(own * clients, whole);
      points.push_back({.write = write,
                        .bytes = Bytes(bytes),
                        .clients = clients,
                        .time = Seconds(latency + bytes * clients / rate)});
    }
  }
  return points;
}

TEST(StorageFit, FindsTheBandwidthOfTheStore) {
  auto points = measured(true, 0.02, 1e9, 40e9);
  const auto reads = measured(false, 0.01, 2e9, 90e9);
  points.insert(points.end(), reads.begin(), reads.end());
  const StorageFit fit = fit_storage("fsx", points, "a test", "2026-01-01");
  EXPECT_EQ(fit.target.name, "fsx");
  EXPECT_NEAR(fit.target.write_bandwidth.value.si() / 40e9, 1.0, 0.02);
  EXPECT_NEAR(fit.target.read_bandwidth.value.si() / 90e9, 1.0, 0.02);
  EXPECT_LT(fit.median_error, 0.02);
}

TEST(StorageFit, ADirectionThatWasNotMeasuredStaysAssumed) {
  const StorageFit fit =
      fit_storage("fsx", measured(true, 0.02, 1e9, 40e9), "a test", "2026-01-01");
  EXPECT_EQ(fit.target.write_bandwidth.method, Method::kFitted);
  EXPECT_EQ(fit.target.read_bandwidth.method, Method::kAssumed);
}

}  // namespace
}  // namespace sextant::fit

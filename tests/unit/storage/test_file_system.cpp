#include "sextant/storage/file_system.h"

#include <gtest/gtest.h>

#include "tests/support/file_systems.h"

namespace sextant {
namespace {

constexpr TransferDirection kWrite = TransferDirection::kWrite;
constexpr TransferDirection kRead = TransferDirection::kRead;
constexpr double kLatency = 0.0005;

FileClients many_nodes() { return {.nodes = 1000, .node_bandwidth = {}, .efa = false}; }

double time_of(const FileSystem& system, TransferDirection direction, double size,
               const FileClients& clients, std::optional<Seconds> idle = std::nullopt) {
  return file_transfer_time(system, direction, Bytes(size), clients, idle).si() - kLatency;
}

// 40 TiB: 20 GB/s in a burst, 5 GB/s at the baseline, credits for 1,800 s of burst.
TEST(FileSystem, BurstsWhileItHasCredits) {
  EXPECT_NEAR(time_of(lustre_125(40), kWrite, 20e12, many_nodes()), 1000.0, 1e-6);
  EXPECT_NEAR(time_of(lustre_125(40), kWrite, 36e12, many_nodes()), 1800.0, 1e-6);
}

TEST(FileSystem, GoesOnAtTheBaselineWithoutCredits) {
  EXPECT_NEAR(time_of(lustre_125(40), kRead, 36e12 + 5e12, many_nodes()), 2800.0, 1e-6);
  EXPECT_NEAR(time_of(lustre_125(40), kRead, 5e12, many_nodes(), Seconds(0)), 1000.0, 1e-6);
}

// 15 GB/s beyond the baseline for 1,800 s are 27 TB; a pause gives 5 GB of them a second back.
TEST(FileSystem, GetsCreditsBackWhileItIsIdle) {
  EXPECT_NEAR(time_of(lustre_125(40), kWrite, 4e12 + 5e12, many_nodes(), Seconds(600)), 1200.0,
              1e-6);  // 200 s of burst, then 5 TB at the baseline
  EXPECT_NEAR(time_of(lustre_125(40), kWrite, 36e12, many_nodes(), Seconds(5400)), 1800.0, 1e-6);
}

TEST(FileSystem, SpendsFewerCreditsOnSlowerClients) {
  const FileClients ten{.nodes = 10, .node_bandwidth = BytesPerSecond(1e9), .efa = false};
  EXPECT_NEAR(time_of(lustre_125(40), kWrite, 54e12, ten), 5400.0, 1e-6);  // 27 TB at 5 GB/s each
  EXPECT_NEAR(time_of(lustre_125(40), kWrite, 54e12 + 5e12, ten), 6400.0, 1e-6);
  const FileClients four{.nodes = 4, .node_bandwidth = BytesPerSecond(1e9), .efa = false};
  EXPECT_NEAR(time_of(lustre_125(40), kWrite, 400e12, four), 1e5, 1e-6);  // never beyond 5 GB/s
}

TEST(FileSystem, WritesToScratchAtHalfTheSpeedOfReads) {
  EXPECT_NEAR(time_of(scratch(50), kRead, 1e12, many_nodes()), 100.0, 1e-6);
  EXPECT_NEAR(time_of(scratch(50), kWrite, 1e12, many_nodes()), 200.0, 1e-6);
}

TEST(FileSystem, GivesAClientMoreOverEfa) {
  FileClients one{.nodes = 1, .node_bandwidth = {}, .efa = false};
  EXPECT_NEAR(time_of(lustre_125(1000), kRead, 87.5e9, one), 7.0, 1e-9);
  one.efa = true;
  EXPECT_NEAR(time_of(lustre_125(1000), kRead, 87.5e9, one), 1.0, 1e-9);
  EXPECT_NEAR(time_of(scratch(1000), kRead, 200e9, one), 1.0, 1e-9);  // it has no EFA clients
}

// 4.8 TiB are two servers, and each gives a client 5 Gb/s.
TEST(FileSystem, GivesAClientOverIpSoMuchOfEachServer) {
  FileSystem small = lustre_125(4.8);
  small.read_baseline = small.write_baseline = some(BytesPerSecond(1e9));
  small.server_capacity = some(Bytes(2.4 * kTiB));
  small.server_bandwidth = some(BytesPerSecond(0.625e9));
  FileClients one{.nodes = 1, .node_bandwidth = {}, .efa = false};
  EXPECT_NEAR(time_of(small, kRead, 125e9, one), 100.0, 1e-6);
  one.nodes = 2;
  EXPECT_NEAR(time_of(small, kRead, 125e9, one), 50.0, 1e-6);
}

// EFS: bandwidths are those of the whole file system.
TEST(FileSystem, NeedsNoCapacity) {
  FileSystem elastic = scratch(1);
  elastic.capacity.reset();
  EXPECT_NEAR(time_of(elastic, kRead, 1e9, many_nodes()), 5.0, 1e-9);
}

TEST(FileSystem, TakesItsLatencyForNothing) {
  EXPECT_EQ(file_transfer_time(scratch(1), kRead, Bytes(0), many_nodes()), Seconds(kLatency));
}

}  // namespace
}  // namespace sextant

#include "calibrate/comm/storage/s3_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "calibrate/comm/comm_error.h"

namespace sextant::comm {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

TEST(S3Plan, SortsConnections) {
  S3Options options;
  EXPECT_THAT(connection_counts(options), testing::ElementsAre(1, 2, 4, 8, 16, 32));
  options.connections = {8, 1, 8};
  EXPECT_THAT(connection_counts(options), testing::ElementsAre(1, 8));
  options.connections = {0, 1};
  EXPECT_THROW(connection_counts(options), CommError);
  options.connections = {1001};
  EXPECT_THROW(connection_counts(options), CommError);
}

TEST(S3Plan, GivesEveryConnectionAPartAndAnUploadAtMostTenThousand) {
  S3Options options;
  options.object_bytes = 64 * kMiB;
  options.part_bytes = 8 * kMiB;
  EXPECT_EQ(part_bytes(options, 4), 8 * kMiB);
  options.part_bytes = 128 * kMiB;
  EXPECT_EQ(part_bytes(options, 4), 64 * kMiB);
  options.object_bytes = 5120 * kMiB;
  options.part_bytes = 5 * kMiB;
  EXPECT_EQ(part_bytes(options, 100), 100 * 5120 * kMiB / 10000 + 1);
}

TEST(S3Plan, CountsRequests) {
  S3Options options;
  options.connections = {2};
  options.object_bytes = 64 * kMiB;
  options.part_bytes = 8 * kMiB;
  options.small_objects = 10;
  const S3Bill bill = estimate(options, 3, 4);
  // Per rank and repetition 2 objects; 16 parts, the upload's beginning and end; 10 small objects.
  EXPECT_EQ(bill.put, 3 * 4 * (2 + 16 + 2 + 10) + 1);
  EXPECT_EQ(bill.get, 3 * 5 * (2 + 16 + 10) + 1);
  EXPECT_EQ(bill.bytes_up, 3 * 4 * (2.0 * 2 * 64 * kMiB + 10 * 1024));
  options.small_objects = 0;
  EXPECT_EQ(estimate(options, 3, 4).put, 3 * 4 * (2 + 16 + 2) + 1);
}

}  // namespace
}  // namespace sextant::comm

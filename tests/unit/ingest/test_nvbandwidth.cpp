#include "calibrate/ingest/nvbandwidth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/recording_sink.h"

namespace sextant::ingest {
namespace {

using fixtures::RecordingSink;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr double kMebi = 1048576;

RecordingSink read(std::string_view log) { return fixtures::read_log<NvbandwidthReader>(log); }

TEST(Nvbandwidth, OneSamplePerCell) {
  const RecordingSink found = read(
      "nvbandwidth Version: v0.6\n"
      "Built from Git version: v0.6\n"
      "\n"
      "Driver Version: 550.54.15\n"
      "\n"
      "Device 0: NVIDIA H100 80GB HBM3 (00000000:0a:00)\n"
      "\n"
      "Running host_to_device_memcpy_ce.\n"
      "memcpy CE CPU(row) -> GPU(column) bandwidth (GB/s)\n"
      "           0         1\n"
      " 0     50.00     25.00\n"
      "\n"
      "SUM host_to_device_memcpy_ce 75.00\n");
  EXPECT_THAT(found.refusals, IsEmpty());
  ASSERT_EQ(found.samples.size(), 2U);
  EXPECT_EQ(found.samples[0].operation, Operation::kHostToDevice);
  EXPECT_EQ(found.samples[0].bytes, 512 * kMebi);
  EXPECT_DOUBLE_EQ(found.samples[0].time_s, 512 * kMebi / 50e9);
  EXPECT_THAT(found.samples[0].flags, ElementsAre("bytes_assumed"));
  EXPECT_EQ(found.surroundings.tool, "nvbandwidth 0.6");
  EXPECT_EQ(found.surroundings.driver, "550.54.15");
  EXPECT_EQ(found.surroundings.accelerator, "NVIDIA H100 80GB HBM3");
}

TEST(Nvbandwidth, TheCommandLineNamesTheBuffer) {
  const RecordingSink found = read(
      "$ ./nvbandwidth -t device_local_copy -b 2048\n"
      "Running device_local_copy.\n"
      "memcpy local GPU(column) bandwidth (GB/s)\n"
      "           0\n"
      " 0   1500.00\n");
  ASSERT_EQ(found.samples.size(), 1U);
  EXPECT_EQ(found.samples[0].operation, Operation::kMemoryStream);
  EXPECT_EQ(found.samples[0].bytes, 2 * 2048 * kMebi);  // read and written
  EXPECT_DOUBLE_EQ(found.samples[0].time_s, 2048 * kMebi / 1500e9);
  EXPECT_THAT(found.samples[0].flags, IsEmpty());
}

TEST(Nvbandwidth, WhatWasNotMeasuredIsNoSample) {
  const RecordingSink found = read(
      "Running device_to_device_memcpy_write_ce.\n"
      "memcpy CE GPU(row) <- GPU(column) bandwidth (GB/s)\n"
      "          0         1         2\n"
      "0      0.00    276.07       N/A\n"
      "1    276.19       N/A    276.29\n"
      "2       N/A      0.00       N/A\n");
  ASSERT_EQ(found.samples.size(), 3U);
  EXPECT_EQ(found.samples[0].operation, Operation::kDeviceToDevice);
  EXPECT_EQ(found.samples[0].ranks, 2);
  EXPECT_EQ(found.samples[0].nodes, 1);
  ASSERT_EQ(found.refusals.size(), 1U);
  EXPECT_EQ(found.refusals[0].line, 6U);
  EXPECT_THAT(found.refusals[0].reason, HasSubstr("column 1 is '0.00'"));
}

TEST(Nvbandwidth, LoadsAreFlagged) {
  const RecordingSink found = read(
      "Running all_to_host_bidirectional_memcpy_sm.\n"
      "memcpy SM CPU(row) <-> GPU(column) bandwidth (GB/s)\n"
      "           0\n"
      " 0     20.00\n"
      "\n"
      "SUM all_to_host_bidirectional_memcpy_sm 20.00\n");
  ASSERT_EQ(found.samples.size(), 1U);
  EXPECT_EQ(found.samples[0].operation, Operation::kDeviceToHost);
  EXPECT_THAT(found.samples[0].flags,
              ElementsAre("opposing_traffic", "concurrent", "by_kernel", "bytes_assumed"));
}

TEST(Nvbandwidth, TheTotalOfBothWaysIsNotCountedAgain) {
  const RecordingSink found = read(
      "Running device_to_device_bidirectional_memcpy_read_ce.\n"
      "memcpy CE GPU(row) <-> GPU(column) Read1 bandwidth (GB/s)\n"
      "           0         1\n"
      " 0       N/A    200.00\n"
      " 1    200.00       N/A\n"
      "\n"
      "memcpy CE GPU(row) <-> GPU(column) Read2 bandwidth (GB/s)\n"
      "           0         1\n"
      " 0       N/A    190.00\n"
      " 1    190.00       N/A\n"
      "\n"
      "memcpy CE GPU(row) <-> GPU(column) Total bandwidth (GB/s)\n"
      "           0         1\n"
      " 0       N/A    390.00\n"
      " 1    390.00       N/A\n"
      "\n"
      "SUM device_to_device_bidirectional_memcpy_read_ce 780.00\n");
  EXPECT_EQ(found.samples.size(), 4U);
  EXPECT_THAT(found.refusals, IsEmpty());
}

TEST(Nvbandwidth, TestsOfNoUseAndFailuresAreRefused) {
  const RecordingSink found = read(
      "nvbandwidth Version: v0.6\n"
      "Waived: \n"
      "Running host_device_latency_sm.\n"
      "memory latency SM CPU(row) <-> GPU(column) (ns)\n"
      "           0\n"
      " 0    772.58\n"
      "\n"
      "SUM host_device_latency_sm 772.58\n"
      "Running all_to_one_write_ce.\n"
      "memcpy CE GPU(row) <- GPU(column) bandwidth (GB/s)\n"
      "           0\n"
      " 0    400.00\n"
      "\n"
      "Running device_to_host_memcpy_ce.\n"
      "ERROR: [CUDA_ERROR_OUT_OF_MEMORY] out of memory\n"
      "Running host_to_device_memcpy_ce.\n"
      "memcpy CE CPU(row) -> GPU(column) bandwidth (GB/s)\n"
      "           0         1\n"
      " 0     50.00\n"
      "\n"
      "memcpy CE CPU(row) -> GPU(column) bandwidth (GB/s)\n");
  EXPECT_THAT(found.samples, IsEmpty());
  ASSERT_EQ(found.refusals.size(), 5U);
  EXPECT_THAT(found.refusals[0].reason, HasSubstr("latency"));
  EXPECT_THAT(found.refusals[1].reason, HasSubstr("many links"));
  EXPECT_THAT(found.refusals[2].reason, HasSubstr("OUT_OF_MEMORY"));
  EXPECT_THAT(found.refusals[3].reason, HasSubstr("1 figures in a matrix of 2 columns"));
  EXPECT_THAT(found.refusals[4].reason, HasSubstr("cut off"));
}

TEST(Nvbandwidth, TheTitleNamesTheDirectionWhereTheTestIsMissing) {
  const RecordingSink found = read(
      "memcpy CE CPU(row) <- GPU(column) bandwidth (GB/s)\n"
      "           0\n"
      " 0     50.00\n"
      "\n"
      "memcpy CE CPU(row) <-> GPU(column) bandwidth (GB/s)\n"
      "           0\n"
      " 0     30.00\n");
  ASSERT_EQ(found.samples.size(), 1U);
  EXPECT_EQ(found.samples[0].operation, Operation::kDeviceToHost);
  ASSERT_EQ(found.refusals.size(), 1U);
  EXPECT_THAT(found.refusals[0].reason, HasSubstr("Running <test>."));
}

TEST(Nvbandwidth, Json) {
  const RecordingSink found = read(
      "{\n"
      "  \"nvbandwidth\" : {\n"
      "    \"Driver Version\" : \"550.54.15\",\n"
      "    \"version\" : \"v0.7\",\n"
      "    \"testcases\" : [\n"
      "      { \"bandwidth_description\" : \"memcpy CE GPU(row) <- GPU(column) bandwidth\",\n"
      "        \"bandwidth_matrix\" : [ [ \"N/A\", \"250\" ], [ \"240.5\", \"N/A\" ] ],\n"
      "        \"name\" : \"device_to_device_memcpy_read_ce\", \"status\" : \"Passed\" },\n"
      "      { \"name\" : \"device_to_device_memcpy_write_ce\", \"status\" : \"Waived\" },\n"
      "      { \"name\" : \"host_to_device_memcpy_ce\", \"status\" : \"Error\" },\n"
      "      { \"name\" : \"host_device_latency_sm\", \"status\" : \"Passed\",\n"
      "        \"bandwidth_matrix\" : [ [ \"770\" ] ] }\n"
      "    ]\n"
      "  }\n"
      "}\n");
  ASSERT_EQ(found.samples.size(), 2U);
  EXPECT_DOUBLE_EQ(found.samples[1].time_s, 512 * kMebi / 240.5e9);
  ASSERT_EQ(found.refusals.size(), 2U);
  EXPECT_THAT(found.refusals[0].reason, HasSubstr("Error"));
  EXPECT_EQ(found.surroundings.tool, "nvbandwidth 0.7");
}

TEST(Nvbandwidth, JsonOnOneLineAndJsonThatIsNone) {
  EXPECT_EQ(read(R"({"nvbandwidth": {"version": "v0.7", "testcases": [{"name":
      "host_to_device_memcpy_ce", "status": "Passed", "bandwidth_matrix": [[50.5]]}]}})")
                .samples.size(),
            1U);
  for (const char* bad : {R"({"nvbandwidth": 3})", R"({"nvbandwidth": {"testcases": 3}})",
                          R"({"nvbandwidth": {,}})"}) {
    const RecordingSink found = read(bad);
    EXPECT_EQ(found.refusals.size(), 1U) << bad;
    EXPECT_THAT(found.samples, IsEmpty());
  }
}

}  // namespace
}  // namespace sextant::ingest

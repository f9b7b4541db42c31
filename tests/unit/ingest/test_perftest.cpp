#include "calibrate/ingest/perftest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/recording_sink.h"

namespace sextant::ingest {
namespace {

using fixtures::RecordingSink;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kMegabytes =
    " #bytes     #iterations    BW peak[MB/sec]    BW average[MB/sec]   MsgRate[Mpps]\n";
constexpr const char* kGigabits =
    " #bytes     #iterations    BW peak[Gb/sec]    BW average[Gb/sec]   MsgRate[Mpps]\n";
constexpr const char* kTitle = "                    RDMA_Write BW Test\n";
constexpr const char* kSettings =
    " Dual-port       : OFF\t\tDevice         : mlx5_0\n"
    " Number of qps   : 4\t\tTransport type : IB\n"
    " Mtu             : 4096[B]\n";
constexpr const char* kServer =
    " local address: LID 0x01 QPN 0x0a PSN 0x11 RKey 0x1 VAddr 0x2\n"
    " remote address: LID 0x02 QPN 0x0b PSN 0x22 RKey 0x3 VAddr 0x4\n";
constexpr const char* kClient =
    " local address: LID 0x02 QPN 0x0b PSN 0x22 RKey 0x3 VAddr 0x4\n"
    " remote address: LID 0x01 QPN 0x0a PSN 0x11 RKey 0x1 VAddr 0x2\n";
constexpr const char* kRow =
    " 65536      5000             1010.00            1000.00\t\t   0.016000\n";

RecordingSink read(const std::string& log) { return fixtures::read_log<PerftestReader>(log); }
std::string text(std::initializer_list<std::string_view> parts) {
  std::string all;
  for (const std::string_view part : parts) all += part;
  return all;
}

TEST(Perftest, MegabytesAreBinary) {
  const RecordingSink found = read(text({kTitle, kSettings, kServer, kMegabytes, kRow}));
  ASSERT_EQ(found.samples.size(), 1U);
  EXPECT_THAT(found.refusals, IsEmpty());
  const Sample& sample = found.samples[0];
  EXPECT_EQ(sample.operation, Operation::kPointToPointStream);
  EXPECT_EQ(sample.bytes, 65536);
  EXPECT_EQ(sample.ranks, 2);
  EXPECT_EQ(sample.repetitions, 5000);
  EXPECT_DOUBLE_EQ(sample.time_s, 65536 / (1000.0 * 1048576));
  EXPECT_THAT(sample.flags, ElementsAre("one_sided"));
  EXPECT_EQ(found.surroundings.conditions.at("device"), "mlx5_0");
  EXPECT_EQ(found.surroundings.conditions.at("queue_pairs"), "4");
  EXPECT_EQ(found.surroundings.conditions.at("mtu"), "4096[B]");
}

TEST(Perftest, GigabitsAreDecimal) {
  const RecordingSink found =
      read(text({kTitle, kGigabits, " 1000000   5000   100.00   80.00   0.010000\n"}));
  ASSERT_EQ(found.samples.size(), 1U);
  EXPECT_DOUBLE_EQ(found.samples[0].time_s, 1e-4);
}

TEST(Perftest, LaterVersionsSayMebibytes) {
  const RecordingSink found = read(
      text({kTitle,
            " #bytes     #iterations    BW peak[MiB/sec]    BW average[MiB/sec]   MsgRate[Mpps]\n",
            kRow}));
  EXPECT_EQ(found.samples.size(), 1U);
}

TEST(Perftest, SmallMessagesTakeTheMessageRate) {
  const RecordingSink found = read(text({kTitle, kMegabytes,
                                         " 2          2000             5.32               5.30"
                                         "               2.778732\n"}));
  ASSERT_EQ(found.samples.size(), 1U);
  EXPECT_DOUBLE_EQ(found.samples[0].time_s, 1 / 2.778732e6);
}

TEST(Perftest, BothWaysCountBothWays) {
  const RecordingSink found = read(text({"Send Bidirectional BW Test\n", kMegabytes, kRow}));
  ASSERT_EQ(found.samples.size(), 1U);
  EXPECT_EQ(found.samples[0].operation, Operation::kPointToPointBidirectional);
  EXPECT_EQ(found.samples[0].bytes, 2 * 65536);
  EXPECT_DOUBLE_EQ(found.samples[0].time_s, 2 * 65536 / (1000.0 * 1048576));
}

TEST(Perftest, ServerAfterClientCountsOnce) {
  const RecordingSink found =
      read(text({kTitle, kClient, kMegabytes, kRow, "* Waiting for client to connect... *\n",
                 kTitle, kServer, kMegabytes, kRow}));
  EXPECT_EQ(found.samples.size(), 1U);
  ASSERT_EQ(found.refusals.size(), 1U);
  EXPECT_THAT(found.refusals[0].reason, HasSubstr("counted once, at line 5"));
}

TEST(Perftest, ServerWithinClientCountsOnce) {
  const RecordingSink found = read(
      text({kTitle, kTitle, kSettings, kSettings, kServer, kClient, kMegabytes, kMegabytes,
            " 32768      5000             1010.00            1000.00   0.032000\n", kRow, "-----\n",
            " 65536      5000             1009.00             999.00   0.015984\n"}));
  EXPECT_EQ(found.samples.size(), 2U);
  EXPECT_EQ(found.refusals.size(), 1U);
}

TEST(Perftest, RowsOfAnotherConnectionCount) {
  const RecordingSink found =
      read(text({kTitle, kServer, kMegabytes, kRow, kTitle,
                 " local address: LID 0x01 QPN 0x0c PSN 0x33\n", kMegabytes, kRow}));
  EXPECT_EQ(found.samples.size(), 2U);
}

TEST(Perftest, IntervalsOfAnEndlessRunAllCount) {
  const char* interval = " 65536      5000             0.00            1000.00\t\t   0.016000\n";
  const RecordingSink found =
      read(text({kTitle, kServer, kClient, kMegabytes, interval, interval}));
  EXPECT_EQ(found.samples.size(), 2U);
  EXPECT_THAT(found.refusals, IsEmpty());
}

TEST(Perftest, LatencyHasPercentiles) {
  const RecordingSink found = read(
      "                    RDMA_Read Latency Test\n"
      " #bytes #iterations    t_min[usec]    t_max[usec]  t_typical[usec]    t_avg[usec]    "
      "t_stdev[usec]   99% percentile[usec]   99.9% percentile[usec] \n"
      " 2       1000          1.60           5.00         1.70     \t       1.80        \t0.10"
      "   \t\t2.50    \t\t5.00\n");
  ASSERT_EQ(found.samples.size(), 1U);
  EXPECT_EQ(found.samples[0].operation, Operation::kPointToPoint);
  EXPECT_DOUBLE_EQ(found.samples[0].time_s, 1.8e-6);
  EXPECT_DOUBLE_EQ(*found.samples[0].p50_s, 1.7e-6);
  EXPECT_DOUBLE_EQ(*found.samples[0].p99_s, 2.5e-6);
  EXPECT_THAT(found.samples[0].flags, ElementsAre("one_sided", "rdma_read", "round_trip"));
}

TEST(Perftest, AUnitThatIsNotTheHeadersIsNoticed) {
  const RecordingSink found =
      read(text({kTitle, kMegabytes, " 65536   5000   98.10   98.00   0.186920\n"}));  // Gb/s
  EXPECT_THAT(found.samples, IsEmpty());
  ASSERT_EQ(found.refusals.size(), 1U);
  EXPECT_THAT(found.refusals[0].reason, HasSubstr("MsgRate"));
}

TEST(Perftest, WhatCannotBeUsedIsRefused) {
  const RecordingSink found =
      read(text({kTitle, kMegabytes, " 65536   5000   0.00   0.00   0.000000\n",
                 " 65536   5000   1.00\n", "Atomic Fetch and Add BW Test\n", kMegabytes, kRow}));
  EXPECT_THAT(found.samples, IsEmpty());
  ASSERT_EQ(found.refusals.size(), 3U);
  EXPECT_THAT(found.refusals[0].reason, HasSubstr("prints as 0"));
  EXPECT_THAT(found.refusals[1].reason, HasSubstr("3 columns where the table has 5"));
  EXPECT_THAT(found.refusals[2].reason, HasSubstr("'Atomic Fetch and Add BW Test'"));
}

TEST(Perftest, CyclesAreNoTime) {
  const RecordingSink found = read(
      "Send Latency Test\n"
      " #bytes #iterations    t_min[cycles]    t_max[cycles]  t_typical[cycles]    t_avg[cycles]\n"
      " 2       1000          1600           5000         1700   1800\n");
  EXPECT_THAT(found.samples, IsEmpty());
  EXPECT_EQ(found.refusals.size(), 1U);
}

TEST(Perftest, ATableWithoutRowsIsReported) {
  const RecordingSink found = read(text({kTitle, kServer, kMegabytes, "Couldn't connect\n"}));
  ASSERT_EQ(found.refusals.size(), 1U);
  EXPECT_THAT(found.refusals[0].reason, HasSubstr("cut off"));
}

TEST(Perftest, JsonDoesNotSayItsUnitButItsRateDoes) {
  const auto bandwidth = [](const char* results) {
    return read(text(
        {"{\n\"test_info\": {\n\"test\": \"RDMA_Write_BW_Test\",\n\"Number_of_qps\": 1\n},\n",
         "\"results\": {\n\"MsgSize\": 65536,\n\"n_iterations\": 5000,\n", results, "\n}\n}\n"}));
  };
  RecordingSink found = bandwidth("\"BW_average\": 1000.0, \"MsgRate\": 0.016");
  ASSERT_EQ(found.samples.size(), 1U);
  EXPECT_DOUBLE_EQ(found.samples[0].time_s, 1 / 0.016e6);
  found = bandwidth("\"BW_average\": 98.0, \"MsgRate\": 0.186920");
  ASSERT_EQ(found.samples.size(), 1U);
  EXPECT_DOUBLE_EQ(found.samples[0].time_s, 1 / 0.186920e6);
  found = bandwidth("\"BW_average\": 98.0, \"MsgRate\": 0.016");
  ASSERT_EQ(found.refusals.size(), 1U);
  EXPECT_EQ(found.refusals[0].line, 2U);
  EXPECT_THAT(found.refusals[0].reason, HasSubstr("agree neither"));
  found = bandwidth("\"t_avg\": 2.5, \"t_typical\": 2.4, \"percentile_99\": 3.0");
  ASSERT_EQ(found.samples.size(), 1U);
  EXPECT_EQ(found.samples[0].operation, Operation::kPointToPoint);
  EXPECT_DOUBLE_EQ(*found.samples[0].p99_s, 3e-6);
  EXPECT_EQ(bandwidth("\"t_avg\": 2.5,").refusals.size(), 1U);
}

TEST(Perftest, JsonWithoutQuotesIsRefused) {
  const RecordingSink found = read(
      "{\n"
      "test_info: {\n"
      "test: RDMA_Write_Latency_Test,\n"
      "},\n"
      "results: {\n"
      "MsgSize: 128,\n"
      "t_avg: 2.42,\n"
      "},\n"
      "}\n");
  EXPECT_THAT(found.samples, IsEmpty());
  ASSERT_EQ(found.refusals.size(), 1U);
  EXPECT_EQ(found.refusals[0].line, 6U);
  EXPECT_THAT(found.refusals[0].reason, HasSubstr("no JSON"));
}

}  // namespace
}  // namespace sextant::ingest

#include "calibrate/ingest/fabtests.h"

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

RecordingSink read(std::string_view log) { return fixtures::read_log<FabtestsReader>(log); }

TEST(Fabtests, BandwidthHasOneTransferPerIteration) {
  const RecordingSink found = read(
      "fi_rma_bw -p efa -o write 10.0.0.1\n"
      "bytes   iters   total       time     MB/sec    usec/xfer   Mxfers/sec\n"
      "64      20k     1.2m        0.02s     51.20       1.25       0.80\n"
      "1.5k    20k     29m         0.03s   1228.80       1.25       0.80\n"
      "2m      200     400m        0.04s  10485.76     200.00       0.00\n");
  EXPECT_THAT(found.refusals, IsEmpty());
  ASSERT_EQ(found.samples.size(), 3U);
  EXPECT_EQ(found.samples[1].operation, Operation::kPointToPointStream);
  EXPECT_EQ(found.samples[1].bytes, 1536);
  EXPECT_EQ(found.samples[1].repetitions, 20000);
  EXPECT_DOUBLE_EQ(found.samples[1].time_s, 1.25e-6);
  EXPECT_EQ(found.samples[2].bytes, 2097152);
  EXPECT_DOUBLE_EQ(found.samples[2].time_s, 200e-6);
  EXPECT_THAT(found.samples[2].flags, ElementsAre("one_sided"));
  EXPECT_EQ(found.surroundings.provider, "efa");
  EXPECT_EQ(found.surroundings.tool, "fabtests");
}

TEST(Fabtests, PingPongCountsBothWaysInItsTotal) {
  const RecordingSink found = read(
      "bytes   iters   total       time     MB/sec    usec/xfer   Mxfers/sec\n"
      "64      10k     1.2m        0.32s      4.00      16.00       0.06\n"
      "64k     1k      125m        0.05s   2621.44      25.00       0.04\n");
  ASSERT_EQ(found.samples.size(), 2U);
  EXPECT_EQ(found.samples[1].operation, Operation::kPointToPoint);
  EXPECT_EQ(found.samples[1].ranks, 2);
  EXPECT_DOUBLE_EQ(found.samples[1].time_s, 25e-6);
}

TEST(Fabtests, TheFirstSizeMayHaveTimedTheConnection) {
  const RecordingSink found = read(
      "bytes   #sent   #ack     total       time     MB/sec    usec/xfer   Mxfers/sec\n"
      "64      10      =10      1.2k        0.04s      0.03    2000.00       0.00\n"
      "256     10      =10      5k          0.00s      6.40      40.00       0.03\n");
  EXPECT_THAT(found.refusals, IsEmpty());
  ASSERT_EQ(found.samples.size(), 2U);
  EXPECT_THAT(found.samples[0].flags, ElementsAre("connection_setup"));
  EXPECT_DOUBLE_EQ(found.samples[0].time_s, 2e-3);
  EXPECT_THAT(found.samples[1].flags, IsEmpty());
}

TEST(Fabtests, TwoRunsInOneCaptureHaveAFirstSizeEach) {
  const RecordingSink found = read(
      "user@host:lib-1.9.0$ build/bin/fi_pingpong -p tcp -e rdm\n"
      "bytes   #sent   #ack     total       time     MB/sec    usec/xfer   Mxfers/sec\n"
      "64      10      =10      1.2k        0.02s      0.06    1000.00       0.00\n"
      "256     10      =10      5k          0.00s     10.24      25.00       0.04\n"
      "user@host:lib-1.9.0$ build/bin/fi_pingpong -p verbs -e msg\n"
      "bytes   #sent   #ack     total       time     MB/sec    usec/xfer   Mxfers/sec\n"
      "64      10      =10      1.2k        0.00s      2.56      25.00       0.03\n"
      "256     10      =10      5k          0.00s     25.60      10.00       0.04\n");
  ASSERT_EQ(found.samples.size(), 4U);
  EXPECT_THAT(found.samples[0].flags, Contains("connection_setup"));
  EXPECT_THAT(found.samples[2].flags, Contains("connection_setup"));
  EXPECT_EQ(found.surroundings.provider, "tcp");
}

TEST(Fabtests, TheOnlyRowIsHandedOn) {
  const RecordingSink found = read(
      "bytes   iters   total       time     MB/sec    usec/xfer   Mxfers/sec\n"
      "64      20k     1.2m        0.02s     51.20       1.25       0.80\n");
  EXPECT_EQ(found.samples.size(), 1U);
}

TEST(Fabtests, Yaml) {
  const RecordingSink found = read(
      "---\n"
      "fi_rdm_tagged_bw -p efa -m :\n"
      "- { xfer_size: 64, iterations: 20000, total: 1280000, time: 0.025000, MB/sec: 51.200000, "
      "usec/xfer: 1.250000, Mxfers/sec: 0.800000 }\n"
      "- { xfer_size: 1000, iterations: 200, total: 200000, time: 0.002000, MB/sec: 100.000000, "
      "usec/xfer: 10.000000, Mxfers/sec: 0.100000 }\n");
  ASSERT_EQ(found.samples.size(), 2U);
  EXPECT_EQ(found.samples[1].bytes, 1000);
  EXPECT_DOUBLE_EQ(found.samples[1].time_s, 10e-6);
  EXPECT_THAT(found.samples[1].flags, ElementsAre("tagged"));
}

TEST(Fabtests, ACutOffSizeIsFlagged) {
  const RecordingSink found = read(
      "bytes   iters   total       time     MB/sec    usec/xfer   Mxfers/sec\n"
      "1.4k    20k     28m         0.03s   1200.00       1.25       0.80\n");  // 1500 bytes
  ASSERT_EQ(found.samples.size(), 1U);
  EXPECT_DOUBLE_EQ(found.samples[0].time_s, 1.25e-6);
  EXPECT_THAT(found.samples[0].flags, ElementsAre("rounded_bytes"));
}

TEST(Fabtests, BadRowsAreRefused) {
  const RecordingSink found = read(
      "bytes   #sent   #ack     total       time     MB/sec    usec/xfer   Mxfers/sec\n"
      "64      10      -3       1.2k        0.00s      2.56      25.00       0.03\n"
      "64      10      =10      1.2k        0.00s      5.12      25.00       0.03\n"
      "64      10      =10      1.2k        0.00s      0.00       0.00       0.00\n"
      "64      10      =10      9.2k        0.00s      2.56      25.00       0.03\n"
      "- { xfer_size: 64, iterations: 20000, total:\n");
  EXPECT_THAT(found.samples, IsEmpty());
  ASSERT_EQ(found.refusals.size(), 5U);
  EXPECT_THAT(found.refusals[0].reason, HasSubstr("acknowledged"));
  EXPECT_THAT(found.refusals[1].reason, HasSubstr("128 bytes, not 64"));
  EXPECT_THAT(found.refusals[2].reason, HasSubstr("prints as 0"));
  EXPECT_THAT(found.refusals[3].reason, HasSubstr("total"));
  EXPECT_THAT(found.refusals[4].reason, HasSubstr("cut off"));
}

TEST(Fabtests, LinesOfOtherToolsAreLeftToThem) {
  const RecordingSink found = read(
      "NCCL INFO NET/OFI fi_getinfo: found provider efa\n"
      "bytes   iters   total       time     MB/sec    usec/xfer   Mxfers/sec\n"
      "1048576 262144 float sum -1 100.0 10.5 18.4 0\n"
      "0 369.36\n");
  EXPECT_THAT(found.samples, IsEmpty());
  EXPECT_THAT(found.others, ElementsAre(1, 3, 4));
}

}  // namespace
}  // namespace sextant::ingest

#include "calibrate/ingest/nccom.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/ingested.h"

namespace sextant::ingest {
namespace {

using fixtures::Ingested;
using fixtures::ingested;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kHeader =
    "    size(B)    count(elems)    type    time:avg(us)    algbw(GB/s)    busbw(GB/s)\n";

TEST(Nccom, TheCommandSaysWhatWasRun) {
  const Ingested log = ingested(
      "NEURON_RT_ROOT_COMM_ID=10.0.0.1:4 nccom-test -r 64 -N 2 -b 8 -e 1GB -n 50 -w 5 -d fp32 "
      "allr\n" +
      std::string(kHeader) +
      "   1048576          262144    fp32          100.00          10.49          20.64\n"
      "  16777216         4194304    fp32          800.00          20.97          41.29\n"
      "Avg bus bandwidth:      30.9650GB/s\n");
  EXPECT_THAT(log.reasons(), IsEmpty());
  ASSERT_EQ(log.samples.size(), 2U);
  EXPECT_EQ(log.samples[0].operation, Operation::kAllReduce);
  EXPECT_EQ(log.samples[0].ranks, 64);
  EXPECT_EQ(log.samples[0].nodes, 2);
  EXPECT_DOUBLE_EQ(log.samples[0].time_s, 100e-6);
  EXPECT_EQ(log.samples[0].repetitions, 50);
  EXPECT_EQ(log.samples[0].precision, "float");
  EXPECT_EQ(log.report.environment.tool, "nccom-test");
  EXPECT_EQ(log.report.environment.conditions.at("warmup"), "5");
}

TEST(Nccom, GigabytesMayBeGibibytes) {
  const Ingested log = ingested(
      "nccom-test -r 2 allr\n"
      "  size(B)    count(elems)    type    time(us)    algbw(GB/s)    busbw(GB/s)\n"
      "  1073741824       268435456    fp32       20000          50.00          50.00\n");
  ASSERT_EQ(log.samples.size(), 1U);
  EXPECT_DOUBLE_EQ(log.samples[0].time_s, 0.02);
  EXPECT_THAT(log.report.warnings, ElementsAre(HasSubstr("GiB/s (2^30)")));
  EXPECT_NEAR(*log.report.peak_busbw_gbs, 53.69, 0.01);
}

TEST(Nccom, PercentilesAndOtherColumns) {
  const Ingested log = ingested(
      "nccom-test -r 8 allg\n"
      "size(B)    count(elems)    type    time:avg(us)    time:p50(us)    time:p99(us)    "
      "algbw(GB/s)"
      "    busbw(GB/s)    algorithm\n"
      "1048576    262144    bf16    100.0    90.0    170.0    10.49    9.18    ring\n");
  ASSERT_EQ(log.samples.size(), 1U);
  EXPECT_DOUBLE_EQ(log.samples[0].time_s, 100e-6);
  EXPECT_DOUBLE_EQ(*log.samples[0].p50_s, 90e-6);
  EXPECT_DOUBLE_EQ(*log.samples[0].p99_s, 170e-6);
  EXPECT_EQ(log.samples[0].algorithm, "ring");
}

TEST(Nccom, WhatCannotBeUsed) {
  const auto reasons = [](const std::string& command, const std::string& row) {
    return ingested(command + kHeader + row).reasons();
  };
  EXPECT_THAT(
      reasons("nccom-test -r 2 allr\n", "33554432    Failure running neuron-bench - log file x\n"),
      ElementsAre(HasSubstr("nccom-test failed for this size")));
  EXPECT_THAT(
      reasons("nccom-test -r 8 permute\n", "1048576  1048576  uint8  100.0  10.49  10.49\n"),
      ElementsAre(HasSubstr("permute is no operation that Sextant knows")));
  EXPECT_THAT(reasons("nccom-test -r 4 allgv\n", "1048576  1048576  uint8  100.0  10.49  10.49\n"),
              ElementsAre(HasSubstr("allgv is no operation that Sextant knows")));
  // Two streams share the bandwidth that one of them reports.
  EXPECT_THAT(reasons("nccom-test -r 64 allg\n", "1048576  524288  bf16  117.67  8.91  16.71\n"),
              ElementsAre(HasSubstr("which no number of ranks gives for all_gather")));
}

TEST(Nccom, SeveralRunsInOneText) {
  const Ingested log = ingested("nccom-test -r 32 -N 1 allr\n" + std::string(kHeader) +
                                "1048576  262144  fp32  100.0  10.49  20.32\n"
                                "Avg bus bandwidth: 20.3GB/s\n"
                                "1 errors found - test failed\n"
                                "nccom-test -r 32 -N 2 allg\n" +
                                kHeader + "1048576  262144  fp32  100.0  10.49  10.16\n");
  ASSERT_EQ(log.samples.size(), 2U);
  EXPECT_THAT(log.reasons(), IsEmpty());
  EXPECT_EQ(log.samples[0].nodes, 1);
  EXPECT_EQ(log.samples[1].operation, Operation::kAllGather);
  EXPECT_EQ(log.samples[1].nodes, 2);
}

}  // namespace
}  // namespace sextant::ingest

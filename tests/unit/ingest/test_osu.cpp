#include "calibrate/ingest/osu.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/recording_sink.h"

namespace sextant::ingest {
namespace {

using fixtures::RecordingSink;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

RecordingSink read(std::string_view log) { return fixtures::read_log<OsuReader>(log); }

TEST(Osu, LatencyIsTheTimeOfOneWay) {
  const RecordingSink found = read(
      "# OSU MPI Latency Test v5.7.1\n"
      "# Size          Latency (us)\n"
      "0                       2.00\n"
      "8192                   12.50\n");
  ASSERT_EQ(found.samples.size(), 2U);
  EXPECT_THAT(found.refusals, IsEmpty());
  const Sample& sample = found.samples[1];
  EXPECT_EQ(sample.operation, Operation::kPointToPoint);
  EXPECT_EQ(sample.bytes, 8192);
  EXPECT_EQ(sample.ranks, 2);
  EXPECT_DOUBLE_EQ(sample.time_s, 12.5e-6);
  EXPECT_THAT(sample.flags, IsEmpty());
  EXPECT_EQ(found.surroundings.tool, "osu 5.7.1");
}

TEST(Osu, BandwidthIsMillionsOfBytes) {
  const RecordingSink found = read(
      "# OSU MPI-CUDA Bandwidth Test v7.5\n"
      "# Datatype: MPI_CHAR.\n"
      "# Size      Bandwidth (MB/s)        Validation\n"
      "1048576             10000.00              Pass\n");
  ASSERT_EQ(found.samples.size(), 1U);
  EXPECT_EQ(found.samples[0].operation, Operation::kPointToPointStream);
  EXPECT_DOUBLE_EQ(found.samples[0].time_s, 1048576 / 1e10);
  EXPECT_THAT(found.samples[0].flags, ElementsAre("device_buffers"));
  EXPECT_EQ(found.surroundings.conditions.at("datatype"), "MPI_CHAR");
}

TEST(Osu, BothWaysCountBothWays) {
  const RecordingSink found = read(
      "# OSU MPI Bi-Directional Bandwidth Test v5.7.1\n"
      "# Size      Bandwidth (MB/s)\n"
      "1000000              2000.00\n");
  ASSERT_EQ(found.samples.size(), 1U);
  EXPECT_EQ(found.samples[0].operation, Operation::kPointToPointBidirectional);
  EXPECT_EQ(found.samples[0].bytes, 2e6);
  EXPECT_DOUBLE_EQ(found.samples[0].time_s, 1e-3);
}

TEST(Osu, PairsShareTheBandwidth) {
  const RecordingSink found = read(
      "# OSU MPI Multiple Bandwidth / Message Rate Test v7.5.2\n"
      "# [ pairs: 4 ] [ window size: 64 ]\n"
      "# Size                  MB/s        Messages/s\n"
      "1000                  400.00         400000.00\n");
  ASSERT_EQ(found.samples.size(), 1U);
  EXPECT_EQ(found.samples[0].ranks, 8);
  EXPECT_DOUBLE_EQ(found.samples[0].time_s, 1e-5);  // 100 MB/s for each pair
  EXPECT_THAT(found.samples[0].flags, ElementsAre("concurrent_pairs"));
  EXPECT_EQ(found.surroundings.conditions.at("window"), "64");
}

TEST(Osu, PairsMustBeKnown) {
  const RecordingSink found = read(
      "# OSU MPI Multiple Bandwidth / Message Rate Test v5.6\n"
      "# Size                  MB/s        Messages/s\n"
      "1000                  400.00         400000.00\n");
  EXPECT_THAT(found.samples, IsEmpty());
  ASSERT_EQ(found.refusals.size(), 1U);
  EXPECT_THAT(found.refusals[0].reason, HasSubstr("pairs"));
}

TEST(Osu, CollectivesCountOneRanksBytes) {
  const RecordingSink found = read(
      "# OSU MPI All-to-All Personalized Exchange Latency Test v5.7.1\n"
      "# Size       Avg Latency(us)\n"
      "64                      7.25\n"
      "# OSU MPI Reduce_scatter Latency Test v5.7.1\n"
      "# Size       Avg Latency(us)\n"
      "64                      3.25\n"
      "# OSU MPI Allgatherv Latency Test v5.7.1\n"
      "# Size       Avg Latency(us)\n"
      "64                      5.25\n");
  ASSERT_EQ(found.samples.size(), 3U);
  EXPECT_EQ(found.samples[0].operation, Operation::kAllToAll);
  EXPECT_EQ(found.samples[0].ranks, 0);  // the log does not say
  EXPECT_THAT(found.samples[0].flags, ElementsAre("per_rank_bytes"));
  EXPECT_EQ(found.samples[1].operation, Operation::kReduceScatter);
  EXPECT_THAT(found.samples[1].flags, IsEmpty());  // the whole vector, as in nccl-tests
  EXPECT_THAT(found.samples[2].flags, ElementsAre("per_rank_bytes", "vector"));
}

TEST(Osu, TheCommandLineNamesTheRanks) {
  const RecordingSink found = read(
      "$ srun -N2 --ntasks-per-node=4 --mpi=pmix ./collective/osu_alltoall\n"
      "# OSU MPI All-to-All Personalized Exchange Latency Test v7.5\n"
      "# Size       Avg Latency(us)\n"
      "64                      7.25\n"
      "$ srun -N1 -n2 ./pt2pt/osu_bw\n"
      "# OSU MPI Bandwidth Test v7.5\n"
      "# Size      Bandwidth (MB/s)\n"
      "64                     10.00\n"
      "# OSU MPI Allreduce Latency Test v7.5\n"
      "# Size       Avg Latency(us)\n"
      "64                      7.25\n");
  ASSERT_EQ(found.samples.size(), 3U);
  EXPECT_EQ(found.samples[0].ranks, 8);
  EXPECT_EQ(found.samples[0].nodes, 2);
  EXPECT_EQ(found.samples[0].ranks_per_node, 4);
  EXPECT_EQ(found.samples[1].ranks, 2);
  EXPECT_EQ(found.samples[1].nodes, 1);  // within a node
  EXPECT_EQ(found.samples[2].ranks, 0);  // the command was another test's
}

TEST(Osu, StatisticsHaveColumns) {
  const RecordingSink found = read(
      "# OSU MPI Allreduce Latency Test v7.0\n"
      "# Size       Avg Latency(us)   Min Latency(us)   Max Latency(us)  Iterations"
      "  P50 Tail Lat(us)  P90 Tail Lat(us)  P99 Tail Lat(us)\n"
      "4   5.00   4.00   6.00   1000   4.50   7.00   9.00\n");
  ASSERT_EQ(found.samples.size(), 1U);
  EXPECT_DOUBLE_EQ(found.samples[0].time_s, 5e-6);
  EXPECT_EQ(found.samples[0].repetitions, 1000);
  EXPECT_DOUBLE_EQ(*found.samples[0].p50_s, 4.5e-6);
  EXPECT_DOUBLE_EQ(*found.samples[0].p99_s, 9e-6);
}

TEST(Osu, NonBlockingTimeIsPureCommunication) {
  const RecordingSink found = read(
      "# OSU MPI Non-blocking Allreduce Latency Test v7.5\n"
      "# Overall = Coll. Init + Compute + MPI_Test + MPI_Wait\n"
      "# Datatype: MPI_INT.\n"
      "# Size           Overall(us)       Compute(us)    Pure Comm.(us)        Overlap(%)\n"
      "4                      30.00             12.00             11.00              0.00\n");
  ASSERT_EQ(found.samples.size(), 1U);
  EXPECT_DOUBLE_EQ(found.samples[0].time_s, 11e-6);
  EXPECT_THAT(found.samples[0].flags, ElementsAre("non_blocking", "per_rank_bytes"));
}

TEST(Osu, OneSidedNamesTheVerbInTheLibrary) {
  const RecordingSink found = read(
      "# OSU MPI_Put-CUDA Bandwidth Test v5.6.2\n"
      "# Window creation: MPI_Win_allocate\n"
      "# Synchronization: MPI_Win_flush\n"
      "# Size      Bandwidth (MB/s)\n"
      "1000                 1000.00\n");
  ASSERT_EQ(found.samples.size(), 1U);
  EXPECT_THAT(found.others, IsEmpty());
  EXPECT_THAT(found.samples[0].flags, ElementsAre("one_sided", "device_buffers"));
}

TEST(Osu, BuffersOfTheHostInABuildForAccelerators) {
  const RecordingSink found = read(
      "# OSU MPI-CUDA Latency Test v5.6.2\n"
      "# Send Buffer on HOST (H) and Receive Buffer on HOST (H)\n"
      "# Size          Latency (us)\n"
      "8                       1.50\n");
  ASSERT_EQ(found.samples.size(), 1U);
  EXPECT_THAT(found.samples[0].flags, IsEmpty());
}

TEST(Osu, LinesOfOtherLibrariesDoNotEndATable) {
  const RecordingSink found = read(
      "# OSU MPI Latency Test v5.7.1\n"
      "# Size          Latency (us)\n"
      "[1645203303.80] [host2:43:0]   worker.c:18 UCX  INFO  ep_cfg[3]: tag(rc_mlx5)\n"
      " coll_ucc_barrier.c:31 - mca_coll_ucc_barrier() running ucc barrier\n"
      "1                       1.50\n"
      "[...] snip\n"
      "\n"
      "2                       1.60\n");
  EXPECT_EQ(found.samples.size(), 2U);
  EXPECT_THAT(found.others, ElementsAre(3, 4, 6, 7));
}

TEST(Osu, ADroppedHashIsNoMatter) {
  const RecordingSink found = read(
      "OSU MPI Latency Test v5.7.1\n"
      "Size          Latency (us)\n"
      "1                       1.50\n");
  EXPECT_EQ(found.samples.size(), 1U);
}

TEST(Osu, RowsOfAnotherToolAreLeftToIt) {
  const RecordingSink found = read(
      "# OSU MPI Latency Test v5.7.1\n"
      "# Size          Latency (us)\n"
      "1024                    1.50\n"
      " 0    369.36\n"
      "1048576 262144 float sum -1 100.0 10.5 18.4 0\n");
  EXPECT_EQ(found.samples.size(), 1U);
  EXPECT_THAT(found.others, ElementsAre(4, 5));
}

TEST(Osu, BadRowsAreRefused) {
  const RecordingSink found = read(
      "# OSU MPI Bandwidth Test v7.5\n"
      "# Size      Bandwidth (MB/s)        Validation\n"
      "1                       0.00              Pass\n"
      "2                       1.00              Fail\n"
      "4                       1.00\n"
      "8                       1.00              Pass\n");
  EXPECT_EQ(found.samples.size(), 1U);
  ASSERT_EQ(found.refusals.size(), 3U);
  EXPECT_EQ(found.refusals[0].line, 3U);
  EXPECT_THAT(found.refusals[0].reason, HasSubstr("0.00"));
  EXPECT_THAT(found.refusals[1].reason, HasSubstr("validation"));
  EXPECT_THAT(found.refusals[2].reason, HasSubstr("2 columns where the table has 3"));
}

TEST(Osu, TablesWithoutUseAreRefusedOnce) {
  const RecordingSink found = read(
      "# OSU MPI Barrier Latency Test v5.7.1\n"
      "# Avg Latency(us)\n"
      "             3.05\n"
      "# OSU MPI Multi-threaded Latency Test v5.7.1\n"
      "# Size          Latency (us)\n"
      "1                       1.50\n"
      "2                       1.50\n");
  EXPECT_THAT(found.samples, IsEmpty());
  ASSERT_EQ(found.refusals.size(), 2U);
  EXPECT_THAT(found.refusals[0].reason, HasSubstr("'barrier latency'"));
  EXPECT_THAT(found.refusals[1].reason, HasSubstr("'multi-threaded latency'"));
}

TEST(Osu, ATableWithoutTitleIsRefused) {
  const RecordingSink found = read("# Size      Bandwidth (MB/s)\n1   2.00\n2   4.00\n");
  EXPECT_THAT(found.samples, IsEmpty());
  ASSERT_EQ(found.refusals.size(), 1U);
  EXPECT_THAT(found.refusals[0].reason, HasSubstr("title"));
}

TEST(Osu, ATableWithoutRowsIsReported) {
  const RecordingSink found = read(
      "# OSU MPI-CUDA Non-blocking Allreduce Latency Test v7.5\n"
      "# Size           Overall(us)       Compute(us)    Pure Comm.(us)        Overlap(%)\n"
      "[node1:31808] *** Process received signal ***\n");
  ASSERT_EQ(found.refusals.size(), 1U);
  EXPECT_EQ(found.refusals[0].line, 2U);
  EXPECT_THAT(found.refusals[0].reason, HasSubstr("cut off"));
}

}  // namespace
}  // namespace sextant::ingest

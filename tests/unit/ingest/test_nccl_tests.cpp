#include "calibrate/ingest/nccl_tests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/ingested.h"

namespace sextant::ingest {
namespace {

using fixtures::all_reduce_log;
using fixtures::all_reduce_row;
using fixtures::figures;
using fixtures::Ingested;
using fixtures::ingested;
using fixtures::kFooter;
using fixtures::kHeader;
using fixtures::rank_lines;
using fixtures::row;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kNone = "  none      -1";

TEST(NcclTests, ARowIsTwoSamples) {
  const Ingested log = ingested(all_reduce_log());
  EXPECT_EQ(log.report.failure, "");
  EXPECT_EQ(log.report.rows, 3U);
  ASSERT_EQ(log.samples.size(), 6U);
  const Sample& first = log.samples[0];
  EXPECT_EQ(first.operation, Operation::kAllReduce);
  EXPECT_EQ(first.bytes, 1048576);
  EXPECT_EQ(first.ranks, 16);
  EXPECT_EQ(first.nodes, 2);
  EXPECT_EQ(first.ranks_per_node, 8);
  EXPECT_DOUBLE_EQ(first.time_s, 61.25e-6);
  EXPECT_EQ(first.repetitions, 20);
  EXPECT_EQ(first.precision, "float");
  EXPECT_THAT(first.flags, IsEmpty());
  EXPECT_THAT(log.samples[1].flags, ElementsAre("in_place"));
  EXPECT_NEAR(*log.report.peak_busbw_gbs, 427.4, 0.1);
}

TEST(NcclTests, TheEnvironmentIsThatOfTheHeader) {
  const Environment environment =
      ingested("# nccl-tests version 2.17.6 nccl-headers=22602 nccl-library=22803\n" +
               all_reduce_log())
          .report.environment;
  EXPECT_EQ(environment.tool, "nccl-tests 2.17.6");
  EXPECT_EQ(environment.nccl, "2.28.3");
  EXPECT_EQ(environment.accelerator, "NVIDIA H100 80GB HBM3");
  EXPECT_EQ(environment.nodes, 2);
  EXPECT_EQ(environment.conditions.at("iterations"), "20");
  EXPECT_EQ(environment.conditions.at("warmup"), "5");
  EXPECT_EQ(environment.conditions.at("graph"), "0");
}

TEST(NcclTests, BusBandwidthTellsTheRanksWhereNoListDoes) {
  for (const int ranks : {2, 3, 8, 16, 24, 64}) {
    const Ingested log = ingested(kHeader + all_reduce_row(1073741824, 4710.3, ranks));
    EXPECT_EQ(log.report.ranks, ranks);
    EXPECT_FALSE(log.report.nodes.has_value());
  }
}

TEST(NcclTests, SizeOverCountTellsTheRanksOfAllGather) {
  const Ingested log = ingested(kHeader + row(2048, 32, kNone, 106.88, 15.0 / 16.0, "0"),
                                {.file = "all_gather.log"});
  EXPECT_EQ(log.report.ranks, 16);
  EXPECT_THAT(log.report.operations, ElementsAre(Operation::kAllGather));
  EXPECT_THAT(log.report.warnings, Contains(HasSubstr("taken from the file's name")));
}

TEST(NcclTests, WhatIsOnlyUncheckedInPlaceIsAllToAll) {
  const std::string half = figures(1048576, 106.88, 15.0 / 16.0);
  const Ingested log =
      ingested("     1048576  16384  float  none  -1" + half + "   0" + half + "  N/A\n");
  EXPECT_THAT(log.report.operations, ElementsAre(Operation::kAllToAll));
  EXPECT_TRUE(log.has_flag(1, "unchecked"));
  EXPECT_FALSE(log.has_flag(0, "unchecked"));
}

TEST(NcclTests, AnAmbiguousTableIsRefusedWithARemedy) {
  const std::string table = kHeader + row(1048576, 16384, kNone, 106.88, 15.0 / 16.0);
  const Ingested log = ingested(table, {.file = "run.log"});
  EXPECT_EQ(log.report.rows, 0U);
  EXPECT_THAT(log.reasons(), ElementsAre(HasSubstr("could be all_gather or all_to_all: say which "
                                                   "with --operation all_gather")));
  EXPECT_EQ(ingested(table, {.file = "", .operation = Operation::kAllToAll}).report.rows, 1U);
}

TEST(NcclTests, TheCommandLineNamesTheCollective) {
  const std::string table = kHeader + row(1048576, 16384, kNone, 106.88, 15.0 / 16.0);
  const auto operation = [&](const std::string& command) {
    return *ingested(command + table).report.operations.begin();
  };
  EXPECT_EQ(operation("+ srun -N2 /opt/nccl-tests/build/alltoall_perf -b 8 -e 1G\n"),
            Operation::kAllToAll);
  EXPECT_EQ(operation("$ mpirun -np 16 ./all_gather_perf_mpi -b 8\n"), Operation::kAllGather);
  EXPECT_EQ(operation("# Collective test starting: alltoall_perf\n"), Operation::kAllToAll);
}

TEST(NcclTests, TheFooterMayNameTheCollective) {
  const Ingested log = ingested(kHeader + row(1048576, 16384, kNone, 106.88, 15.0 / 16.0) +
                                kFooter + "# Collective test concluded: alltoall_perf\n");
  EXPECT_THAT(log.report.operations, ElementsAre(Operation::kAllToAll));
}

TEST(NcclTests, TheOldestColumns) {
  const auto old = [](std::string_view columns, double count, double factor) {
    const std::string half = figures(268435456, 1225.5, factor) + "  5e-07";
    return fmt::format("   268435456  {:12.0f}   float {}{}{}\n", count, columns, half, half);
  };
  const auto operation = [&](const std::string& line, const char* file = "") {
    return ingested(line, {.file = file}).report.operations;
  };
  EXPECT_THAT(operation(old("    sum", 67108864, 1.75)), ElementsAre(Operation::kAllReduce));
  EXPECT_THAT(operation(old("    sum", 8388608, 0.875)), ElementsAre(Operation::kReduceScatter));
  EXPECT_THAT(operation(old("    sum       0", 67108864, 1)), ElementsAre(Operation::kReduce));
  EXPECT_THAT(operation(old("      3", 67108864, 1)), ElementsAre(Operation::kBroadcast));
  EXPECT_THAT(operation(old("       ", 8388608, 0.875), "alltoall_8.txt"),
              ElementsAre(Operation::kAllToAll));
  EXPECT_THAT(operation(old("       ", 67108864, 1)), ElementsAre(Operation::kSendRecv));
}

TEST(NcclTests, TimestampsAndColumnsPerIterationAreNoFigures) {
  const std::string half = figures(268435456, 1225.5, 1.875) + "      0";
  const std::string start = "   268435456      67108864     float     sum      -1";
  const Ingested stamped = ingested(start + half + half + "  2026-01-28 11:22:33\n");
  EXPECT_EQ(stamped.samples.size(), 2U);
  const std::string iterations = "  1220.11  1300.75  1299.50  1.25";
  const Ingested detailed = ingested(start + half + iterations + half + iterations + "\n");
  ASSERT_EQ(detailed.samples.size(), 2U);
  EXPECT_DOUBLE_EQ(*detailed.samples[0].p99_s, 1299.50e-6);
  EXPECT_DOUBLE_EQ(detailed.samples[1].time_s, 1225.5e-6);
}

TEST(NcclTests, LargeTimesAreWholeOrHaveAnExponent) {
  const Ingested whole = ingested(
      "  4294967296    1073741824     float     sum      -1    22680  189.37  355.07      0    "
      "22677"
      "  189.40  355.12      0\n");
  ASSERT_EQ(whole.samples.size(), 2U);
  EXPECT_DOUBLE_EQ(whole.samples[0].time_s, 22680e-6);
  const Ingested exponent = ingested(
      "  4294967296    1073741824     float     sum      -1  2.3e+05   18.67   35.01      0  "
      "2.3e+05   18.67   35.01      0\n");
  ASSERT_EQ(exponent.samples.size(), 2U);
  EXPECT_DOUBLE_EQ(exponent.samples[0].time_s, 0.23);
}

TEST(NcclTests, ColumnsOfOneDirection) {
  const Ingested log = ingested(
      "# size         count         type   redop  time(us)  algbw(GB/s)  busbw(GB/s)\n"
      "1048576        262144       float   sum       47.03     22.30       39.02\n");
  ASSERT_EQ(log.samples.size(), 1U);
  EXPECT_EQ(log.samples[0].ranks, 8);
  EXPECT_THAT(log.samples[0].flags, ElementsAre("retyped"));
}

TEST(NcclTests, OneProcessIsOneNode) {
  const Ingested log = ingested("./all_reduce_perf -b 1M -g 8\n" + std::string(kHeader) +
                                all_reduce_row(1073741824, 4710.3, 8));
  EXPECT_EQ(log.report.nodes, 1);
}

TEST(NcclTests, TheLauncherSaysHowManyNodes) {
  const auto nodes = [](const std::string& command) {
    return ingested(command + kHeader + all_reduce_row(1073741824, 4710.3, 16)).report.nodes;
  };
  EXPECT_EQ(nodes("$ srun -N2 --ntasks-per-node=8 ./all_reduce_perf -b 8\n"), 2);
  EXPECT_EQ(nodes("$ srun -N2 ./all_reduce_perf -b 8 -g 8\n"), 2);
  EXPECT_FALSE(nodes("$ srun -N4 --ntasks-per-node=8 ./all_reduce_perf -b 8\n").has_value());
}

TEST(NcclTests, ALeadingColumnCountsNodes) {
  std::string log = " p4d        size         count      type   redop     time   algbw   busbw\n";
  for (const int nodes : {1, 2, 3, 4}) {
    log += fmt::format("   {}  1073741824  268435456  float  sum{}  2e-07{}  2e-07\n", nodes,
                       figures(1073741824, 70253, 2.0 * (8 * nodes - 1) / (8 * nodes)),
                       figures(1073741824, 70253, 2.0 * (8 * nodes - 1) / (8 * nodes)));
  }
  const Ingested found = ingested(log);
  ASSERT_EQ(found.samples.size(), 8U);
  for (int nodes = 1; nodes <= 4; ++nodes) {
    EXPECT_EQ(found.samples[2 * static_cast<std::size_t>(nodes) - 1].nodes, nodes);
    EXPECT_EQ(found.samples[2 * static_cast<std::size_t>(nodes) - 1].ranks, 8 * nodes);
  }
}

TEST(NcclTests, RowsThatCannotBe) {
  const std::string good = all_reduce_row(1073741824, 4710.3, 16);
  const auto reason = [&](const std::string& bad) {
    const Ingested log = ingested(kHeader + good + good + good + bad);
    EXPECT_EQ(log.report.rows, 3U);
    return log.reasons();
  };
  EXPECT_THAT(reason(row(0, 0, "   sum      -1", 1.25, 0)), ElementsAre(HasSubstr("0 bytes")));
  EXPECT_THAT(reason(row(1048576, 262144, "   sum      -1", 61.25, 1.875, "3e+02")),
              Contains(HasSubstr("wrong in 3e+02 elements")));
  EXPECT_THAT(reason(row(1048576, 262144, "   sum      -1", 61.25, 0.9)),
              Contains(HasSubstr("busbw/algbw is 0.9")));
  EXPECT_THAT(reason("     1048576        262144     float     sum      -1    61.25   99.00  185.62"
                     "      0    61.25   99.00  185.62      0\n"),
              Contains(HasSubstr("algbw is 99 GB/s, but size/time is 17.12 GB/s")));
  EXPECT_THAT(reason("     1048576        262144     float     sum      -1    61.2517.12  32.10\n"),
              Contains(HasSubstr("columns run together: '61.2517.12'")));
}

TEST(NcclTests, OnlyTheWrongDirectionIsRefused) {
  const std::string half = figures(268435456, 1225.5, 1.875);
  const Ingested log =
      ingested("   268435456  67108864  float  sum  -1" + half + "  0" + half + "  7\n");
  EXPECT_EQ(log.report.rows, 1U);
  EXPECT_EQ(log.samples.size(), 1U);
  EXPECT_THAT(log.reasons(), ElementsAre("1: in place: the result was wrong in 7 elements"));
}

TEST(NcclTests, BusBandwidthBelowThatOfAnyNumberOfRanks) {
  const Ingested log = ingested(
      " 17179869184    4294967296     float     sum      -1  18285.0  939.58  936.93      0  "
      "18292.6"
      "  939.19  936.54      0\n");
  EXPECT_EQ(log.report.rows, 0U);
  EXPECT_THAT(log.report.failure,
              HasSubstr("busbw/algbw is 0.9972, which no number of ranks gives for all_reduce"));
}

TEST(NcclTests, BuiltWithoutMpi) {
  std::string log;
  for (int run = 0; run < 8; ++run) log += rank_lines(1, 1) + kHeader;
  for (int run = 0; run < 8; ++run) log += all_reduce_row(134217728, 0.51, 1);
  const Ingested found = ingested(log);
  EXPECT_EQ(found.report.rows, 0U);
  EXPECT_EQ(found.report.refused.total(), 8U);
  EXPECT_EQ(found.report.failure, "8 separate 1-rank runs: nccl-tests was built without MPI=1");
}

TEST(NcclTests, FiguresOutweighTheRankList) {
  const Ingested log = ingested(rank_lines(16) + kHeader + all_reduce_row(1073741824, 4710.3, 8));
  EXPECT_EQ(log.report.ranks, 8);
  EXPECT_FALSE(log.report.nodes.has_value());
  EXPECT_THAT(log.report.warnings, ElementsAre(HasSubstr("the rank list has 16 ranks, but")));
}

TEST(NcclTests, FiguresOutweighTheUser) {
  const Ingested log = ingested(kHeader + all_reduce_row(1073741824, 4710.3, 8),
                                {.file = "", .operation = {}, .nodes = 2, .ranks_per_node = 8});
  EXPECT_EQ(log.report.ranks, 8);
  EXPECT_THAT(log.report.warnings,
              ElementsAre(HasSubstr("--nodes and --ranks-per-node give 16 ranks, but")));
}

TEST(NcclTests, TheUserSaysWhatManyRanksLeaveOpen) {
  const std::string table = kHeader + all_reduce_row(1073741824, 231000, 512);
  const Ingested open = ingested(table);
  EXPECT_FALSE(open.report.ranks.has_value());
  EXPECT_THAT(open.report.warnings, ElementsAre(HasSubstr("give --nodes and --ranks-per-node")));
  const Ingested told =
      ingested(table, {.file = "", .operation = {}, .nodes = 64, .ranks_per_node = 8});
  EXPECT_EQ(told.report.ranks, 512);
  EXPECT_EQ(told.report.nodes, 64);
}

TEST(NcclTests, AShortenedRankListCountsIfItsHostsAddUp) {
  std::string log = "# Using devices\n";
  for (const auto& [rank, host] : {std::pair{0, 1}, {7, 1}, {8, 2}, {15, 2}}) {
    log += fmt::format("#  Rank {} Group 0 Pid 1 on host{} device {} [0x07] GPU\n", rank, host,
                       rank % 8);
  }
  const Ingested found = ingested(log + kHeader + all_reduce_row(1073741824, 4710.3, 16));
  EXPECT_EQ(found.report.ranks, 16);
  EXPECT_EQ(found.report.nodes, 2);
}

TEST(NcclTests, GroupsAreSeparateCollectives) {
  std::string log = "# Using devices\n";
  for (int rank = 0; rank < 16; ++rank) {
    log += fmt::format("#  Rank {} Group {} Pid 1 on host{} device {} [0x07] GPU\n", rank, rank % 2,
                       rank / 8, rank % 8);
  }
  const Ingested found = ingested(log + kHeader + all_reduce_row(1073741824, 4710.3, 8));
  EXPECT_EQ(found.report.ranks, 8);
  EXPECT_EQ(found.report.nodes, 2);
  EXPECT_EQ(found.report.environment.conditions.at("groups"), "2");
}

TEST(NcclTests, ACutHeaderAndStrippedSigns) {
  const Ingested log = ingested(
      " out-of-place                       in-place\n"
      "        size         count      type   redop    root     time   algbw   busbw  #wrong\n" +
      all_reduce_row(1073741824, 4710.3, 16) + "  ...\n" + all_reduce_row(2147483648, 9410.3, 16) +
      "  Out of bounds values : 0 OK\n  Avg bus bandwidth    : 125.499\n");
  EXPECT_EQ(log.report.rows, 2U);
  EXPECT_EQ(log.report.ranks, 16);
}

TEST(NcclTests, RowsThatBeginWithTheSign) {
  EXPECT_EQ(ingested(kHeader + ("#" + all_reduce_row(1073741824, 4710.3, 4))).report.ranks, 4);
}

TEST(NcclTests, NoiseBetweenAndWithinRows) {
  const std::string whole = all_reduce_row(1073741824, 4710.3, 16);
  const std::size_t cut = whole.find("-1") + 2;
  const Ingested log =
      ingested(rank_lines(16) + kHeader + "node-0:25:25 [0] NCCL INFO Launch mode Parallel\n" +
               whole.substr(0, cut) + "node-0:25:66 [0] NCCL INFO Connected all trees\n" +
               "node-1:25:66 [1] NCCL INFO Connected all trees\n" + whole.substr(cut) +
               "[node-1:99] PMIX ERROR: ERROR in file gds.c at line 168\n" + whole);
  EXPECT_THAT(log.reasons(), IsEmpty());
  EXPECT_EQ(log.report.rows, 2U);
  EXPECT_DOUBLE_EQ(log.samples[0].time_s, 4710.3e-6);
}

TEST(NcclTests, RepeatedSweepsAndTwoCollectivesInOneLog) {
  const std::string sweep = all_reduce_row(8, 20.5, 16) + all_reduce_row(1048576, 61.25, 16) +
                            all_reduce_row(268435456, 1225.5, 16);
  std::string log = rank_lines(16) + kHeader;
  for (int run = 0; run < 5; ++run) log += sweep;
  log += kFooter + std::string("./all_gather_perf\n") + rank_lines(8) + kHeader +
         row(1048576, 32768, kNone, 61.25, 0.875) + kFooter;
  const Ingested found = ingested(log);
  EXPECT_EQ(found.report.rows, 16U);
  EXPECT_THAT(found.report.operations, ElementsAre(Operation::kAllReduce, Operation::kAllGather));
  EXPECT_EQ(found.samples.back().ranks, 8);
  EXPECT_EQ(found.samples.front().ranks, 16);
  EXPECT_FALSE(found.report.ranks.has_value());
}

TEST(NcclTests, AnotherRunWithoutItsHeader) {
  const auto sweep = [](int ranks) {
    return all_reduce_row(8, 20.5, ranks) + all_reduce_row(1048576, 61.25, ranks) +
           all_reduce_row(268435456, 1225.5, ranks);
  };
  const Ingested found = ingested(kHeader + sweep(8) + sweep(8) + sweep(16));
  EXPECT_THAT(found.reasons(), IsEmpty());
  ASSERT_EQ(found.samples.size(), 18U);
  EXPECT_EQ(found.samples[6].ranks, 8);
  EXPECT_EQ(found.samples[12].ranks, 16);
}

TEST(NcclTests, HostTimesAreRefused) {
  const Ingested log = ingested(
      "#       size         count      type   redop    root  cputime   algbw   busbw #wrong  "
      "cputime "
      "  algbw   busbw #wrong\n" +
      all_reduce_row(1073741824, 4710.3, 16));
  EXPECT_THAT(log.reasons(), ElementsAre(HasSubstr("how long the host's calls take")));
}

TEST(NcclTests, WhatHasNoModelIsRefusedByName) {
  const Ingested log =
      ingested("# Collective test starting: alltoallv_perf\n" + std::string(kHeader) +
               row(1048576, 16384, kNone, 106.88, 15.0 / 16.0));
  EXPECT_THAT(log.reasons(), ElementsAre(HasSubstr("alltoallv_perf is no operation that Sextant")));
}

TEST(NcclTests, ConditionsBecomeFlags) {
  std::string log = all_reduce_log();
  log.replace(log.find("graph: 0"), 8, "graph: 1");
  const Ingested found =
      ingested("mpirun -x NCCL_ALGO=Tree -x NCCL_PROTO=LL128 all_reduce_perf -z 1\n" + log);
  EXPECT_TRUE(found.has_flag(0, "graph"));
  EXPECT_TRUE(found.has_flag(0, "blocking"));
  EXPECT_EQ(found.samples[0].algorithm, "tree");
  EXPECT_EQ(found.samples[0].protocol, "ll128");
  EXPECT_EQ(found.report.environment.env.at("NCCL_ALGO"), "Tree");
}

TEST(NcclTests, ColumnsOfRcclTests) {
  const std::string half = figures(268435456, 1225.5, 1.875) + "      0";
  const Ingested log =
      ingested("rccl-tests: Version develop:a52452e\n   268435456  67108864  float  sum  -1" +
               half + half + "  RING  LL128  16\n");
  ASSERT_EQ(log.samples.size(), 2U);
  EXPECT_EQ(log.samples[0].algorithm, "ring");
  EXPECT_EQ(log.samples[0].protocol, "ll128");
  EXPECT_EQ(log.report.environment.tool, "rccl-tests");
}

TEST(NcclTests, AForkPrintsInPlaceFirst) {
  const Ingested log = ingested(
      "#                                   in-place                       out-of-place          \n"
      "#       size         count      type   redop    root     time   algbw   busbw #wrong\n"
      "   268435456  67108864  float  sum  -1" +
      figures(268435456, 1225.5, 1.875) + "  0" + figures(268435456, 2451.0, 1.875) + "  0\n");
  ASSERT_EQ(log.samples.size(), 2U);
  EXPECT_THAT(log.samples[0].flags, IsEmpty());
  EXPECT_DOUBLE_EQ(log.samples[0].time_s, 2451e-6);
}

TEST(NcclTests, AFailedRun) {
  const Ingested log =
      ingested(rank_lines(16) +
               "node-1: Test NCCL failure common.cu:1012 'unhandled system error'\n"
               " .. node-1 pid 1001: Test failure common.cu:891\n");
  EXPECT_THAT(log.report.failure,
              HasSubstr("the run seems to have failed at line 21: node-1: Test NCCL failure"));
}

}  // namespace
}  // namespace sextant::ingest

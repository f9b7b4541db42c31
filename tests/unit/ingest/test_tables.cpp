#include "calibrate/ingest/tables.h"

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

RecordingSink read(std::string_view log, LogHints hints = {}) {
  TablesReader reader;
  RecordingSink sink;
  sink.given = std::move(hints);
  fixtures::read_log(reader, log, sink);
  return sink;
}

constexpr double kMebi = 1048576;

TEST(Tables, ColumnsAreKnownByName) {
  const RecordingSink found = read(
      "Nodes,GPUs,size(MB),iterations,blocking,out algbw(GB/s),out busbw(GB/s),in algbw(GB/s),"
      "in busbw(GB/s)\n"
      "2,16,64,1000, false,100.00,187.50,80.00,150.00\n"
      "4,32,128,1000,false,100.00,193.75,N/A,N/A\n");
  EXPECT_THAT(found.refusals, IsEmpty());
  ASSERT_EQ(found.samples.size(), 3U);
  EXPECT_EQ(found.samples[0].operation, Operation::kAllReduce);  // only its ratio is 15/8
  EXPECT_EQ(found.samples[0].bytes, 64 * kMebi);
  EXPECT_EQ(found.samples[0].ranks, 16);
  EXPECT_EQ(found.samples[0].nodes, 2);
  EXPECT_EQ(found.samples[0].ranks_per_node, 8);
  EXPECT_EQ(found.samples[0].repetitions, 1000);
  EXPECT_DOUBLE_EQ(found.samples[0].time_s, 64 * kMebi / 100e9);
  EXPECT_THAT(found.samples[0].flags, ElementsAre("binary_units_assumed"));
  EXPECT_THAT(found.samples[1].flags, ElementsAre("binary_units_assumed", "in_place"));
  EXPECT_EQ(found.samples[2].ranks, 32);
  EXPECT_THAT(found.warnings, ElementsAre(HasSubstr("all-reduce's"), HasSubstr("1,024")));
}

TEST(Tables, TheRatioOfOthersNamesNoOperation) {
  const char* table =
      "nodes;gpus;size (MiB);algbw (GB/s);busbw (GB/s)\n"
      "2;16;64;100.00;93.75\n";
  RecordingSink found = read(table);
  ASSERT_EQ(found.refusals.size(), 1U);
  EXPECT_THAT(found.refusals[0].reason, HasSubstr("--operation"));
  found = read(table, {.file = {}, .operation = Operation::kReduceScatter});
  ASSERT_EQ(found.samples.size(), 1U);
  EXPECT_EQ(found.samples[0].operation, Operation::kReduceScatter);
  EXPECT_THAT(found.samples[0].flags, IsEmpty());
  found = read(table, {.file = "p5_all_gather.csv", .operation = {}});
  ASSERT_EQ(found.samples.size(), 1U);
  EXPECT_EQ(found.samples[0].operation, Operation::kAllGather);
  found = read(table, {.file = {}, .operation = Operation::kAllReduce});
  ASSERT_EQ(found.refusals.size(), 1U);
  EXPECT_THAT(found.refusals[0].reason, HasSubstr("0.9375, and 1.875"));
}

TEST(Tables, AColumnMayNameTheOperationOfEachRow) {
  const RecordingSink found = read(
      "operation,ranks,size (KiB),time (us),#wrong\n"
      "all_reduce_perf,8,64,20.0,0\n"
      "AllGather,8,64,10.0,0\n"
      "barrier,8,64,10.0,0\n"
      "alltoall,8,64,10.0,3\n");
  ASSERT_EQ(found.samples.size(), 2U);
  EXPECT_EQ(found.samples[1].operation, Operation::kAllGather);
  EXPECT_DOUBLE_EQ(found.samples[1].time_s, 10e-6);
  EXPECT_EQ(found.samples[1].nodes, 0);
  ASSERT_EQ(found.refusals.size(), 2U);
  EXPECT_THAT(found.refusals[0].reason, HasSubstr("'barrier'"));
  EXPECT_THAT(found.refusals[1].reason, HasSubstr("3 elements"));
}

TEST(Tables, TimeAndAlgbwTellMegabytesFromMebibytes) {
  const RecordingSink found = read(
      "op,ranks,size (MB),time (us),algbw (GB/s)\n"
      "all_reduce,8,64,640.0,100.00\n"
      "all_reduce,8,128,1280.0,100.00\n");
  ASSERT_EQ(found.samples.size(), 2U);
  EXPECT_EQ(found.samples[0].bytes, 64e6);
  EXPECT_THAT(found.samples[0].flags, IsEmpty());
}

TEST(Tables, SizesThatAreNoPowersOfTwoAreDecimal) {
  const RecordingSink found = read(
      "op,ranks,size (MB),busbw (GB/s)\n"
      "all_reduce,8,100,175.00\n"
      "all_reduce,8,128,175.00\n");
  ASSERT_EQ(found.samples.size(), 2U);
  EXPECT_EQ(found.samples[1].bytes, 128e6);
  EXPECT_DOUBLE_EQ(found.samples[1].time_s, 128e6 * 1.75 / 175e9);
  EXPECT_THAT(found.samples[1].flags, ElementsAre("decimal_units_assumed"));
}

TEST(Tables, UnitsOfNcclTestsMustShowThemselves) {
  RecordingSink found = read(
      "op,ranks,size,time,algbw,busbw\n"
      "all_reduce,8,1048576,104.86,10.00,17.50\n");
  ASSERT_EQ(found.samples.size(), 1U);
  EXPECT_DOUBLE_EQ(found.samples[0].time_s, 104.86e-6);
  EXPECT_THAT(found.samples[0].flags, ElementsAre("units_assumed"));
  found = read("op,ranks,size,time,algbw\nall_reduce,8,1024,104.86,10.00\n");  // size in KiB
  ASSERT_EQ(found.refusals.size(), 1U);
  EXPECT_THAT(found.refusals[0].reason, HasSubstr("algbw 10"));
  found = read("op,ranks,size,busbw\nall_reduce,8,1024,10.00\n");
  ASSERT_EQ(found.refusals.size(), 1U);
  EXPECT_THAT(found.refusals[0].reason, HasSubstr("write 'size (B)'"));
  found = read("op,ranks,bytes,busbw (gbps)\nall_reduce,8,1024,10.00\n");
  ASSERT_EQ(found.refusals.size(), 1U);
  EXPECT_THAT(found.refusals[0].reason, HasSubstr("bits or bytes"));
}

TEST(Tables, NamesWithUnderscoresHaveUnits) {
  const RecordingSink found = read(
      "collective,num_nodes,num_gpus,size_bytes,oop_time_us,oop_busbw_GBps,ip_time_us,ip_busbw_"
      "GBps\n"
      "all_gather,2,16,1048576,100.0,9.83,50.0,19.66\n");
  EXPECT_THAT(found.refusals, IsEmpty());
  ASSERT_EQ(found.samples.size(), 2U);
  EXPECT_DOUBLE_EQ(found.samples[1].time_s, 50e-6);
  EXPECT_THAT(found.samples[1].flags, ElementsAre("in_place"));
}

TEST(Tables, TheRatioTellsTheRanks) {
  const char* table =
      "size (B),algbw (GB/s),busbw (GB/s)\n"
      "1073741824,100.00,187.50\n"
      "2147483648,200.00,375.00\n";
  RecordingSink found = read(table, {.file = {}, .operation = Operation::kAllReduce});
  ASSERT_EQ(found.samples.size(), 2U);
  EXPECT_EQ(found.samples[0].ranks, 16);
  found = read(table, {.file = {}, .operation = Operation::kBroadcast});
  ASSERT_EQ(found.refusals.size(), 1U);
  EXPECT_THAT(found.refusals[0].reason, HasSubstr("--nodes and --ranks-per-node"));
}

TEST(Tables, MarkdownWithNodesInItsHeader) {
  const char* document =
      "## Leaving the node\n"
      "\n"
      "The `busbw` of `all_reduce`, 8 accelerators on a node:\n"
      "\n"
      "| payload | 1 node     | 4 nodes    | slowdown |\n"
      "| ------: | ---------: | ---------: | -------: |\n"
      "|  512MiB | 175.00GBps | 155.00GBps |     1.1x |\n"
      "|    1GiB | **200GBps**|         -  |          |\n"
      "\n"
      "At large payloads it costs little.\n";
  RecordingSink found = read(document);
  ASSERT_EQ(found.refusals.size(), 1U);
  EXPECT_EQ(found.refusals[0].line, 5U);
  EXPECT_THAT(found.refusals[0].reason, HasSubstr("--ranks-per-node"));
  found = read(document, {.file = {}, .operation = {}, .nodes = 0, .ranks_per_node = 8});
  EXPECT_THAT(found.refusals, IsEmpty());
  ASSERT_EQ(found.samples.size(), 3U);
  EXPECT_EQ(found.samples[0].ranks, 8);
  EXPECT_EQ(found.samples[1].ranks, 32);
  EXPECT_EQ(found.samples[1].nodes, 4);
  EXPECT_DOUBLE_EQ(found.samples[1].time_s, 512 * kMebi * 2 * 31 / 32 / 155e9);
}

TEST(Tables, TheHeadingAboveNamesTheOperation) {
  const RecordingSink found = read(
      "# Results\n"
      "## all_to_all_perf\n"
      "### busbw\n"
      "| size | busBW (out-of-place) | busBW (in-place) |\n"
      "|---:|---:|---:|\n"
      "| 8 MB | 90.00 GB/s | 91.00 GB/s |\n"
      "## all_gather_perf\n"
      "| size | busBW |\n"
      "|---|---|\n"
      "| 8 MB | 92.00 GB/s |\n",
      {.file = {}, .operation = {}, .nodes = 2, .ranks_per_node = 8});
  ASSERT_EQ(found.samples.size(), 3U);
  EXPECT_EQ(found.samples[0].operation, Operation::kAllToAll);
  EXPECT_EQ(found.samples[0].ranks, 16);
  EXPECT_THAT(found.samples[1].flags, Contains("in_place"));
  EXPECT_EQ(found.samples[2].operation, Operation::kAllGather);
}

TEST(Tables, AnotherTableWithTheSamePointsAddsNone) {
  const RecordingSink found = read(
      "all_reduce on 8 ranks\n\n"
      "| size | 8 ranks busbw (GB/s) |\n|---|---|\n| 8 MiB | 90.00 |\n| 8 MiB | 90.00 |\n\n"
      "all_reduce again\n\n"
      "| size | 8 ranks busbw (GB/s) | % |\n|---|---|---|\n| 8 MiB | 90.00 | 12 |\n");
  EXPECT_EQ(found.samples.size(), 2U);  // the repetition within a table is one
  ASSERT_EQ(found.refusals.size(), 1U);
  EXPECT_THAT(found.refusals[0].reason, HasSubstr("the same as line"));
}

TEST(Tables, WhatCannotBeTiedIsRefused) {
  const std::pair<const char*, const char*> tables[] = {
      {"Nodes,GPUs,Size,Baseline(sec),Time(sec),Speedup\n2,16,16384x16384,472.1,31.5,14.9\n",
       "application"},
      {"all_reduce\n\n| GPUs | busbw |\n|---|---|\n| 4 | 363.3GBps |\n", "size of the message"},
      {"all_reduce\n\n| Size | p5 | p5en |\n|---|---|---|\n| 1 GB | 442 GB/s | 444 GB/s |\n",
       "does not say whether"},
      {"all_reduce busbw\n\n| Size | p5 | p5en |\n|---|---|---|\n| 1 GB | 442 GB/s | 444 GB/s |\n",
       "'p5' and 'p5en'"},
      {"Message size (KB),2 Nodes (p5)\n8,6.1\n", ""},
      {"all-to-all\n\n| Message size (KB) | 2 Nodes (p5) |\n|---|---|\n| 8 | 6.1 |\n",
       "algbw or busbw"}};
  for (const auto& [table, reason] : tables) {
    const RecordingSink found = read(table);
    EXPECT_THAT(found.samples, IsEmpty()) << table;
    if (*reason == 0) continue;  // two cells are no table
    ASSERT_EQ(found.refusals.size(), 1U) << table;
    EXPECT_THAT(found.refusals[0].reason, HasSubstr(reason));
  }
}

TEST(Tables, BadRowsAreRefusedAlone) {
  const RecordingSink found = read(
      "op,nodes,gpus,size (B),algbw (GB/s)\n"
      "all_reduce,3,16,1048576,10.0\n"
      "all_reduce,1,1,1048576,10.0\n"
      "all_reduce,2,16,1048576,0.00\n"
      "all_reduce,2,16,1048576,fast\n"
      "all_reduce,2,16,1048576,10.0\n"
      "# a remark\n"
      "node7: an unrelated line, with a comma\n"
      "all_reduce,2,16,2097152,0.1\n");
  ASSERT_EQ(found.samples.size(), 2U);
  EXPECT_THAT(found.samples[1].flags, ElementsAre("coarse_figure"));
  ASSERT_EQ(found.refusals.size(), 4U);
  EXPECT_THAT(found.refusals[0].reason, HasSubstr("16 ranks on 3 nodes"));
  EXPECT_THAT(found.refusals[1].reason, HasSubstr("nothing is communicated"));
  EXPECT_THAT(found.refusals[2].reason, HasSubstr("prints as 0"));
  EXPECT_THAT(found.refusals[3].reason, HasSubstr("holds none"));
}

TEST(Tables, ARowThatIsCutOffIsRefused) {
  const RecordingSink found = read("size (B),ranks,op,busbw (GB/s)\n1048576,8,all_redu\n");
  ASSERT_EQ(found.refusals.size(), 1U);
  EXPECT_THAT(found.refusals[0].reason, HasSubstr("cut off"));
}

TEST(Tables, OtherTablesOfADocumentAreNoMatter) {
  const RecordingSink found = read(
      "| Column | Description |\n|---|---|\n| size | of the message |\n\n"
      "| Size | Algo | Proto |\n|---|---|---|\n| 1KB | RING | LL |\n\n"
      "| what | target | measured |\n|---|---|---|\n| all-reduce | 320 GB/s | 400 GB/s |\n"
      "[1:0] | 0..8184 | eager short | self/memory0 |\n"
      "host:1 NCCL INFO Channel 00/0 : 0[0] -> 1[1] [send] via NET, bandwidth, size, time\n");
  EXPECT_THAT(found.samples, IsEmpty());
  EXPECT_THAT(found.refusals, IsEmpty());
}

}  // namespace
}  // namespace sextant::ingest

#include "calibrate/ingest/json_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/ingested.h"

namespace sextant::ingest {
namespace {

using fixtures::Ingested;
using fixtures::ingested;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string direction(double time) {
  return fmt::format(R"({{"time": {:.6f}, "alg_bw": {:.6f}, "bus_bw": {:.6f}, "nwrong": "0"}})",
                     time, 1048576 / time * 1e-3, 1048576 / time * 1e-3 * 1.875);
}

std::string result(double time) {
  return R"({"size": 1048576, "count": 262144, "type": "float", "redop": "sum", "root": "    -1",
    "out_of_place": )" +
         direction(time) + ", \"in_place\": " + direction(time) + "}";
}

std::string document(const std::string& results) {
  std::string devices;
  for (int rank = 0; rank < 16; ++rank) {
    devices +=
        fmt::format(R"({}{{"rank": {}, "group": 0, "pid": 1, "hostname": "node{}", "device": {},
      "device_hex": "0x1b", "device_info": "[0x1b] NVIDIA H200"}})",
                    rank > 0 ? "," : "", rank, rank / 8, rank % 8);
  }
  return R"({"version": 3, "start_time": "2026-01-28 11:22:33",
    "args": ["./all_reduce_perf", "-b", "1M", "-z", "1"],
    "env": ["NCCL_ALGO=Ring", "AWS_SECRET_ACCESS_KEY=hunter2", "FI_PROVIDER=efa", "HOME=/root",
            "MY_NCCL_TOKEN=hunter2", "OFI_NCCL_X=1"],
    "nccl_version": 22807,
    "config": {"nthreads": 1, "ngpus": 1, "warmup_iters": 1, "iterations": 20, "graph": 0,
               "validation": 1, "blocking_collectives": "false"},
    "devices": [)" +
         devices + "],\n\"results\": [\n" + results;
}

TEST(JsonLog, OfNcclTests) {
  const Ingested log =
      ingested(document(result(61.25) + ",\n" + result(61.5)) + "],\n\"errors\": [\"odd\"]}");
  EXPECT_THAT(log.reasons(), IsEmpty());
  ASSERT_EQ(log.samples.size(), 4U);
  EXPECT_EQ(log.samples[0].operation, Operation::kAllReduce);
  EXPECT_EQ(log.samples[0].ranks, 16);
  EXPECT_EQ(log.samples[0].nodes, 2);
  EXPECT_DOUBLE_EQ(log.samples[0].time_s, 61.25e-6);
  EXPECT_EQ(log.samples[0].repetitions, 20);
  EXPECT_EQ(log.report.environment.nccl, "2.28.7");
  EXPECT_EQ(log.report.environment.accelerator, "NVIDIA H200");
  EXPECT_EQ(log.report.environment.tool, "nccl-tests");
  EXPECT_THAT(log.report.warnings, ElementsAre("the run reports: odd"));
}

TEST(JsonLog, KeepsNoOtherVariables) {
  const Ingested log = ingested(document(result(61.25)) + "]}");
  EXPECT_THAT(log.report.environment.env,
              ElementsAre(testing::Pair("FI_PROVIDER", "efa"), testing::Pair("NCCL_ALGO", "Ring"),
                          testing::Pair("OFI_NCCL_X", "1")));
}

TEST(JsonLog, OfARunThatBrokeOff) {
  const Ingested log =
      ingested(document(result(61.25) + ",\n" + result(61.5) + ",\n{\"size\": 2097"));
  EXPECT_EQ(log.samples.size(), 4U);
  EXPECT_THAT(log.report.warnings, ElementsAre(HasSubstr("the run may have been cut off")));
}

TEST(JsonLog, HostTimesAndMissingFigures) {
  std::string host = result(61.25);
  host.replace(host.find("\"time\""), 6, "\"cpu_time\"");
  host.erase(host.find(", \"in_place\""), std::string::npos);
  EXPECT_THAT(ingested(document(host + "}") + "]}").reasons(),
              ElementsAre(HasSubstr("how long the host's calls take")));
  EXPECT_THAT(ingested(document("{\"size\": 8}") + "]}").reasons(),
              ElementsAre(HasSubstr("time, alg_bw and bus_bw were not found")));
}

TEST(JsonLog, TimesOfEveryIteration) {
  std::string detailed = result(61.25);
  detailed.pop_back();
  detailed += ", \"out_of_place_per_iter\": {\"times_us\": [60, 61, 62, 63, 64]}}";
  const Ingested log = ingested(document(detailed) + "]}");
  ASSERT_EQ(log.samples.size(), 2U);
  EXPECT_DOUBLE_EQ(*log.samples[0].p50_s, 62e-6);
  EXPECT_DOUBLE_EQ(*log.samples[0].p99_s, 64e-6);
  EXPECT_FALSE(log.samples[1].p50_s.has_value());
}

TEST(JsonLog, OfNccomTest) {
  const std::string rate =
      "\"algbw(GB/s)\": 17.119608163265305, \"busbw(GB/s)\": 16.049632653061224";
  const Ingested log = ingested(
      "{\"results\": [{\"size(B)\": 1048576, \"count(elems)\": 262144, "
      "\"type\": \"bf16\", \"time:avg(us)\": 61.25, \"time:p99(us)\": 70, " +
          rate + "}]}",
      {.file = "allgather.json"});
  ASSERT_EQ(log.samples.size(), 1U);
  EXPECT_EQ(log.samples[0].operation, Operation::kAllGather);
  EXPECT_EQ(log.samples[0].ranks, 16);
  EXPECT_EQ(log.samples[0].precision, "bf16");
  EXPECT_DOUBLE_EQ(*log.samples[0].p99_s, 70e-6);
  EXPECT_EQ(log.report.environment.tool, "nccom-test");
}

TEST(JsonLog, IsNotAnyJson) {
  EXPECT_FALSE(is_json_log("{\"nvbandwidth\": {}}"));
  EXPECT_FALSE(is_json_log("size count \"out_of_place\""));
  EXPECT_FALSE(is_json_log(""));
  EXPECT_TRUE(is_json_log("\xef\xbb\xbf  {\"nccl_version\": 1}"));
}

TEST(JsonLog, DeepOrBrokenJsonIsNoCrash) {
  EXPECT_THAT(ingested("{\"nccl_version\": " + std::string(10'000, '[')).report.failure,
              Not(IsEmpty()));
  EXPECT_THAT(ingested("{\"nccl_version\": \xff\xfe}").report.failure, Not(IsEmpty()));
}

}  // namespace
}  // namespace sextant::ingest

#include "calibrate/ingest/nccl_debug.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "calibrate/ingest/text.h"

namespace sextant::ingest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class EnvironmentSink : public LogSink {
 public:
  void sample(const Sample&) override { ADD_FAILURE() << "a log of NCCL holds no samples"; }
  void refuse(std::uint64_t, std::string_view) override { ADD_FAILURE() << "nothing to refuse"; }
  Environment& environment() override { return environment_; }

 private:
  Environment environment_;
};

Environment read(const std::vector<std::string>& lines) {
  EnvironmentSink sink;
  NcclDebugReader reader;
  std::uint64_t number = 0;
  for (const std::string& line : lines) reader.read({trimmed(line), line, ++number}, sink);
  reader.finish(sink);
  return sink.environment();
}

/// The same message from each of eight ranks.
std::vector<std::string> of_all_ranks(const std::string& message) {
  std::vector<std::string> lines;
  for (int i = 0; i < 8; ++i) {
    lines.push_back("node-0:10" + std::to_string(i) + ":200 [" + std::to_string(i) +
                    "] NCCL INFO " + message);
  }
  return lines;
}

TEST(NcclDebug, ReadsARecentStackOnEfa) {
  const Environment environment = read({
      "node-0:11:11 [0] NCCL INFO cudaDriverVersion 12080",
      "node-0:11:11 [0] NCCL INFO NCCL version 2.28.7+cuda12.9",
      "node-0:11:40 [0] NCCL INFO NET/OFI Initializing aws-ofi-nccl 1.16.3",
      "node-0:11:40 [0] NCCL INFO NET/OFI Using Libfabric version 2.1",
      "node-0:11:40 [0] NCCL INFO NET/OFI Using transport protocol RDMA (platform set)",
      "node-0:11:40 [0] NCCL INFO NET/OFI Selected provider is efa, fabric is efa-direct (found 32 "
      "nics)",
      "node-0:11:40 [0] NCCL INFO NET/OFI Adding NCCL_BUFFSIZE=8388608 to environment",
      "node-0:11:40 [0] NCCL INFO Using network Libfabric",
      "node-0:11:40 [0] NCCL INFO comm 0x55 rank 0 nRanks 32 nNodes 4 localRanks 8 localRank 0 "
      "MNNVL 0",
      "node-0:11:40 [0] NCCL INFO NCCL_BUFFSIZE set by environment to 8388608.",
      "node-0:11:40 [0] NCCL INFO NVLS multicast support is available on dev 0 (NVLS_NCHANNELS 16)",
      "node-0:11:40 [0] NCCL INFO TUNER/Plugin: Using nccl_ofi_tuner (v4)",
      "node-0:11:40 [0] NCCL INFO NET/OFI Region base Tuner is chosen for platform: p5.48xlarge",
      "node-0:11:41 [0] NCCL INFO Channel 00/0 : 0[0] -> 8[0] [send] via NET/Libfabric/0/GDRDMA",
      "node-0:11:41 [1] NCCL INFO Channel 01/0 : 1[1] -> 9[1] [send] via NET/Libfabric/1(0)/GDRDMA",
      "node-0:11:40 [0] NCCL INFO 16 coll channels, 16 collnet channels, 8 nvls channels, 32 p2p "
      "channels, 2 p2p channels per peer",
  });
  EXPECT_EQ(environment.nccl, "2.28.7");
  EXPECT_EQ(environment.plugin, "aws-ofi-nccl 1.16.3");
  EXPECT_EQ(environment.libfabric, "2.1");
  EXPECT_EQ(environment.driver, "CUDA 12.8");
  EXPECT_EQ(environment.provider, "efa");
  EXPECT_EQ(environment.cards, 32);
  EXPECT_EQ(environment.channels, 16);
  EXPECT_EQ(environment.tuner, "nccl_ofi_tuner");
  EXPECT_EQ(environment.instance, "p5.48xlarge");
  EXPECT_EQ(environment.nodes, 4);
  EXPECT_EQ(environment.ranks_per_node, 8);
  EXPECT_EQ(environment.gpu_direct, true);
  EXPECT_EQ(environment.env.at("NCCL_BUFFSIZE"), "8388608");
  ASSERT_TRUE(environment.nccl_log);
  const NcclLog& log = *environment.nccl_log;
  EXPECT_EQ(log.fabric, "efa-direct");
  EXPECT_EQ(log.transport, "RDMA");
  EXPECT_EQ(log.nvls, true);
  EXPECT_EQ(log.nvls_channels, 8);
  EXPECT_THAT(log.devices, ElementsAre(0, 1));
  EXPECT_THAT(log.set_by_plugin, ElementsAre("NCCL_BUFFSIZE"));
  EXPECT_EQ(log.lines.at("provider"), 6U);
  EXPECT_TRUE(log.errors.empty());
}

TEST(NcclDebug, ReadsThePluginOf2021) {
  const Environment environment = read({
      "node:25:25 [0] NCCL INFO NET/OFI Running on P4d platform, Setting NCCL_TOPO_FILE "
      "environment variable to /opt/xml/p4d-24xl-topo.xml",
      "node:25:25 [0] NCCL INFO NET/OFI Selected Provider is efa",
      "node:25:25 [0] NCCL INFO NET/Plugin: Failed to find ncclCollNetPlugin_v4 symbol.",
      "node:25:25 [0] NCCL INFO Using network AWS Libfabric",
      "NCCL version 2.9.9+cuda11.2",
      "node:25:66 [0] NCCL INFO Channel 00 : 1[101d0] -> 8[101c0] [send] via NET/AWS "
      "Libfabric/0/GDRDMA",
  });
  EXPECT_EQ(environment.instance, "p4d.24xlarge");
  EXPECT_EQ(environment.provider, "efa");
  EXPECT_EQ(environment.nccl, "2.9.9");
  EXPECT_EQ(environment.plugin, "");
  EXPECT_EQ(environment.gpu_direct, true);
  EXPECT_EQ(environment.nccl_log->plugin_failure, "");
  EXPECT_THAT(environment.nccl_log->set_by_plugin, ElementsAre("NCCL_TOPO_FILE"));
}

TEST(NcclDebug, KeepsTheWorstRank) {
  auto lines = of_all_ranks("NET/OFI Selected Provider is efa (found 4 nics)");
  lines[5] = "node-0:105:200 [5] NCCL INFO NET/OFI Selected Provider is efa (found 1 nics)";
  lines.push_back("node-1:9:9 [0] NCCL INFO Using network Socket");
  lines.push_back("node-0:9:9 [0] NCCL INFO Using network AWS Libfabric");
  const Environment environment = read(lines);
  EXPECT_EQ(environment.cards, 1);
  EXPECT_EQ(environment.nccl_log->cards_most, 4);
  EXPECT_EQ(environment.nccl_log->lines.at("cards"), 6U);
  EXPECT_EQ(environment.provider, "Socket");
  EXPECT_THAT(environment.nccl_log->accelerators, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
}

TEST(NcclDebug, CountsInfinibandCards) {
  const Environment environment = read({
      "n:1:1 [0] NCCL INFO NET/IB : Using [0]mlx5_0:1/IB [1]mlx5_1:1/IB [2]mlx5_4:1/IB [RO]; OOB "
      "eth0:10.0.0.1<0>",
      "n:1:1 [0] NCCL INFO Using network IB",
      "n:1:1 [0] NCCL INFO NET/IB : GPU Direct RDMA Disabled for HCA 0 'mlx5_0'",
  });
  EXPECT_EQ(environment.provider, "IB");
  EXPECT_EQ(environment.cards, 3);
  EXPECT_EQ(environment.gpu_direct, false);
}

TEST(NcclDebug, SeesConnectionsWithoutGpuDirect) {
  const Environment environment = read({
      "n:1:1 [0] NCCL INFO Channel 00/0 : 0[0] -> 8[0] [send] via NET/IB/0",
      "n:1:1 [0] NCCL INFO Channel 01/0 : 8[0] -> 0[0] [receive] via NET/IB/1",
      "n:1:1 [0] NCCL INFO Channel 00 : 0[0] -> 1[1] via SHM/direct/direct",
  });
  EXPECT_EQ(environment.gpu_direct, false);
  EXPECT_EQ(environment.nccl_log->staged_connections, 2);
  EXPECT_EQ(environment.nccl_log->lines.at("gpu_direct"), 1U);
  EXPECT_EQ(environment.nccl_log->shared_memory_links, 1);
}

TEST(NcclDebug, SaysWhyThereIsNoPlugin) {
  for (const char* message :
       {"NET/Plugin : No plugin found (libnccl-net.so), using internal implementation",
        "NET/Plugin: Could not find: libnccl-net.so. Using internal network plugin.",
        "NET/Plugin: Could not find: ofi libnccl-net-ofi.so",
        "NET/OFI aws-ofi-nccl initialization failed",
        "Failed to initialize NET plugin Libfabric"}) {
    const Environment environment = read(of_all_ranks(message));
    EXPECT_THAT(message, HasSubstr(environment.nccl_log->plugin_failure));
    EXPECT_NE(environment.nccl_log->plugin_failure, "");
  }
}

TEST(NcclDebug, KnowsWhetherATunerIsUsed) {
  const std::string none =
      "TUNER/Plugin: Could not find: libnccl-tuner.so. Using internal tuner "
      "plugin.";
  auto lines = of_all_ranks(none);
  EXPECT_EQ(read(lines).nccl_log->tuner_failure, none);
  EXPECT_EQ(read(lines).tuner, "");
  // NCCL looks for a tuner in the network plugin afterwards.
  lines.push_back("n:1:1 [0] NCCL INFO TUNER/Plugin: Using tuner plugin nccl_ofi_tuner");
  EXPECT_EQ(read(lines).nccl_log->tuner_failure, "");
  EXPECT_EQ(read(lines).tuner, "nccl_ofi_tuner");
  lines.push_back(
      "n:1:1 [0] NCCL INFO NET/OFI The tuner plugin can not be loaded when explicitly choosing an "
      "algorithm or protocol with NCCL_ALGO/NCCL_PROTO");
  EXPECT_THAT(read(lines).nccl_log->tuner_failure, HasSubstr("explicitly choosing"));
  EXPECT_EQ(read(of_all_ranks("Using tuner plugin: 'nccl_ofi_tuner'")).tuner, "nccl_ofi_tuner");
}

TEST(NcclDebug, CollectsVariablesOfNcclAndOfTheCommand) {
  const Environment environment = read({
      "+ mpirun -x FI_PROVIDER=efa -x RDMAV_FORK_SAFE=1 -x LD_LIBRARY_PATH=/secret -x TOKEN=abc \\",
      "export NCCL_SOCKET_IFNAME=\"^lo,docker\"",
      "n:1:1 [0] NCCL INFO NCCL_ALGO set by environment to Ring",
      "n:1:1 [0] NCCL INFO NCCL_MIN_NCHANNELS set by environment to 4.",
      "n:1:1 [0] NCCL INFO NET/OFI Setting NCCL_PROTO to \"simple\"",
      "n:1:1 [0] NCCL INFO NCCL_PROTO set by environment to simple",
  });
  const std::map<std::string, std::string> wanted{{"FI_PROVIDER", "efa"},
                                                  {"NCCL_SOCKET_IFNAME", "^lo,docker"},
                                                  {"NCCL_MIN_NCHANNELS", "4"},
                                                  {"NCCL_ALGO", "Ring"},
                                                  {"NCCL_PROTO", "simple"}};
  EXPECT_EQ(environment.env, wanted);
  EXPECT_EQ(environment.nccl_log->rdma_core.at("RDMAV_FORK_SAFE"), "1");
  EXPECT_EQ(environment.nccl_log->lines.at("env.NCCL_ALGO"), 3U);
  EXPECT_THAT(environment.nccl_log->set_by_plugin, ElementsAre("NCCL_PROTO"));
}

TEST(NcclDebug, CountsAnErrorOfManyRanksOnce) {
  std::vector<std::string> lines;
  for (int rank = 0; rank < 16; ++rank) {
    const std::string n = std::to_string(rank);
    lines.push_back("node-" + n + ":4" + n + ":5" + n + " [" + n +
                    "] net_ib.cc:1290 NCCL WARN NET/IB : Got completion from peer 10.0.0." + n +
                    " with status=12 vendor err 129");
    lines.push_back("node-" + n + ": Test NCCL failure common.cu:1012 'unhandled system error'");
  }
  lines.emplace_back("[ 93.1] NVRM: Xid (PCI:0000:10:1c): 63, pid=12, Row remapper");
  lines.emplace_back("# Out of bounds values : 8 FAILED");
  lines.emplace_back("# Out of bounds values : 0 OK");
  const Environment environment = read(lines);
  const std::vector<LoggedError>& errors = environment.nccl_log->errors;
  ASSERT_EQ(errors.size(), 4U);
  EXPECT_THAT(errors[0].text, HasSubstr("status=12"));
  EXPECT_EQ(errors[0].count, 16);
  EXPECT_EQ(errors[1].line, 2U);
  EXPECT_THAT(errors[3].text, HasSubstr("8 FAILED"));
}

TEST(NcclDebug, LeavesOtherToolsTheirLines) {
  EnvironmentSink sink;
  NcclDebugReader reader;
  const auto own = [&](std::string_view text) { return reader.read({text, text, 1}, sink); };
  EXPECT_TRUE(own("n:1:1 [0] NCCL INFO Launch mode Parallel"));
  EXPECT_TRUE(own("NCCL version 2.19.3+cuda12.2"));
  EXPECT_FALSE(own("#  Rank  0 Group  0 Pid  36291 on node device  0 [0x07] NVIDIA A100"));
  EXPECT_FALSE(own("# Out of bounds values : 8 FAILED"));
  EXPECT_FALSE(own("   8   2  float  sum  -1  69.12  0.00  0.00  0 n:1:1 [0] NCCL INFO comm 0x1"));
  EXPECT_FALSE(own("   8   2  floatn:1:1 [0] NCCL INFO Launch mode Parallel"));
  EXPECT_TRUE(own("[2025-10-28 11:22:33] n:1:1 [0] NCCL INFO Launch mode Parallel"));
  EXPECT_TRUE(own("[2025-10-28 11:22:33] n:1:1 [0] a.cc:2 (b) NCCL WARN timeout"));
  EXPECT_EQ(read({"8 2 float sum -1 69.12 0.00 0.00 0 72.4 0.00 0.00 0"}).nccl_log, std::nullopt);
}

TEST(NcclDebug, StaysSmallOnHostileLogs) {
  std::vector<std::string> lines;
  for (int i = 0; i < 5000; ++i) {
    std::string letters;
    for (int rest = i; rest > 0; rest /= 20) letters += static_cast<char>('g' + rest % 20);
    lines.push_back("n:1:1 [" + std::to_string(i) + "] NCCL WARN " + letters);
    lines.push_back("n:1:1 [0] NCCL INFO NCCL_" + std::to_string(i) + " set by environment to 1.");
  }
  const Environment environment = read(lines);
  EXPECT_EQ(environment.nccl_log->errors.size(), NcclLog::kMostErrors);
  EXPECT_GT(environment.nccl_log->errors_left_out, 4000);
  EXPECT_LE(environment.nccl_log->accelerators.size(), 1024U);
  EXPECT_LE(environment.env.size(), 256U);
}

}  // namespace
}  // namespace sextant::ingest

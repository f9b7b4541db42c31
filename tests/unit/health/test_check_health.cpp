#include "calibrate/health/check_health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "calibrate/health/kept_samples.h"
#include "calibrate/health/version.h"

namespace sextant::health {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr double kGiB = 1073741824;

ingest::Sample all_reduce(double bytes, double bus_bandwidth, int nodes = 4) {
  const int ranks = 8 * nodes;
  ingest::Sample sample;
  sample.bytes = bytes;
  sample.ranks = ranks;
  sample.nodes = nodes;
  sample.ranks_per_node = 8;
  sample.time_s = 2.0 * (ranks - 1) / ranks * bytes / bus_bandwidth;
  return sample;
}

template <class T>
Coefficient<T> figure(T value) {
  Coefficient<T> figure;
  figure.value = value;
  return figure;
}

Coefficient<BytesPerSecond> gigabytes(double per_second) {
  return figure(BytesPerSecond(per_second * 1e9));
}

HealthNorms norms() {
  HealthNorms norms;
  norms.name = "p5.48xlarge";
  norms.devices = {"H100"};
  norms.ranks_per_node = 8;
  norms.networks = {"efa"};
  norms.cards = figure(32);
  norms.network_devices = figure(8);
  norms.channels = figure(8);
  norms.gpu_direct = ExpectedFact{};
  norms.nvls = ExpectedFact{};
  norms.transport = ExpectedFact{.value = "RDMA"};
  norms.tuner = ExpectedFact{.value = "nccl_ofi_tuner"};
  norms.software = {{.part = StackPart::kNccl, .oldest = "2.18.5"},
                    {.part = StackPart::kPlugin, .oldest = "1.7.3"},
                    {.part = StackPart::kEfaInstaller,
                     .oldest = "1.29.0",
                     .with = StackVersion{StackPart::kNccl, "2.19"}}};
  norms.bandwidths = {{.nodes = 2, .from = Bytes(kGiB), .bus_bandwidth = gigabytes(430)},
                      {.nodes = 8, .from = Bytes(kGiB), .bus_bandwidth = gigabytes(350)}};
  norms.latencies = {{.nodes = 8, .up_to = Bytes(1024), .time = figure(Seconds(100e-6))}};
  return norms;
}

HealthNorms common() {
  HealthNorms common;
  common.name = kCommonNorms;
  common.devices = {"A100", "H100"};
  common.variables = {{.name = "NCCL_ALGO"},
                      {.name = "NCCL_NET", .wrong = {"Socket"}, .nodes = 2},
                      {.name = "FI_PROVIDER", .right = {"efa"}, .networks = {"efa"}},
                      {.name = "NCCL_BUFFSIZE", .below = 4194304},
                      {.name = "NCCL_PROTO", .since = StackVersion{StackPart::kPlugin, "1.6.0"}},
                      {.name = "NCCL_IB_DISABLE", .wrong = {"1"}, .networks = {"IB"}},
                      {.name = "RDMAV_FORK_SAFE", .concern = Concern::kAdvice}};
  common.bandwidths = {
      {.nodes = 8, .from = Bytes(kGiB), .bus_bandwidth = gigabytes(25), .tolerance = 0.5}};
  return common;
}

/// A healthy p5 with four nodes.
CheckedLog healthy() {
  CheckedLog log{.file = "p5.log"};
  ingest::Environment& environment = log.environment;
  environment.instance = "p5.48xlarge";
  environment.accelerator = "NVIDIA H100 80GB HBM3";
  environment.nodes = 4;
  environment.ranks_per_node = 8;
  environment.nccl = "2.27.7";
  environment.plugin = "aws-ofi-nccl 1.16.3";
  environment.provider = "efa";
  environment.tuner = "nccl_ofi_tuner";
  environment.gpu_direct = true;
  environment.cards = 32;
  environment.channels = 16;
  ingest::NcclLog& nccl = environment.nccl_log.emplace();
  nccl.initialised = nccl.env_printed = true;
  nccl.transport = "RDMA";
  nccl.nvls = true;
  nccl.devices = nccl.accelerators = {0, 1, 2, 3, 4, 5, 6, 7};
  for (const double size : {0.25, 1.0, 4.0}) {
    log.samples.push_back(all_reduce(size * kGiB, 350e9));
  }
  log.samples.push_back(all_reduce(8, 8 / 100e-6));
  return log;
}

using Change = std::function<void(CheckedLog&)>;

HealthReport checked(const Change& change) {
  CheckedLog log = healthy();
  change(log);
  return check_health({log}, {common(), norms()}, std::nullopt);
}

std::vector<Illness> illnesses(const HealthReport& report) {
  std::vector<Illness> found;
  for (const Finding& finding : report.findings) found.push_back(finding.illness);
  return found;
}

std::vector<Illness> found(const Change& change) { return illnesses(checked(change)); }

TEST(CheckHealth, FindsNothingInAHealthyLog) {
  const HealthReport report = checked([](CheckedLog&) {});
  EXPECT_TRUE(report.healthy());
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_THAT(report.unchecked, IsEmpty());
  EXPECT_THAT(report.instances, ElementsAre("p5.48xlarge"));
  ASSERT_EQ(report.compared.size(), 1U);
  EXPECT_NEAR(report.compared[0].bus_bandwidth, 350e9, 1e6);
  EXPECT_NEAR(report.compared[0].least, 245e9, 1e6);
}

TEST(CheckHealth, FindsEachIllnessAlone) {
  const auto environment = [](auto&& set) -> Change {
    return [set](CheckedLog& log) { set(log.environment); };
  };
  const auto nccl = [](auto&& set) -> Change {
    return [set](CheckedLog& log) { set(*log.environment.nccl_log); };
  };
  EXPECT_THAT(found(environment([](auto& e) { e.provider = "Socket"; })),
              ElementsAre(Illness::kProvider));
  EXPECT_THAT(found(environment([](auto& e) { e.provider = "IB"; })),
              ElementsAre(Illness::kProvider));
  EXPECT_THAT(found(environment([](auto& e) { e.gpu_direct = false; })),
              ElementsAre(Illness::kGpuDirect));
  EXPECT_THAT(found(environment([](auto& e) { e.cards = 31; })), ElementsAre(Illness::kCards));
  EXPECT_THAT(found(environment([](auto& e) { e.channels = 2; })), ElementsAre(Illness::kChannels));
  EXPECT_THAT(found(environment([](auto& e) { e.nccl = "2.18.1"; })),
              ElementsAre(Illness::kSoftware));
  EXPECT_THAT(found(environment([](auto& e) { e.plugin = "aws-ofi-nccl 1.7.2-aws"; })),
              ElementsAre(Illness::kSoftware));
  EXPECT_THAT(found(environment([](auto& e) { e.efa = "1.28.0"; })),
              ElementsAre(Illness::kSoftware));
  EXPECT_THAT(found(environment([](auto& e) { e.tuner = ""; })), ElementsAre(Illness::kTuner));
  EXPECT_THAT(found(environment([](auto& e) { e.env["NCCL_ALGO"] = "Ring"; })),
              ElementsAre(Illness::kVariable));
  EXPECT_THAT(found(nccl([](auto& n) { n.devices = {0}; })), ElementsAre(Illness::kRails));
  EXPECT_THAT(found(nccl([](auto& n) {
                n.accelerators = n.connected = {0, 2, 4};  // the others' lines are missing
                n.devices = {0, 1};
              })),
              ElementsAre(Illness::kRails));
  EXPECT_THAT(found(nccl([](auto& n) {
                n.accelerators = n.connected = {0, 2};
                n.devices = {0, 2};
              })),
              IsEmpty());
  EXPECT_THAT(found(nccl([](auto& n) { n.transport = "SENDRECV"; })),
              ElementsAre(Illness::kTransport));
  EXPECT_THAT(found(nccl([](auto& n) { n.nvls = false; })), ElementsAre(Illness::kNvls));
  EXPECT_THAT(found(nccl([](auto& n) { n.shared_memory_links = 8; })),
              ElementsAre(Illness::kSharedMemory));
  EXPECT_THAT(found(nccl([](auto& n) {
                n.errors = {{"Timeout", 7, 1}};
              })),
              ElementsAre(Illness::kErrors));
  EXPECT_THAT(found(nccl([](auto& n) {
                n.errors = {{"Out of bounds values : 1 FAILED", 7, 1}};
              })),
              ElementsAre(Illness::kWrongResults));
}

TEST(CheckHealth, FindsWhatTheReaderRefused) {
  EXPECT_THAT(found([](CheckedLog& log) {
                log.refused = {{12, "0 bytes"}, {14, "the result was wrong in 3 elements"}};
              }),
              ElementsAre(Illness::kWrongResults));
  EXPECT_THAT(found([](CheckedLog& log) {
                log.warnings = {"16 1-rank runs: nccl-tests was built without MPI=1"};
              }),
              ElementsAre(Illness::kSeparateRuns));
  EXPECT_THAT(found([](CheckedLog& log) { log.failure = "the run seems to have failed"; }),
              ElementsAre(Illness::kErrors));
}

TEST(CheckHealth, SaysWhereAndWhatToDo) {
  const HealthReport report = checked([](CheckedLog& log) {
    log.environment.env["NCCL_ALGO"] = "Tree";
    log.environment.nccl_log->lines["env.NCCL_ALGO"] = 40;
  });
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].file, "p5.log");
  EXPECT_EQ(report.findings[0].line, 40U);
  EXPECT_EQ(report.findings[0].about, "NCCL_ALGO");
  EXPECT_FALSE(report.healthy());
}

TEST(CheckHealth, ShowsAnyBytesOfALog) {
  const std::string text =
      "Timeout of the node in the corner of the cellar: 20 " + std::string(20, '\xc2');
  const HealthReport report = checked([&](CheckedLog& log) {
    log.file = "\xb0.log";
    log.environment.nccl_log->errors = {{text, 7, 1}};
  });
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].file, "?.log");
  EXPECT_THAT(report.findings[0].title, HasSubstr("cellar: 20 ????"));
}

TEST(CheckHealth, LooksAtCausesBeforeSymptomsAndAdviceLast) {
  EXPECT_THAT(found([](CheckedLog& log) {
                log.environment.nccl_log->rdma_core["RDMAV_FORK_SAFE"] = "1";
                log.environment.nccl = "2.18.1";
                log.environment.gpu_direct = false;
                for (ingest::Sample& sample : log.samples) sample.time_s *= 5;
              }),
              ElementsAre(Illness::kGpuDirect, Illness::kSoftware, Illness::kBandwidth,
                          Illness::kLatency, Illness::kVariable));
  EXPECT_TRUE(checked([](CheckedLog& log) {
                log.environment.nccl_log->rdma_core["RDMAV_FORK_SAFE"] = "1";
              }).healthy());
}

TEST(CheckHealth, KnowsWhichValuesOfAVariableAreWrong) {
  const auto with = [](const std::string& name, const std::string& value) {
    return found([&](CheckedLog& log) { log.environment.env[name] = value; });
  };
  EXPECT_THAT(with("NCCL_NET", "socket"), ElementsAre(Illness::kVariable));
  EXPECT_THAT(with("NCCL_NET", "AWS Libfabric"), IsEmpty());
  EXPECT_THAT(with("FI_PROVIDER", "tcp"), ElementsAre(Illness::kVariable));
  EXPECT_THAT(with("FI_PROVIDER", "efa"), IsEmpty());
  EXPECT_THAT(with("NCCL_BUFFSIZE", "1048576"), ElementsAre(Illness::kVariable));
  EXPECT_THAT(with("NCCL_BUFFSIZE", "8388608"), IsEmpty());
  EXPECT_THAT(with("NCCL_IB_DISABLE", "1"), IsEmpty());  // not on this network
  EXPECT_THAT(with("NCCL_ALGO", "<algorithm>"), IsEmpty());
  EXPECT_THAT(with("NCCL_PROTO", "simple"), ElementsAre(Illness::kVariable));
}

TEST(CheckHealth, LeavesVariablesThatArePartOfTheStack) {
  EXPECT_THAT(found([](CheckedLog& log) {
                log.environment.env["NCCL_PROTO"] = "simple";
                log.environment.nccl_log->set_by_plugin = {"NCCL_PROTO"};
              }),
              IsEmpty());
  // Up to 1.5 it had to be set: then only the plugin is too old.
  EXPECT_THAT(found([](CheckedLog& log) {
                log.environment.env["NCCL_PROTO"] = "simple";
                log.environment.plugin = "aws-ofi-nccl 1.5.0aws";
              }),
              ElementsAre(Illness::kSoftware));
}

TEST(CheckHealth, TakesTheNormOfTheNextLargerNumberOfNodes) {
  const auto reach = [](int nodes, double bandwidth) {
    return found([&](CheckedLog& log) {
      log.environment.nodes = nodes;
      log.samples = {all_reduce(kGiB, bandwidth, nodes)};
    });
  };
  EXPECT_THAT(reach(2, 290e9), ElementsAre(Illness::kBandwidth));
  EXPECT_THAT(reach(3, 290e9), IsEmpty());
  EXPECT_THAT(reach(8, 230e9), ElementsAre(Illness::kBandwidth));
  EXPECT_THAT(reach(16, 230e9), ElementsAre(Illness::kBandwidth));
  EXPECT_THAT(reach(17, 230e9), IsEmpty());  // nobody knows
  EXPECT_THAT(reach(1, 230e9), IsEmpty());   // no norm inside a node
}

TEST(CheckHealth, ComparesNoSmallSizesAndNoPartsOfNodes) {
  EXPECT_THAT(found([](CheckedLog& log) { log.samples = {all_reduce(kGiB / 2, 10e9)}; }),
              IsEmpty());
  EXPECT_THAT(found([](CheckedLog& log) {
                log.environment.ranks_per_node = 1;
                log.samples = {all_reduce(kGiB, 10e9)};
                log.samples[0].ranks_per_node = 1;
              }),
              ElementsAre(Illness::kPartialNode));
}

TEST(CheckHealth, FindsTwoModesOverSeveralLogs) {
  std::vector<CheckedLog> logs;
  for (const double bandwidth : {350e9, 260e9, 352e9, 262e9, 351e9}) {
    logs.push_back(healthy());
    logs.back().samples = {all_reduce(kGiB, bandwidth)};
  }
  const HealthReport report = check_health(logs, {common(), norms()}, std::nullopt);
  ASSERT_THAT(illnesses(report), ElementsAre(Illness::kVariance));
  EXPECT_THAT(report.findings[0].seen,
              HasSubstr("260 to 262 GB/s in 2 runs, 350 to 352 GB/s in 3"));
  for (CheckedLog& log : logs) log.samples = {all_reduce(kGiB, 350e9)};
  EXPECT_TRUE(check_health(logs, {common(), norms()}, std::nullopt).healthy());
}

TEST(CheckHealth, FindsDipsAndTails) {
  EXPECT_THAT(found([](CheckedLog& log) {
                log.samples = {all_reduce(kGiB / 4, 300e9), all_reduce(kGiB / 2, 100e9),
                               all_reduce(kGiB, 350e9)};
              }),
              ElementsAre(Illness::kVariance));
  EXPECT_THAT(found([](CheckedLog& log) {
                log.samples[1].p50_s = 1.0;
                log.samples[1].p99_s = 3.0;
              }),
              ElementsAre(Illness::kVariance));
  EXPECT_THAT(found([](CheckedLog& log) {
                log.samples.push_back(all_reduce(4 * kGiB, 200e9));
                log.samples.back().flags = {"in_place"};
              }),
              ElementsAre(Illness::kVariance));
}

TEST(CheckHealth, GuessesTheInstanceAndFindsWhatHoldsForAllOfThem) {
  HealthNorms other = norms();
  other.name = "dgx-h100";
  other.networks = {"IB"};
  other.bandwidths = {{.nodes = 4, .from = Bytes(kGiB), .bus_bandwidth = gigabytes(200)}};
  CheckedLog log{.file = "log"};
  log.environment.accelerator = "NVIDIA H100 80GB HBM3";
  const auto report = [&](double bandwidth) {
    log.samples = {all_reduce(kGiB, bandwidth)};
    return check_health({log}, {common(), norms(), other}, std::nullopt);
  };
  EXPECT_THAT(report(150e9).findings, IsEmpty());  // too low for one of them
  EXPECT_THAT(illnesses(report(100e9)), ElementsAre(Illness::kBandwidth));
  EXPECT_THAT(report(100e9).guesses, ElementsAre("p5.48xlarge", "dgx-h100"));
  EXPECT_THAT(illnesses(check_health({log}, {common(), norms(), other}, "ml.p5.48xlarge")),
              ElementsAre(Illness::kBandwidth));
  log.environment.accelerator = "NVIDIA GH200 120GB";
  EXPECT_THAT(report(10e9).guesses, IsEmpty());
}

TEST(CheckHealth, HoldsUnknownNodesToAFloor) {
  CheckedLog log{.file = "log"};
  log.environment.accelerator = "NVIDIA A100-SXM4-40GB";
  log.samples = {all_reduce(kGiB, 9e9)};
  EXPECT_THAT(illnesses(check_health({log}, {common(), norms()}, std::nullopt)),
              ElementsAre(Illness::kBandwidth));
  log.samples = {all_reduce(kGiB, 36e9)};
  EXPECT_TRUE(check_health({log}, {common(), norms()}, std::nullopt).healthy());
}

TEST(CheckHealth, TellsWhatItCouldNotCheck) {
  CheckedLog log = healthy();
  log.environment = {};
  log.environment.instance = "p5.48xlarge";
  const HealthReport report = check_health({log}, {common(), norms()}, std::nullopt);
  EXPECT_TRUE(report.healthy());
  ASSERT_EQ(report.unchecked.size(), 1U);
  EXPECT_THAT(report.unchecked[0].remedy, HasSubstr("NCCL_DEBUG=INFO"));
}

TEST(CheckHealth, AcceptsTcpInsideANode) {
  EXPECT_THAT(found([](CheckedLog& log) {
                log.environment.provider = "Socket";
                log.environment.nodes = 1;
                log.samples = {all_reduce(kGiB, 470e9, 1)};
              }),
              IsEmpty());
}

TEST(Version, ComparesNumberByNumber) {
  EXPECT_TRUE(is_older("2.9.9", "2.18"));
  EXPECT_TRUE(is_older("1.5.0aws", "1.6"));
  EXPECT_FALSE(is_older("2.18.5+cuda12.2", "2.18.5"));
  EXPECT_FALSE(is_older("GitHub-dev", "1.6"));
  EXPECT_FALSE(is_at_least("", "1.6"));
  EXPECT_TRUE(is_at_least("2.1", "1.22"));
  EXPECT_FALSE(is_older("99999999999999999999", "1"));
}

TEST(KeptSamples, KeepsSomeOfMany) {
  KeptSamples kept;
  for (int i = 0; i < 1000; ++i) kept.add(all_reduce(kGiB, 350e9));
  kept.add(all_reduce(2 * kGiB, 350e9));
  EXPECT_EQ(kept.take().size(), KeptSamples::kMostRepeated + 1U);
}

TEST(CheckedLog, NamesDevicesAsWords) {
  EXPECT_TRUE(names_device("NVIDIA H200", "H200"));
  EXPECT_FALSE(names_device("NVIDIA GH200 120GB", "H200"));
  EXPECT_EQ(size_text(2 * kGiB), "2 GiB");
  EXPECT_EQ(size_text(1731821448), "1.73 GB");
}

}  // namespace
}  // namespace sextant::health

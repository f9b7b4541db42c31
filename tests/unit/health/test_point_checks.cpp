#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "calibrate/health/check_health.h"

namespace sextant::health {
namespace {

using ingest::Operation;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr double kMiB = 1048576;

ingest::Sample sample(Operation operation, double bytes, double bytes_per_second,
                      const std::vector<std::string>& flags = {}) {
  ingest::Sample s;
  s.operation = operation;
  s.bytes = bytes;
  s.ranks = 16;
  s.nodes = 2;
  s.ranks_per_node = 8;
  s.time_s = bytes / bytes_per_second;
  s.flags = flags;
  return s;
}

HealthNorms norms() {
  HealthNorms norms;
  norms.name = "p5.48xlarge";
  norms.devices = {"H100"};
  norms.ranks_per_node = 8;
  norms.networks = {"efa"};
  BandwidthNorm norm;
  norm.nodes = 2;
  norm.from = Bytes(kMiB);
  norm.bus_bandwidth.value = BytesPerSecond(400e9);
  norms.bandwidths = {norm};
  return norms;
}

HealthReport checked(const std::vector<ingest::Sample>& samples, const std::string& memory = "") {
  CheckedLog log{.file = "p5.json"};
  log.environment.instance = "p5.48xlarge";
  log.environment.provider = "efa";
  log.environment.plugin = "aws-ofi-nccl 1.16.3";
  if (!memory.empty()) log.environment.conditions["memory"] = memory;
  log.samples = samples;
  return check_health({log}, {norms()}, std::nullopt);
}

TEST(PointChecks, WhatIsSetApartIsNotSlow) {
  const auto all = sample(Operation::kAllReduce, 64 * kMiB, 400e9);
  for (const char* flag : {"group:tensor", "concurrent:shard", "bisection"}) {
    EXPECT_THAT(checked({all, sample(Operation::kAllReduce, 64 * kMiB, 10e9, {flag})}).findings,
                IsEmpty());
  }
  EXPECT_EQ(checked({sample(Operation::kAllReduce, 64 * kMiB, 10e9)}).findings.size(), 1U);
}

TEST(PointChecks, NormsAreOfAccelerators) {
  const HealthReport report = checked({sample(Operation::kAllReduce, 64 * kMiB, 10e9)}, "host");
  EXPECT_THAT(report.findings, IsEmpty());
  ASSERT_FALSE(report.unchecked.empty());
  EXPECT_THAT(report.unchecked.back().remedy, HasSubstr("--backend nccl"));
}

TEST(PointChecks, ATenthOfBimodalPointsIsTooMany) {
  std::vector<ingest::Sample> samples;
  for (int i = 0; i < 20; ++i) {
    samples.push_back(sample(Operation::kAllGather, (4 + i) * kMiB, 400e9));
  }
  samples[0].flags = {"bimodal"};
  EXPECT_THAT(checked(samples).findings, IsEmpty());
  samples[1].flags = {"bimodal"};
  const HealthReport report = checked(samples);
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].illness, Illness::kVariance);
  EXPECT_THAT(report.findings[0].seen, HasSubstr("2 of 20 points"));
  EXPECT_THAT(report.findings[0].seen, HasSubstr("all_gather of 5 MiB on 2 nodes"));
}

TEST(PointChecks, ASlowCardIsNamed) {
  std::vector<ingest::Sample> samples;
  for (const char* rail : {"rail:a", "rail:b", "rail:c", "rail:d"}) {
    const double rate = std::string(rail) == "rail:c" ? 5e9 : 11e9;
    samples.push_back(sample(Operation::kPointToPointStream, 16 * kMiB, rate, {rail}));
    samples.push_back(sample(Operation::kPointToPointStream, 4096, rate, {rail}));
  }
  const HealthReport report = checked(samples);
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].illness, Illness::kRails);
  EXPECT_EQ(report.findings[0].title, "card c is slower than the others");
  EXPECT_THAT(report.findings[0].seen, HasSubstr("5 GB/s where the median card has 11 GB/s"));
  samples.resize(4);  // of two cards neither is the normal one
  EXPECT_THAT(checked(samples).findings, IsEmpty());
}

}  // namespace
}  // namespace sextant::health

#include "calibrate/ingest/measurements_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "calibrate/ingest/measurement_file.h"

namespace sextant::ingest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Measurements read_back(const std::string& text) {
  const auto path = std::filesystem::path(testing::TempDir()) / "sextant_written.json";
  std::ofstream(path, std::ios::binary) << text;
  return read_measurements(path);
}

Sample full_sample() {
  Sample sample;
  sample.operation = Operation::kReduceScatter;
  sample.bytes = 1073710080;
  sample.ranks = 2160;
  sample.nodes = 270;
  sample.ranks_per_node = 8;
  sample.time_s = 4.7103e-3;
  sample.repetitions = 20;
  sample.p50_s = 1.0 / 3.0;
  sample.p99_s = 0.5;
  sample.algorithm = "ring";
  sample.protocol = "ll128";
  sample.precision = "odd \"\xff\n name";
  sample.m = 1;
  sample.n = 2;
  sample.k = 3.5;
  sample.clients = 4;
  sample.flags = {"in_place", "graph"};
  return sample;
}

TEST(MeasurementsWriter, WhatIsWrittenReadsBack) {
  std::string text;
  MeasurementsWriter writer([&](std::string_view piece) { text += piece; }, true);
  const Sample sample = full_sample();
  writer.sample(sample, 1);
  writer.sample(Sample{}, 0);
  Environment environment;
  environment.nccl = "2.28.7";
  environment.env["NCCL_ALGO"] = "Ring";
  environment.accelerator = "bytes \xfe that are no text";
  const std::vector<MeasuredFile> files{{"a.log", environment}, {"b.log", {}}};
  writer.finish(environment, files);

  const Measurements read = read_back(text);
  ASSERT_EQ(read.samples.size(), 2U);
  const Sample& back = read.samples[0];
  EXPECT_EQ(back.operation, sample.operation);
  EXPECT_EQ(back.bytes, sample.bytes);
  EXPECT_EQ(back.ranks, sample.ranks);
  EXPECT_EQ(back.nodes, sample.nodes);
  EXPECT_EQ(back.time_s, sample.time_s);
  EXPECT_EQ(back.p50_s, sample.p50_s);
  EXPECT_EQ(back.k, sample.k);
  EXPECT_EQ(back.clients, sample.clients);
  EXPECT_EQ(back.flags, sample.flags);
  EXPECT_EQ(back.precision, "odd \"?? name");
  EXPECT_EQ(back.file, 1);
  EXPECT_EQ(read.environment.nccl, "2.28.7");
  ASSERT_EQ(read.files.size(), 2U);
  EXPECT_EQ(read.files[0].file, "a.log");
}

TEST(MeasurementsWriter, NothingAtAllIsADocument) {
  std::string text;
  MeasurementsWriter writer([&](std::string_view piece) { text += piece; }, false);
  writer.finish({}, {});
  EXPECT_THAT(read_back(text).samples, IsEmpty());
}

TEST(CommonEnvironment, IsWhatAllAgreeOn) {
  MeasuredFile a{"a.log", {}}, b{"b.log", {}}, c{"c.log", {}};
  a.environment.nccl = b.environment.nccl = "2.28.7";
  a.environment.nodes = 2;
  c.environment.nodes = 4;
  a.environment.gpu_direct = c.environment.gpu_direct = true;
  a.environment.env = {{"NCCL_ALGO", "Ring"}, {"NCCL_PROTO", "LL"}};
  b.environment.env = {{"NCCL_ALGO", "Tree"}, {"NCCL_PROTO", "LL"}};
  std::vector<std::string> warnings;
  const std::vector<MeasuredFile> files{a, b, c};
  const Environment common = common_environment(files, warnings);
  EXPECT_EQ(common.nccl, "2.28.7");
  EXPECT_FALSE(common.nodes.has_value());
  EXPECT_EQ(common.gpu_direct, true);
  EXPECT_THAT(common.env, ElementsAre(testing::Pair("NCCL_PROTO", "LL")));
  EXPECT_THAT(
      warnings,
      ElementsAre("nodes is left out of the common environment: '2' in a.log, '4' in c.log",
                  "NCCL_ALGO is left out of the common environment: 'Ring' in a.log, 'Tree' "
                  "in b.log"));
}

}  // namespace
}  // namespace sextant::ingest

#include "calibrate/comm/document_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "calibrate/ingest/measurement_file.h"
#include "src/io/diagnostics.h"

namespace sextant::comm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::string path_of(const std::string& name) {
  return (std::filesystem::temp_directory_path() / name).string();
}

ingest::Measurements document() {
  ingest::Measurements result;
  result.date = "2026-11-22";
  result.environment.tool = "sextant-comm 1.0";
  result.environment.nodes = 2;
  result.environment.env = {{"NCCL_DEBUG", "INFO"}};
  ingest::Sample sample;
  sample.operation = ingest::Operation::kReduceScatter;
  sample.bytes = 1048576;
  sample.ranks = 16;
  sample.nodes = 2;
  sample.ranks_per_node = 8;
  sample.time_s = 1.2345678901234e-4;
  sample.p50_s = 1.2e-4;
  sample.p99_s = 2.5e-4;
  sample.repetitions = 400;
  sample.precision = "float";
  sample.flags = {"group:tensor", "bimodal"};
  result.samples.push_back(sample);
  return result;
}

TEST(DocumentFile, IsReadBack) {
  const std::string path = path_of("sextant-comm-document.json");
  ingest::Measurements written = document();
  DocumentFile file(path);
  EXPECT_TRUE(ingest::read_measurements(path).samples.empty());
  EXPECT_EQ(file.kept(), "0 points are in " + path + ".");
  file.update(written);
  EXPECT_EQ(file.kept(), "1 point is in " + path + ".");
  written.samples.push_back(written.samples.front());
  written.samples.back().flags.clear();
  file.update(written);

  const ingest::Measurements read = ingest::read_measurements(path);
  EXPECT_EQ(read.date, "2026-11-22");
  EXPECT_EQ(read.environment.tool, "sextant-comm 1.0");
  EXPECT_EQ(read.environment.nodes, 2);
  EXPECT_EQ(read.environment.env.at("NCCL_DEBUG"), "INFO");
  ASSERT_EQ(read.samples.size(), 2u);
  const ingest::Sample& sample = read.samples.front();
  EXPECT_EQ(sample.operation, ingest::Operation::kReduceScatter);
  EXPECT_EQ(sample.time_s, 1.2345678901234e-4);
  EXPECT_EQ(sample.p99_s, 2.5e-4);
  EXPECT_EQ(sample.repetitions, 400);
  EXPECT_THAT(sample.flags, ElementsAre("group:tensor", "bimodal"));
  EXPECT_TRUE(read.samples.back().flags.empty());
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
  std::filesystem::remove(path);
}

TEST(DocumentFile, MustBeWritable) {
  EXPECT_THAT([] { DocumentFile file("/absent/measurements.json"); },
              ThrowsMessage<io::InputError>(HasSubstr("/absent/measurements.json")));
}

TEST(DocumentFile, IsPrintedWithoutAPath) {
  DocumentFile file("");
  file.update(document());
  EXPECT_THAT(file.kept(), HasSubstr("--output"));
  testing::internal::CaptureStdout();
  file.finish(document());
  EXPECT_THAT(testing::internal::GetCapturedStdout(), HasSubstr("\"reduce_scatter\""));
}

}  // namespace
}  // namespace sextant::comm

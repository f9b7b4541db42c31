#include "calibrate/ingest/measurement_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "src/io/diagnostics.h"

namespace sextant::ingest {
namespace {

std::filesystem::path written(const std::string& text) {
  const std::filesystem::path path =
      std::filesystem::path(testing::TempDir()) / "sextant_measurements.json";
  std::ofstream(path) << text;
  return path;
}

std::string refusal(const std::string& text) {
  try {
    read_measurements(written(text));
  } catch (const io::InputError& error) {
    return error.what();
  }
  return "";
}

TEST(MeasurementFile, HoldsSamplesAndWhereTheyWereTaken) {
  const Measurements read = read_measurements(written(R"({
    "schema": "sextant.measurements/1",
    "samples": [{"operation": "all_to_all", "bytes": 1024, "ranks": 16, "nodes": 2,
                 "ranks_per_node": 8, "time_s": 1e-5, "flags": ["in_place"]}],
    "environment": {"nccl": "2.28.7", "env": {"NCCL_ALGO": "ring"}, "gpu_direct": true}})"));
  ASSERT_EQ(read.samples.size(), 1U);
  EXPECT_EQ(read.samples[0].operation, Operation::kAllToAll);
  EXPECT_EQ(read.samples[0].bytes, 1024);
  EXPECT_EQ(read.samples[0].ranks, 16);
  EXPECT_EQ(read.samples[0].time_s, 1e-5);
  EXPECT_THAT(read.samples[0].flags, testing::ElementsAre("in_place"));
  EXPECT_EQ(read.environment.nccl, "2.28.7");
  EXPECT_EQ(read.environment.env.at("NCCL_ALGO"), "ring");
  EXPECT_EQ(read.environment.gpu_direct, true);
}

TEST(MeasurementFile, HoldsShapesOfKernels) {
  const Measurements read = read_measurements(written(R"({
    "samples": [{"operation": "attention", "m": 512, "n": 1024, "k": 64, "batch": 12,
                 "precision": "float", "time_s": 1e-3},
                {"operation": "gemm", "m": 8, "n": 16, "k": 32, "time_s": 1e-5}],
    "environment": {}})"));
  const Sample& attention = read.samples.at(0);
  EXPECT_EQ(attention.operation, Operation::kAttention);
  EXPECT_EQ(attention.batch, 12);
  EXPECT_EQ(attention.k, 64);
  EXPECT_EQ(read.samples.at(1).batch, std::nullopt);
}

TEST(MeasurementFile, NamesWhatIsWrong) {
  EXPECT_THAT(refusal(R"({"schema": "sextant.plan/1", "samples": [], "environment": {}})"),
              testing::HasSubstr("expected \"sextant.measurements/1\""));
  EXPECT_THAT(refusal(R"({"samples": [{"operation": "all_reduse", "time_s": 1}],
                          "environment": {}})"),
              testing::HasSubstr("all_reduce"));
  EXPECT_THAT(refusal(R"({"samples": [{"operation": "reduce", "time_s": 1, "file": 2}],
                          "environment": {}, "files": [{"file": "a", "environment": {}}]})"),
              testing::HasSubstr("the document has 1 files"));
  EXPECT_THAT(refusal("size count type"), testing::HasSubstr("error"));
}

}  // namespace
}  // namespace sextant::ingest

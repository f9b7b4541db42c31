#include "src/validate/checkpoint_times.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sextant::validate {
namespace {

using testing::HasSubstr;

CheckpointTimes read(const std::string& rows, const char* schema = "sextant.checkpoint-times/1") {
  catalog::Catalogue catalogue(SEXTANT_SOURCE_DIR "/models");
  io::Diagnostics diagnostics;
  io::Document document("times.json", fmt::format(R"({{"schema": "{}", {}}})", schema, rows),
                        false);
  CheckpointTimes published;
  if (io::parse(document, diagnostics)) {
    published = read_checkpoint_times(document.root, catalogue, diagnostics);
  }
  diagnostics.throw_if_errors();
  return published;
}

std::string fault(const std::string& rows, const char* schema = "sextant.checkpoint-times/1") {
  try {
    read(rows, schema);
  } catch (const io::InputError& error) {
    return error.what();
  }
  return "";
}

ExpectationRow only(const std::string& rows) { return validate_checkpoint_times(read(rows)).at(0); }

/// A file system of 10 GB/s read and 5 GB/s written, without latency.
std::string time_row(const std::string& more) {
  return R"("times": [{"id": "a", "source": "b", "tolerance": 0.1, "size": "100 GB", "store":
    {"name": "own", "file_system": {"read_baseline": "10 GB/s", "write_baseline": "5 GB/s",
     "latency": "0 s"}}, )" +
         more + "}]";
}

TEST(CheckpointTimes, SizesAreParametersTimesTheirBytes) {
  const ExpectationRow row = only(
      R"("sizes": [{"id": "a", "source": "b", "size": "1 TB", "tolerance": 0.5,
                    "parameters": 1e11}])");
  EXPECT_EQ(row.expected.quantity, "size_bytes");
  EXPECT_DOUBLE_EQ(*row.got, 14e11);
  EXPECT_TRUE(row.ok());
}

TEST(CheckpointTimes, ModelsAreCounted) {
  const ExpectationRow row = only(
      R"("sizes": [{"id": "a", "source": "b", "size": "112 GB", "tolerance": 0.01,
                    "model": "llama3-8b"}])");
  EXPECT_TRUE(row.ok()) << *row.got;
}

TEST(CheckpointTimes, SavesAndRestoresGoAtTheStoresBandwidth) {
  const ExpectationRow save = only(time_row(R"("what": "save", "time": "20 s")"));
  EXPECT_EQ(save.expected.quantity, "save_s");
  EXPECT_NEAR(*save.got, 20, 1e-9);
  const ExpectationRow restore = only(time_row(R"("what": "restore", "rate": "10 GB/s")"));
  EXPECT_EQ(restore.expected.quantity, "restore_s");
  EXPECT_NEAR(*restore.expected.value, 10, 1e-9);
  EXPECT_NEAR(*restore.got, 10, 1e-9);
}

TEST(CheckpointTimes, NodesLimitThem) {
  const std::string two = R"("what": "restore", "time": "1 s", "nodes": 2, )";
  EXPECT_NEAR(*only(time_row(two + R"("node_bandwidth": "1 GB/s")")).got, 50, 1e-9);
  EXPECT_NEAR(*only(time_row(two + R"("instance": "m5.24xlarge")")).got, 16, 1e-9);
  EXPECT_NEAR(*only(time_row(two + R"("everything": true)")).got, 20, 1e-9);
}

TEST(CheckpointTimes, SaysWhatIsMissingOrTooMuch) {
  EXPECT_THAT(fault(time_row(R"("what": "save")")), HasSubstr("expected one of time, rate"));
  EXPECT_THAT(fault(time_row(R"("what": "save", "time": "1 s", "rate": "1 GB/s")")),
              HasSubstr("found both, expected one of time, rate"));
  EXPECT_THAT(fault(time_row(R"("what": "save", "time": "1 s", "instance": "m5.2xlarge",
                                "node_bandwidth": "1 GB/s")")),
              HasSubstr("found instance and node_bandwidth"));
  EXPECT_THAT(fault(R"("sizes": [{"id": "a", "source": "b", "size": "1 TB", "tolerance": 0.5}])"),
              HasSubstr("expected one of model, parameters"));
  EXPECT_THAT(fault(R"("times": [{"id": "a", "source": "b", "tolerance": 0.1, "size": "1 GB",
                                  "what": "save", "time": "1 s", "store": {"name": "own"}}])"),
              HasSubstr("expected one of object_store, file_system"));
  EXPECT_THAT(fault(R"("times": [])", "sextant.checkpoint-times/2"),
              HasSubstr("expected \"sextant.checkpoint-times/1\""));
}

}  // namespace
}  // namespace sextant::validate

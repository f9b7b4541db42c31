#include "src/validate/file_kind.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "src/io/diagnostics.h"

namespace sextant::validate {
namespace {

class FileKindTest : public testing::Test {
 protected:
  std::filesystem::path file(const std::string& text) {
    const auto path = std::filesystem::path(testing::TempDir()) / "file_kind.json";
    std::ofstream(path) << text;
    return path;
  }
  std::string fault(const std::string& text) {
    try {
      file_kind(file(text));
    } catch (const io::InputError& error) {
      return error.what();
    }
    return "";
  }
};

TEST_F(FileKindTest, IsSeenFromTheContent) {
  EXPECT_EQ(file_kind(file("[]")), FileKind::kPublishedRuns);
  EXPECT_EQ(file_kind(file("// a comment\n[{}]")), FileKind::kPublishedRuns);
  EXPECT_EQ(file_kind(file(R"({"schema": "sextant.scenario/1"})")), FileKind::kScenario);
  EXPECT_EQ(file_kind(file(R"({"schema": "sextant.scenario/9"})")), FileKind::kScenario);
  EXPECT_EQ(file_kind(file(R"({"schema": "sextant.checkpoint-times/1"})")),
            FileKind::kCheckpointTimes);
}

TEST_F(FileKindTest, FailedLayoutsHaveASizeAndNoMeasuredStep) {
  EXPECT_EQ(file_kind(file(R"({"rows": [{"size": "8B"}]})")), FileKind::kFailedLayouts);
  EXPECT_EQ(file_kind(file(R"([{"size": "8B"}])")), FileKind::kFailedLayouts);
  EXPECT_EQ(file_kind(file(R"([{"size": "8B", "measured": {}}])")), FileKind::kPublishedRuns);
}

TEST_F(FileKindTest, AnythingElseIsAnError) {
  EXPECT_THAT(fault("{}"), testing::HasSubstr("found an object, expected an array of measured"));
  EXPECT_THAT(fault(R"({"schema": 1})"), testing::HasSubstr("found an object"));
  EXPECT_THAT(fault("3"), testing::HasSubstr("found 3, expected an array of measured steps"));
  EXPECT_THAT(fault("{"), testing::HasSubstr("error"));
}

}  // namespace
}  // namespace sextant::validate

#include "calibrate/ingest/launcher_tags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sextant::ingest {
namespace {

using testing::ElementsAre;

std::string stripped(std::string_view line) {
  LauncherTags tags;
  const auto& lines = tags.strip(line);
  return lines.size() == 1 ? std::string(lines[0]) : "several lines";
}

TEST(LauncherTags, OfLaunchersAndContainers) {
  const std::string row = "8  2  float  sum  -1  17.93";
  for (const char* prefix : {"[1,0]<stdout>:",
                             "   [1,0]<stdout>:   ",
                             "[1,0]<stderr>:",
                             "0: ",
                             "  0: ",
                             "127: ",
                             "[prterun-node-1-77@1,0]<stdout>:",
                             "Fri Nov 21 11:00:00 2025[1,3]<stdout>:",
                             "node-17: ",
                             "[0] ",
                             "    ",
                             "> ",
                             "> > ",
                             "2026-01-28T11:22:33.123456789Z ",
                             "2026-01-28 11:22:33,123 ",
                             "[2026-01-28T11:22:33Z] ",
                             "2026-01-28T11:22:33Z stdout F ",
                             "worker-0  | ",
                             "[pod/nccl-worker-0/nccl] ",
                             "2026-01-28T11:22:33Z [1,0]<stdout>: ",
                             "\x1b[32m",
                             "\xef\xbb\xbf",
                             "\xff\xfe"}) {
    EXPECT_EQ(stripped(prefix + row), row) << prefix;
  }
  EXPECT_EQ(stripped("\x1b[1;31m# Using\x1b[0m devices"), "# Using devices");
}

TEST(LauncherTags, AreRepeatedWithinALine) {
  EXPECT_EQ(stripped("[1,0]<stdout>:  8   2  float  sum  -1[1,0]<stdout>:   187.7   0.00"),
            "8   2  float  sum  -1   187.7   0.00");
}

TEST(LauncherTags, OfAnotherRankBeginAnotherLine) {
  LauncherTags tags;
  EXPECT_THAT(tags.strip("[1,0]<stdout>:  8  2  float[1,3]<stdout>:node:25 [3] NCCL INFO x"),
              ElementsAre("8  2  float", "node:25 [3] NCCL INFO x"));
}

TEST(LauncherTags, LeaveOtherLinesAlone) {
  for (const char* line :
       {"Avg bus bandwidth: 23.6671GB/s", "| 8 | 2 | float |", "rccl-tests: Version develop:a5",
        "8  2  float  sum  -1  17.93", "node:25:66 [0] NCCL INFO Connected", "a < b <stdout>: c",
        "Waived:", "memory: 16 GB", "", "<stdout>:", "]<stdout>:", "2026-01-28"}) {
    EXPECT_EQ(stripped(line), line) << line;
  }
}

}  // namespace
}  // namespace sextant::ingest

#include "calibrate/ingest/line_splitter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace sextant::ingest {
namespace {

using testing::ElementsAre;
using Lines = std::vector<std::string>;

Lines split(std::initializer_list<std::string> pieces) {
  Lines lines;
  LineSplitter splitter;
  const auto take = [&](std::string_view line) { lines.emplace_back(line); };
  for (const std::string& piece : pieces) splitter.feed(piece, take);
  splitter.finish(take);
  return lines;
}

TEST(LineSplitter, EndsOfLines) {
  EXPECT_THAT(split({"a\nb\r\n\nc"}), ElementsAre("a", "b", "", "c"));
  EXPECT_THAT(split({"a\n"}), ElementsAre("a"));
  EXPECT_THAT(split({""}), ElementsAre());
}

TEST(LineSplitter, LinesMayComeInPieces) {
  EXPECT_THAT(split({"one ", "li", "ne\nthe", " next\n"}), ElementsAre("one line", "the next"));
  EXPECT_THAT(split({"a\r", "\nb"}), ElementsAre("a", "b"));
}

TEST(LineSplitter, NulBytesAreLeftOut) {
  EXPECT_THAT(split({std::string("8\0 \0\r\0\n\0b\0", 10)}), ElementsAre("8 ", "b"));
}

TEST(LineSplitter, LongLinesAreCut) {
  const std::string piece(LineSplitter::kLongest / 2 + 1, 'x');
  const Lines lines = split({piece, piece, piece, "\nshort\n", piece + piece + piece + "\n"});
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].size(), LineSplitter::kLongest);
  EXPECT_EQ(lines[1], "short");
  EXPECT_EQ(lines[2].size(), LineSplitter::kLongest);
}

}  // namespace
}  // namespace sextant::ingest

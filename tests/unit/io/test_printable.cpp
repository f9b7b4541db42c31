#include "src/io/printable.h"

#include <gtest/gtest.h>

namespace sextant::io {
namespace {

TEST(Printable, ReplacesWhatATerminalMustNotSee) {
  EXPECT_EQ(printable("plain\ttext"), "plain\ttext");
  EXPECT_EQ(printable("µ…"), "µ…");
  EXPECT_EQ(printable("\x1b[31mred\n"), "?[31mred?");
  EXPECT_EQ(printable("caf\xE9!"), "caf?!");
  EXPECT_EQ(printable("\xC2\x9B"), "?");             // C1 control
  EXPECT_EQ(printable("\xC0\xAF"), "??");            // overlong slash
  EXPECT_EQ(printable("\xED\xA0\x80"), "???");       // surrogate
  EXPECT_EQ(printable("\xF4\x90\x80\x80"), "????");  // above U+10FFFF
  EXPECT_EQ(printable("\xE2\x80"), "??");            // cut short
}

TEST(Printable, CountsCharacters) {
  EXPECT_EQ(character_count(""), 0u);
  EXPECT_EQ(character_count("abc"), 3u);
  EXPECT_EQ(character_count("aµ…😀"), 4u);
  EXPECT_EQ(character_count("\xFF\xFE"), 2u);
}

}  // namespace
}  // namespace sextant::io

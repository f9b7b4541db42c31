#include "src/report/shown_text.h"

#include <gtest/gtest.h>

#include "src/report/human.h"
#include "src/report/text_style.h"
#include "src/report/text_table.h"

namespace sextant::report {
namespace {

constexpr TextStyle kColour{.colour = true};

TEST(Escaped, ShowsWhatATerminalWouldObey) {
  EXPECT_EQ(escaped("\x1b[31mred"), "\\u001b[31mred");
  EXPECT_EQ(escaped("a\nb\tc\rd\x7f"), "a\\nb\\tc\\u000dd\\u007f");
  EXPECT_EQ(escaped("\xC2\x9B"
                    "31m"),
            "\\u009b31m");                                           // CSI in one character
  EXPECT_EQ(escaped("abc\u202Efed\u2066"), "abc\\u202efed\\u2066");  // overrides of direction
  EXPECT_EQ(escaped("\xC3(\x80"), "?(?");                            // not UTF-8
}

TEST(Escaped, LeavesWhatCanBeRead) {
  for (const char* text :
       {"", "plain", "μ-batch", "日本語", "שלום", "é👩‍💻", "</script>\"'"}) {
    EXPECT_EQ(escaped(text), text);
    EXPECT_EQ(shown(text), text);
  }
}

TEST(Shown, HasTheColoursOfStylesAndOfNothingElse) {
  EXPECT_EQ(shown(kColour.bold("a\x1b[31mb")), "\x1b[1ma\\u001b[31mb\x1b[0m");
  EXPECT_EQ(shown(TextStyle{}.bold("a\x1b[31mb")), "a\\u001b[31mb");
  EXPECT_EQ(shown("one\ntwo\x1b]0;title\x07"), "one\ntwo\\u001b]0;title\\u0007");
}

TEST(DisplayWidth, IsThatOfATerminal) {
  EXPECT_EQ(display_width("plain"), 5U);
  EXPECT_EQ(display_width("日本語"), 6U);
  EXPECT_EQ(display_width("ＡＢ"), 4U);
  EXPECT_EQ(display_width("e\u0301"), 1U);
  EXPECT_EQ(display_width("한글"), 4U);
  EXPECT_EQ(display_width("👍"), 2U);
  EXPECT_EQ(display_width("שלום"), 4U);
  EXPECT_EQ(display_width("a\u200Bb"), 2U);
  EXPECT_EQ(display_width("▏█…–"), 4U);
  EXPECT_EQ(display_width(kColour.warning("ab")), 2U);
}

TEST(Fitted, CutsWithAnEllipsis) {
  EXPECT_EQ(fitted("seven", 5), "seven");
  EXPECT_EQ(fitted("seventeen", 5), "seve…");
  EXPECT_EQ(fitted("日本語", 4), "日…");
  EXPECT_EQ(fitted("e\u0301e\u0301e\u0301", 2), "e\u0301…");
  EXPECT_EQ(shown(fitted(kColour.bold("seventeen"), 5)), "\x1b[1mseve…\x1b[0m");
  EXPECT_EQ(fitted("any", 0), "");
}

TEST(Fitted, IsNeverWiderThanAsked) {
  const std::string text = "a日e\u0301" + kColour.bold("👍ש") + std::string(10000, 'x');
  for (std::size_t columns = 0; columns < 40; ++columns) {
    EXPECT_LE(display_width(fitted(text, columns)), columns);
  }
}

TEST(TextTable, AlignsWideAndCombiningCharacters) {
  using Align = TextTable::Align;
  TextTable table({Align::kLeft, Align::kRight});
  table.row({"日本", "1"});
  table.row({"e\u0301e\u0301", "22"});
  table.row({"a\nb\x1b[1m", "3"});
  EXPECT_EQ(table.render(0), "日本" + std::string(12, ' ') + "1\n" + "e\u0301e\u0301" +
                                 std::string(13, ' ') + "22\n" + "a\\nb\\u001b[1m   3\n");
}

TEST(TextTable, CutsNamesThatAreTooLong) {
  using Align = TextTable::Align;
  TextTable table({Align::kLeft, Align::kLeft, Align::kRight});
  table.row({std::string(10000, 'n'), "short", "1.00"});
  table.row({"name", std::string(10000, 'm'), "2.00"});
  std::string text = table.render();
  while (!text.empty()) {
    const std::string line = text.substr(0, text.find('\n'));
    EXPECT_LE(display_width(line), 2 * TextTable::kWidest + 10);
    EXPECT_NE(line.find(".00"), std::string::npos);
    text.erase(0, line.size() + 1);
  }
}

TEST(Wrapped, HasNoLongerLinesThanItsColumnsWithHostileNames) {
  const std::string text = wrapped("job " + std::string(10000, 'n') + " waits\nfor\x1b[31m ever");
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_LT(text.size(), 300U);
}

}  // namespace
}  // namespace sextant::report

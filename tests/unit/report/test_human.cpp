#include "src/report/human.h"

#include <gtest/gtest.h>

#include "src/report/text_style.h"
#include "src/report/text_table.h"

namespace sextant::report {
namespace {

TEST(Human, PicksTheUnitThatSuitsTheValue) {
  EXPECT_EQ(human(Seconds(54.0 * 86400)), "54.0 days");
  EXPECT_EQ(human(Seconds(36.0 * 3600)), "36.0 h");
  EXPECT_EQ(human(Seconds(90.0 * 60)), "90.0 min");
  EXPECT_EQ(human(Seconds(119.0)), "119 s");
  EXPECT_EQ(human(Seconds(0.0345)), "34.5 ms");
  EXPECT_EQ(human(Seconds(3.5e-6)), "3.50 us");
  EXPECT_EQ(human(Usd(251.34e6)), "251 M USD");
  EXPECT_EQ(human(Usd(999.0)), "999 USD");
  EXPECT_EQ(human(Joules(3.6e6)), "1.00 kWh");
  EXPECT_EQ(human(GramsCo2e(10.1e9)), "10.1 kt CO2e");
  EXPECT_EQ(human(Bytes(1073741824.0)), "1.00 GiB");
}

TEST(Human, ZeroHasAPlainUnit) {
  EXPECT_EQ(human(Seconds(0)), "0 s");
  EXPECT_EQ(human(Bytes(0)), "0 B");
}

TEST(Human, KeepsThreeSignificantDigitsAndWholeNumbers) {
  EXPECT_EQ(significant(0.012345), "0.0123");
  EXPECT_EQ(significant(52.06), "52.1");
  EXPECT_EQ(significant(12345.6), "12,346");
  EXPECT_EQ(significant(-1234567.0), "-1,234,567");
  EXPECT_EQ(significant(55.04, 4), "55.04");
}

TEST(Human, WritesCountsAsPeopleDo) {
  EXPECT_EQ(human_count(15.6e12), "15.6T");
  EXPECT_EQ(human_count(405e9), "405B");
  EXPECT_EQ(human_count(131072), "131,072");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(percent(0.7234), "72.3 %");
}

TEST(Human, WrapsAtBlanksAndCountsCharactersNotBytes) {
  EXPECT_EQ(wrapped("one two three", 2, 9), "  one two\n  three\n");
  const TextStyle coloured{.colour = true};
  EXPECT_EQ(shown(wrapped(coloured.warning("one") + " two", 0, 7)), "\x1b[33mone\x1b[0m two\n");
  EXPECT_EQ(wrapped("unbreakable", 1, 4), " unbreakable\n");
}

TEST(TextTable, AlignsColumnsByWhatIsSeen) {
  TextTable table({TextTable::Align::kLeft, TextTable::Align::kRight});
  table.row({"é", "1"});
  table.row({TextStyle{.colour = true}.bold("ab"), "23"});
  EXPECT_EQ(shown(table.render(1)), " é    1\n \x1b[1mab\x1b[0m  23\n");
}

TEST(TextTable, LeavesNoBlanksAtTheEnd) {
  TextTable table({TextTable::Align::kLeft, TextTable::Align::kLeft});
  table.row({"a", "wide"});
  table.row({"b"});
  EXPECT_EQ(table.render(0), "a  wide\nb\n");
}

TEST(TextBar, GrowsByEighths) {
  EXPECT_EQ(text_bar(1.0, 2), "██");
  EXPECT_EQ(text_bar(0.5, 1), "▌");
  EXPECT_EQ(text_bar(0.0, 10), "");
  EXPECT_EQ(text_bar(7.0, 2), "██");
}

}  // namespace
}  // namespace sextant::report

#include "calibrate/ingest/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace sextant::ingest {
namespace {

using testing::ElementsAre;

TEST(Text, TrimsBothEnds) {
  EXPECT_EQ(trimmed(" \ta b\r"), "a b");
  EXPECT_EQ(trimmed(" \t"), "");
}

TEST(Text, NumbersAreTheWholeText) {
  EXPECT_EQ(to_number("1.5e3"), 1500);
  EXPECT_EQ(to_number("-2"), -2);
  for (const char* bad : {"", "1.5us", "nan", "inf", " 1", "1 ", "+1", "0x10", "1e999"}) {
    EXPECT_EQ(to_number(bad), std::nullopt) << bad;
  }
}

TEST(Text, CountsAreDigits) {
  EXPECT_EQ(to_count("1048576"), 1048576);
  for (const char* bad : {"", "-1", "1.0", "1e3", "1k"}) EXPECT_EQ(to_count(bad), std::nullopt);
}

TEST(Text, SuffixesMultiply) {
  EXPECT_EQ(to_suffixed("1.5k", 1024), 1536);
  EXPECT_EQ(to_suffixed("2m", 1024), 2097152);
  EXPECT_EQ(to_suffixed("20k", 1000), 20000);
  EXPECT_EQ(to_suffixed("3b", 1000), 3e9);
  EXPECT_EQ(to_suffixed("64", 1024), 64);
  for (const char* bad : {"", "k", "1.5x", "-1k", "1kk"}) {
    EXPECT_EQ(to_suffixed(bad, 1024), std::nullopt) << bad;
  }
}

TEST(Text, FindsWhatStandsBetween) {
  EXPECT_EQ(between("# [ pairs: 4 ] [ window size: 64 ]", "pairs: ", " ]"), "4");
  EXPECT_EQ(between("pairs: 4", "pairs: ", " ]"), "");
  EXPECT_EQ(between("", "a", "b"), "");
}

TEST(Text, WordsAreSeparatedByBlanks) {
  const Words words("  1024 \t 2.50\r");
  EXPECT_THAT(std::vector(words.begin(), words.end()), ElementsAre("1024", "2.50"));
  EXPECT_TRUE(Words(" ").empty());
  EXPECT_EQ(Words(std::string(2 * Words::kMax, 'x')).size(), 1U);
}

}  // namespace
}  // namespace sextant::ingest

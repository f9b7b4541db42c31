#include "calibrate/ingest/printed_number.h"

#include <gtest/gtest.h>

namespace sextant::ingest {
namespace {

TEST(PrintedNumber, KnowsItsLastDigit) {
  EXPECT_EQ(parse_printed("187.7")->value, 187.7);
  EXPECT_DOUBLE_EQ(parse_printed("187.7")->half, 0.05);
  EXPECT_DOUBLE_EQ(parse_printed("0.00")->half, 0.005);
  EXPECT_DOUBLE_EQ(parse_printed("13552")->half, 0.5);
  EXPECT_EQ(parse_printed("1.2e+05")->value, 1.2e5);
  EXPECT_DOUBLE_EQ(parse_printed("1.2e+05")->half, 5e3);
  EXPECT_DOUBLE_EQ(parse_printed("5e-07")->half, 5e-8);
  EXPECT_EQ(parse_printed("-1")->value, -1);
  EXPECT_EQ(parse_printed("0.16553675170497603")->value, 0.16553675170497603);
  EXPECT_EQ(parse_printed("123456789012345678")->value, 123456789012345678.0);
}

TEST(PrintedNumber, OtherWordsAreNone) {
  for (const char* text : {"", "N/A", "nan", "inf", "-inf", "1e999", ".", "-", "1.2.3", "12a",
                           "0x10", "+5", "1 2", "1,5"}) {
    EXPECT_FALSE(parse_printed(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace sextant::ingest

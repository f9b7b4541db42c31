#include "src/report/text_chart.h"

#include <gtest/gtest.h>

namespace sextant::report {
namespace {

TEST(TextChart, FillsColumnsFromBelow) {
  const std::vector<std::string> lines = text_chart(std::vector{0.0, 0.25, 0.5, 1.0}, 2);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0], "   █");
  EXPECT_EQ(lines[1], " ▄██");
}

TEST(TextChart, HoldsWhatLiesOutside) { EXPECT_EQ(text_chart(std::vector{-1.0, 3.0}, 1)[0], " █"); }

TEST(Condensed, MeansOfNeighbours) {
  EXPECT_EQ(condensed(std::vector{1.0, 3.0, 5.0, 7.0, 9.0}, 3), (std::vector{2.0, 6.0, 9.0}));
  EXPECT_EQ(condensed(std::vector{1.0, 3.0}, 5), (std::vector{1.0, 3.0}));
  EXPECT_TRUE(condensed({}, 5).empty());
}

}  // namespace
}  // namespace sextant::report

#include "calibrate/comm/storage/pattern.h"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

namespace sextant::comm {
namespace {

constexpr std::size_t kBytes = 3 * Pattern::kPeriod + 12345;

std::vector<std::byte> filled(const Pattern& pattern, std::uint64_t object, std::uint64_t offset,
                              std::size_t bytes) {
  std::vector<std::byte> result(bytes);
  pattern.fill(object, offset, result);
  return result;
}

TEST(Pattern, IsWhatItWrote) {
  const Pattern pattern;
  EXPECT_EQ(pattern.first_difference(7, 0, filled(pattern, 7, 0, kBytes)), std::nullopt);
}

RC_GTEST_PROP(Pattern, AnyPieceIsThatOfTheWhole, ()) {
  static const Pattern pattern;
  static const std::vector<std::byte> whole = filled(pattern, 42, 0, kBytes);
  const auto offset = *rc::gen::inRange<std::size_t>(0, kBytes);
  const auto bytes =
      *rc::gen::inRange<std::size_t>(0, std::min<std::size_t>(kBytes - offset, 9999));
  const auto begin = whole.begin() + static_cast<std::ptrdiff_t>(offset);
  const std::vector<std::byte> piece(begin, begin + static_cast<std::ptrdiff_t>(bytes));
  RC_ASSERT(filled(pattern, 42, offset, bytes) == piece);
  RC_ASSERT(!pattern.first_difference(42, offset, piece));
}

TEST(Pattern, FindsOneChangedByte) {
  const Pattern pattern;
  std::vector<std::byte> bytes = filled(pattern, 1, 500, kBytes);
  bytes[70000] ^= std::byte{16};
  EXPECT_EQ(pattern.first_difference(1, 500, bytes), 70500u);
}

TEST(Pattern, FindsPiecesOfOtherPlacesAndObjects) {
  const Pattern pattern;
  const auto bytes = filled(pattern, 1, 0, Pattern::kPage);
  EXPECT_TRUE(pattern.first_difference(1, Pattern::kPage, bytes));
  EXPECT_TRUE(pattern.first_difference(1, Pattern::kPeriod, bytes));
  EXPECT_TRUE(pattern.first_difference(2, 0, bytes));
}

TEST(Pattern, RenumbersWhatWasFilledAPeriodAway) {
  const Pattern pattern;
  auto bytes = filled(pattern, 1, Pattern::kPeriod, 2 * Pattern::kPeriod);
  Pattern::renumber(9, 5 * Pattern::kPeriod, bytes);
  EXPECT_EQ(pattern.first_difference(9, 5 * Pattern::kPeriod, bytes), std::nullopt);
}

}  // namespace
}  // namespace sextant::comm

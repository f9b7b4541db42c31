#include "src/sweep/permutation.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

namespace sextant::sweep {
namespace {

std::vector<std::int64_t> order(std::int64_t count, std::uint32_t number, std::uint64_t seed) {
  const Permutation permutation(count, number, seed);
  std::vector<std::int64_t> places;
  for (std::int64_t i = 0; i < count; ++i) places.push_back(permutation(i));
  return places;
}

TEST(Permutation, OfOneIsThatOne) { EXPECT_EQ(order(1, 0, 1), std::vector<std::int64_t>{0}); }

/// Chi-squared over the 24 orders of four: 23 degrees of freedom, 99.9 % below 49.7.
TEST(Permutation, HasAllOrdersAlike) {
  std::map<std::vector<std::int64_t>, int> seen;
  constexpr int kSeeds = 4800;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) ++seen[order(4, 2, seed)];
  ASSERT_EQ(seen.size(), 24u);
  double chi_squared = 0;
  for (const auto& [places, times] : seen) {
    const double expected = kSeeds / 24.0;
    chi_squared += (times - expected) * (times - expected) / expected;
  }
  EXPECT_LT(chi_squared, 49.7);
}

TEST(Permutation, DiffersByNumberAndSeed) {
  EXPECT_EQ(order(50, 1, 1), order(50, 1, 1));
  EXPECT_NE(order(50, 1, 1), order(50, 2, 1));
  EXPECT_NE(order(50, 1, 1), order(50, 1, 2));
}

TEST(PermutationDeathTest, HasNoOtherPlaces) {
  EXPECT_DEATH(Permutation(5, 0, 1)(5), "place 5 of 5");
  EXPECT_DEATH(Permutation(0, 0, 1), "0 places");
}

}  // namespace
}  // namespace sextant::sweep

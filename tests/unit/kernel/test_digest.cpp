#include "sextant/kernel/digest.h"

#include <gtest/gtest.h>

#include <set>

namespace sextant {
namespace {

Digest of_words(int count) {
  Digest digest;
  for (int i = 0; i < count; ++i) digest.add(std::int64_t{i});
  return digest;
}

TEST(Digest, DependsOnEveryWordAndOnTheirOrder) {
  std::set<std::uint64_t> seen;
  for (int count = 0; count < 600; ++count) seen.insert(of_words(count).value());
  EXPECT_EQ(seen.size(), 600u);

  Digest forward;
  Digest backward;
  for (int i = 0; i < 300; ++i) {
    forward.add(std::int64_t{i});
    backward.add(std::int64_t{299 - i});
  }
  EXPECT_NE(forward.value(), backward.value());
}

TEST(Digest, CanBeReadWhileItGrows) {
  Digest digest = of_words(100);
  (void)digest.value();
  for (int i = 100; i < 500; ++i) digest.add(std::int64_t{i});
  EXPECT_EQ(digest.value(), of_words(500).value());
}

TEST(Digest, TellsZeros) {
  Digest positive;
  Digest negative;
  positive.add(0.0);
  negative.add(-0.0);
  EXPECT_NE(positive.value(), negative.value());
}

}  // namespace
}  // namespace sextant

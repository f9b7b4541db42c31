#include "sextant/kernel/random_stream.h"

#include <Random123/philox.h>
#include <gtest/gtest.h>
#include <xxhash.h>

#include <array>
#include <set>
#include <string_view>
#include <vector>

namespace sextant {
namespace {

using Philox = r123::Philox4x32;

/// Known answers of Random123 1.14, examples/kat_vectors, philox4x32 with 10 rounds.
TEST(Philox, GivesTheKnownAnswers) {
  const auto answer = [](Philox::ctr_type counter, Philox::key_type key) {
    const Philox::ctr_type bits = Philox()(counter, key);
    return std::array{bits[0], bits[1], bits[2], bits[3]};
  };
  using Bits = std::array<std::uint32_t, 4>;
  EXPECT_EQ(answer({{0, 0, 0, 0}}, {{0, 0}}),
            (Bits{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr std::uint32_t kOnes = 0xffffffff;
  EXPECT_EQ(answer({{kOnes, kOnes, kOnes, kOnes}}, {{kOnes, kOnes}}),
            (Bits{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(answer({{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}}, {{0xa4093822, 0x299f31d0}}),
            (Bits{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(RandomStream, IsPhiloxOfItsNameAndPlace) {
  constexpr std::string_view kName = "node.life";
  const std::uint64_t key = XXH64(kName.data(), kName.size(), 42);
  RandomStream stream(42, kName, 7, 9);
  for (std::uint32_t block = 0; block < 5; ++block) {
    const Philox::ctr_type bits =
        Philox()({{block, 0, 9, 7}},
                 {{static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)}});
    EXPECT_EQ(stream.next(), std::uint64_t{bits[1]} << 32 | bits[0]);
    EXPECT_EQ(stream.next(), std::uint64_t{bits[3]} << 32 | bits[2]);
  }
  EXPECT_EQ(stream.draws(), 10u);
}

TEST(RandomStream, DiffersByEveryPartOfItsName) {
  std::set<std::uint64_t> seen;
  for (const std::uint64_t seed : {0ULL, 1ULL, 1ULL << 32, ~0ULL}) {
    for (const char* name : {"", "a", "node.life", "node.repair"}) {
      for (const std::uint32_t replica : {0U, 1U, ~0U}) {
        for (const std::uint32_t entity : {0U, 1U, ~0U}) {
          seen.insert(RandomStream(seed, name, replica, entity).next());
        }
      }
    }
  }
  EXPECT_EQ(seen.size(), 4u * 4 * 3 * 3);
}

TEST(RandomStream, OfEntityIsTheStreamOfThatEntity) {
  RandomStream first(1, "name", 2, 3);
  (void)first.next();
  RandomStream derived = first.of_entity(8);
  RandomStream direct(1, "name", 2, 8);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(derived.next(), direct.next());
}

TEST(RandomStream, CopyRepeatsTheDraws) {
  RandomStream original(1, "name");
  (void)original.next();
  RandomStream copy = original;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(copy.next(), original.next());
}

}  // namespace
}  // namespace sextant

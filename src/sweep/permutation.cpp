#include "src/sweep/permutation.h"

#include <algorithm>
#include <bit>

#include "sextant/kernel/assert.h"

namespace sextant::sweep {
namespace {

constexpr std::uint32_t kRounds = 8;
/// With fewer bits the orders of a handful would not all be alike in frequency.
constexpr int kLeastHalfBits = 4;
/// Above it a round's number has no place beside half a value.
constexpr int kMostHalfBits = 29;

}  // namespace

Permutation::Permutation(std::int64_t count, std::uint32_t number, std::uint64_t seed)
    : count_(static_cast<std::uint64_t>(count)), rounds_(seed, "sweep.permutation", number) {
  SEXTANT_ASSERT(count >= 1, "{} places", count);
  half_bits_ = std::max(kLeastHalfBits, (static_cast<int>(std::bit_width(count_ - 1)) + 1) / 2);
  SEXTANT_ASSERT(half_bits_ <= kMostHalfBits, "{} places", count);
}

std::int64_t Permutation::operator()(std::int64_t place) const {
  SEXTANT_ASSERT(place >= 0 && static_cast<std::uint64_t>(place) < count_, "place {} of {}", place,
                 count_);
  auto value = static_cast<std::uint64_t>(place);
  do {
    value = through_the_network(value);
  } while (value >= count_);
  return static_cast<std::int64_t>(value);
}

std::uint64_t Permutation::through_the_network(std::uint64_t value) const {
  const std::uint64_t mask = (std::uint64_t{1} << half_bits_) - 1;
  std::uint64_t left = value >> half_bits_, right = value & mask;
  for (std::uint32_t round = 0; round < kRounds; ++round) {
    RandomStream function =
        rounds_.of_entity(round << kMostHalfBits | static_cast<std::uint32_t>(right));
    const std::uint64_t next = left ^ (function.next() & mask);
    left = right;
    right = next;
  }
  return left << half_bits_ | right;
}

}  // namespace sextant::sweep

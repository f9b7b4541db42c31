#pragma once

#include <cstdint>

#include "sextant/kernel/random_stream.h"

namespace sextant::sweep {

/// A random order of 0 .. count - 1 that nobody has to keep: each place is worked out when it is
/// asked for. A Feistel network over the smallest even number of bits that `count` fits into is a
/// bijection whatever its round function is (Luby and Rackoff 1988; here Philox); what it puts
/// beyond `count` goes through it again until it falls below (Black and Rogaway 2002).
class Permutation {
 public:
  /// Another order for each number and each seed.
  /// @pre 1 <= count <= 2^58
  Permutation(std::int64_t count, std::uint32_t number, std::uint64_t seed);

  /// @pre 0 <= place < count
  std::int64_t operator()(std::int64_t place) const;

 private:
  std::uint64_t through_the_network(std::uint64_t value) const;

  std::uint64_t count_;
  int half_bits_;
  RandomStream rounds_;
};

}  // namespace sextant::sweep

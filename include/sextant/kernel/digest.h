#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace sextant {

/// A fingerprint of everything that a run did, in order: XXH3 (64 bits) over blocks of words. Equal
/// digests mean the same run. Merge replicas in replica order: `total.add(replica.value())`.
class Digest {
 public:
  void add(std::uint64_t word) {
    words_[filled_++] = word;
    if (filled_ == words_.size()) fold();
  }
  void add(std::int64_t word) { add(static_cast<std::uint64_t>(word)); }
  /// By its bits: -0.0 and 0.0 differ.
  void add(double number) { add(std::bit_cast<std::uint64_t>(number)); }

  /// Of everything added so far; adding can go on.
  std::uint64_t value() const;

 private:
  void fold();

  std::array<std::uint64_t, 128> words_{};
  std::size_t filled_ = 0;
  std::uint64_t folded_ = 0;  ///< hash of the earlier blocks, the seed of the next
};

}  // namespace sextant

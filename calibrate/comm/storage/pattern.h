#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace sextant::comm {

/// Bytes of which every one is known from the object and the offset at which it stands, and which
/// can neither be compressed nor stored once for several: random ones that repeat every MiB, but
/// for a number of their own in the first 8 bytes of every 4 KiB.
class Pattern {
 public:
  static constexpr std::size_t kPage = 4096;
  static constexpr std::size_t kPeriod = std::size_t{1} << 20;

  Pattern();
  /// What `object` holds from `offset` on.
  void fill(std::uint64_t object, std::uint64_t offset, std::span<std::byte> to) const;
  /// The same where `to` was filled before at a place that is whole periods away: a tenth of the
  /// work. `offset` and the size of `to` are whole pages.
  static void renumber(std::uint64_t object, std::uint64_t offset, std::span<std::byte> to);
  /// Offset in `object` of the first byte that is not as it must be; none: all are.
  std::optional<std::uint64_t> first_difference(std::uint64_t object, std::uint64_t offset,
                                                std::span<const std::byte> found) const;

 private:
  std::vector<std::byte> period_;
};

}  // namespace sextant::comm

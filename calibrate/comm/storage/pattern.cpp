#include "calibrate/comm/storage/pattern.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "sextant/kernel/random_stream.h"

namespace sextant::comm {
namespace {

using Number = std::array<std::byte, 8>;

/// The number of a page: a bijection of (object, page) that leaves no bits equal (splitmix64's).
Number number_of(std::uint64_t object, std::uint64_t page) {
  std::uint64_t bits = object * 0x9e3779b97f4a7c15ull + page;
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9ull;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebull;
  bits ^= bits >> 31;
  Number number;
  std::memcpy(number.data(), &bits, sizeof bits);
  return number;
}

}  // namespace

Pattern::Pattern() : period_(kPeriod) {
  RandomStream stream(0, "storage.pattern");
  for (std::size_t i = 0; i < kPeriod; i += sizeof(std::uint64_t)) {
    const std::uint64_t bits = stream.next();
    std::memcpy(period_.data() + i, &bits, sizeof bits);
  }
}

void Pattern::fill(std::uint64_t object, std::uint64_t offset, std::span<std::byte> to) const {
  while (!to.empty()) {
    const std::size_t in_page = offset % kPage;
    const std::size_t length = std::min(kPage - in_page, to.size());
    std::memcpy(to.data(), period_.data() + offset % kPeriod, length);
    const Number number = number_of(object, offset / kPage);
    if (in_page < number.size()) {
      std::memcpy(to.data(), number.data() + in_page, std::min(length, number.size() - in_page));
    }
    offset += length;
    to = to.subspan(length);
  }
}

void Pattern::renumber(std::uint64_t object, std::uint64_t offset, std::span<std::byte> to) {
  for (std::size_t i = 0; i < to.size(); i += kPage) {
    const Number number = number_of(object, (offset + i) / kPage);
    std::memcpy(to.data() + i, number.data(), number.size());
  }
}

std::optional<std::uint64_t> Pattern::first_difference(std::uint64_t object, std::uint64_t offset,
                                                       std::span<const std::byte> found) const {
  std::array<std::byte, kPage> expected;
  while (!found.empty()) {
    const std::size_t length = std::min(kPage - offset % kPage, found.size());
    fill(object, offset, {expected.data(), length});
    const auto [ours, theirs] = std::mismatch(
        expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(length), found.begin());
    if (theirs != found.begin() + static_cast<std::ptrdiff_t>(length)) {
      return offset + static_cast<std::uint64_t>(theirs - found.begin());
    }
    offset += length;
    found = found.subspan(length);
  }
  return std::nullopt;
}

}  // namespace sextant::comm

#pragma once

#include <algorithm>
#include <cstdint>

#include "sextant/kernel/distributions.h"
#include "sextant/kernel/random_stream.h"

namespace sextant {

/// Uniform draws of which every n in a row fall one into each n-th of [0, 1), n a power of two, in
/// an order that differs from one n to the next. Where one sampled client stands for n, what all
/// of them do together scatters as little as it would with n times as many draws.
class StratifiedDraws {
 public:
  explicit StratifiedDraws(double strata) {
    while (bits_ < 6 && static_cast<double>(2U << bits_) <= strata) ++bits_;
  }

  double next(RandomStream& stream) {
    const std::uint64_t random = stream.next();
    const std::uint64_t strata = std::uint64_t{1} << bits_;
    if (drawn_ % strata == 0) flip_ = random % strata;
    const std::uint64_t stratum = reversed(drawn_++ % strata) ^ flip_;
    const double within = static_cast<double>(random >> 11) * 0x1p-53;
    return (static_cast<double>(stratum) + within) / static_cast<double>(strata);
  }

 private:
  std::uint64_t reversed(std::uint64_t i) const {
    std::uint64_t result = 0;
    for (unsigned bit = 0; bit < bits_; ++bit) result |= (i >> bit & 1) << (bits_ - 1 - bit);
    return result;
  }

  unsigned bits_ = 0;
  std::uint64_t drawn_ = 0;
  std::uint64_t flip_ = 0;
};

}  // namespace sextant

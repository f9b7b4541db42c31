#pragma once

#include "sextant/kernel/quantity.h"

namespace sextant::io {

/// The exponents of a Quantity as a value, for tables and messages.
struct Dimension {
  int bytes = 0;
  int flops = 0;
  int seconds = 0;
  int joules = 0;
  int usd = 0;
  int grams = 0;

  friend bool operator==(const Dimension&, const Dimension&) = default;
};

template <class T>
inline constexpr bool kIsQuantity = false;
template <int B, int F, int S, int J, int U, int G>
inline constexpr bool kIsQuantity<Quantity<B, F, S, J, U, G>> = true;

/// The dimension of a Quantity type.
template <class T>
inline constexpr Dimension kDimensionOf{};
template <int B, int F, int S, int J, int U, int G>
inline constexpr Dimension kDimensionOf<Quantity<B, F, S, J, U, G>>{B, F, S, J, U, G};

}  // namespace sextant::io

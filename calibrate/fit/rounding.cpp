#include "calibrate/fit/rounding.h"

#include <array>
#include <charconv>

namespace sextant::fit {

double rounded(double value) {
  // Through decimal digits, so that the result is the double that prints as them.
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                 std::chars_format::scientific, 3);
  double result = value;
  std::from_chars(digits.data(), end.ptr, result);
  return result;
}

}  // namespace sextant::fit

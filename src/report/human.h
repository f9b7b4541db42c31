#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sextant/kernel/quantity.h"

namespace sextant::report {

/// A unit that suits a value, for numbers that people read: 4501440 s is 52.1 days. A range is
/// written in the scale of its middle. The exact numbers, in base units, are in the JSON document.
struct Scale {
  double unit_si;  ///< one unit in base units
  std::string_view unit;
};

Scale scale_of(Seconds value);
Scale scale_of(Usd value);
Scale scale_of(Joules value);
Scale scale_of(GramsCo2e value);
Scale scale_of(Bytes value);

/// At least `digits` significant digits; whole numbers with thousands separated: 0.0123, 52.1,
/// 10,104.
std::string significant(double value, int digits = 3);

/// 15.6T, 405B, 1,000: counts as people write them.
std::string human_count(double value);

/// 2,048.
std::string grouped(std::int64_t value);

/// Lines of at most `columns` characters, broken at blanks, each behind `indent` blanks and ended.
std::string wrapped(std::string_view text, int indent = 2, std::size_t columns = 98);

/// 72.3 %.
std::string percent(double share);

/// "+0.2 %"; what is too small to see has no sign of its own.
std::string growth(double share);

template <class Q>
std::string in_scale(Q value, Scale scale) {
  return significant(value.si() / scale.unit_si);
}

/// "52.1 days".
template <class Q>
std::string human(Q value) {
  const Scale scale = scale_of(value);
  return in_scale(value, scale) + " " + std::string(scale.unit);
}

}  // namespace sextant::report

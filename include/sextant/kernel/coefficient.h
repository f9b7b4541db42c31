#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/field.h"

namespace sextant {

/// Where a number comes from.
enum class Method { kMeasured, kFitted, kDatasheet, kDerived, kAssumed };

template <>
struct EnumNames<Method> {
  static constexpr std::array table{
      std::pair{Method::kMeasured, "measured"}, std::pair{Method::kFitted, "fitted"},
      std::pair{Method::kDatasheet, "datasheet"}, std::pair{Method::kDerived, "derived"},
      std::pair{Method::kAssumed, "assumed"}};
};

/// A number that stands in models/: nothing enters there without its provenance. `T` is a
/// Quantity, a double or an int. Reads as T where a T is expected.
template <class T>
struct Coefficient {
  T value{};
  std::string source;  ///< A document that a reader can find, or a calibration file.
  std::string date;    ///< ISO 8601: of the source, or of the measurement.
  Method method = Method::kAssumed;
  /// 80 % range of the value, where it is known.
  std::optional<std::array<T, 2>> range;

  constexpr operator T() const { return value; }  // NOLINT(google-explicit-constructor)
};

template <class Archive, class T>
void visit(Archive& a, Coefficient<T>& c) {
  a.object("coefficient", "A number with its provenance.");
  a.field("value", c.value, {.doc = "The number, with its unit", .required = true});
  a.field("source", c.source, {.doc = "Where it was read or measured", .required = true});
  a.field("date", c.date, {.doc = "Date of the source, ISO 8601"});
  a.field("method", c.method, {.doc = "How the number was obtained", .required = true});
  a.field("range", c.range, {.doc = "80 % range of the value"});
}

}  // namespace sextant

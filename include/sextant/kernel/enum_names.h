#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace sextant {

/// The names of an enum in files and in output. Specialise for every enum that a user can see:
///
///     template <> struct EnumNames<Recompute> {
///       static constexpr std::array table{std::pair{Recompute::kNone, "none"}, ...};
///     };
template <class Enum>
struct EnumNames;

template <class Enum>
constexpr std::string_view enum_name(Enum value) {
  for (const auto& [candidate, name] : EnumNames<Enum>::table) {
    if (candidate == value) return name;
  }
  return "?";
}

template <class Enum>
constexpr std::optional<Enum> enum_from_name(std::string_view text) {
  for (const auto& [candidate, name] : EnumNames<Enum>::table) {
    if (text == name) return candidate;
  }
  return std::nullopt;
}

}  // namespace sextant

#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/field.h"
#include "src/io/dimension.h"
#include "src/io/node.h"

namespace sextant::io {

/// A struct that files may give as one word: see kShortForm.
template <class T>
inline constexpr bool kHasShortForm =
    !std::is_same_v<std::remove_cv_t<decltype(kShortForm<T>)>, std::nullptr_t>;

template <class T>
inline constexpr bool kIsCoefficient = false;
template <class T>
inline constexpr bool kIsCoefficient<Coefficient<T>> = true;

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

template <class T>
inline constexpr bool kIsVector = false;
template <class T>
inline constexpr bool kIsVector<std::vector<T>> = true;

template <class T>
inline constexpr bool kIsArray = false;
template <class T, std::size_t N>
inline constexpr bool kIsArray<std::array<T, N>> = true;

template <class T>
inline constexpr bool kIsMap = false;
template <class T>
inline constexpr bool kIsMap<std::map<std::string, T>> = true;

/// A word or a quantity: `"interval": "optimal"` or `"interval": "30 min"`.
template <class T>
inline constexpr bool kIsWordOrQuantity = false;
template <class E, class Q>
inline constexpr bool kIsWordOrQuantity<std::variant<E, Q>> = std::is_enum_v<E>&& kIsQuantity<Q>;

/// A word or a list: `"stages": "balanced"` or `"stages": [7, 9]`.
template <class T>
inline constexpr bool kIsWordOrList = false;
template <class E, class L>
inline constexpr bool kIsWordOrList<std::variant<E, std::vector<L>>> = std::is_enum_v<E>;

/// Anything, kept as the tree that it is: what another reader reads. Its places hold as long as its
/// document.
template <class T>
inline constexpr bool kIsTree = std::is_same_v<T, Node>;

/// The names of an enum, in the order of its table.
template <class Enum>
std::vector<std::string> enum_words() {
  std::vector<std::string> words;
  words.reserve(EnumNames<Enum>::table.size());
  for (const auto& [value, name] : EnumNames<Enum>::table) words.emplace_back(name);
  return words;
}

}  // namespace sextant::io

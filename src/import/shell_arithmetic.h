#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sextant::importer {

/// The value of $((expression)): whole numbers and variables with + - * / % and parentheses.
/// `value_of` gives a variable's value. Nothing for any other expression, for a variable without a
/// value, a division by zero, or beyond 63 bits.
std::optional<std::int64_t> shell_arithmetic(
    std::string_view expression,
    const std::function<std::optional<std::string>(const std::string&)>& value_of);

}  // namespace sextant::importer

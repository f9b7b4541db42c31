#pragma once

#include <fmt/format.h>

namespace sextant {

/// Prints the place and the message to stderr and aborts. Called by SEXTANT_ASSERT only.
[[noreturn]] void assertion_failed(const char* file, int line, const char* condition,
                                   const std::string& message);

}  // namespace sextant

/// A programmer's error, never a user's: on in every build. User input is reported with
/// `io::Diagnostics` instead.
/// Usage: `SEXTANT_ASSERT(n > 0, "n is {}", n)`.
#define SEXTANT_ASSERT(condition, ...)                                                         \
  do {                                                                                         \
    if (!(condition)) [[unlikely]] {                                                           \
      ::sextant::assertion_failed(__FILE__, __LINE__, #condition, ::fmt::format(__VA_ARGS__)); \
    }                                                                                          \
  } while (false)

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sextant::serve {

/// What a browser asks, as it came in.
struct Request {
  std::string method;
  std::string target;  ///< "/plan?scenario=llama3": not decoded
  std::vector<std::pair<std::string, std::string>> headers = {};

  /// The value of a header, whatever the case of its name; of one that is given twice: nothing.
  std::optional<std::string> header(std::string_view name) const;
  bool has_header(std::string_view name) const;
};

/// A target, taken apart. Paths are compared as they are: no path of this server needs an escape.
struct Target {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query = {};  ///< decoded, in order

  /// The first value of that name; empty if there is none.
  std::string value(std::string_view name) const;
};

/// Nothing where the target is not "/…", has a broken escape, more than kMostParameters, or what
/// is not printable UTF-8.
std::optional<Target> parse_target(std::string_view target);

inline constexpr std::size_t kLongestTarget = 8000;
inline constexpr std::size_t kMostParameters = 100;

}  // namespace sextant::serve

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sextant::ingest {

/// Collects a JSON object that stands in a log, whether it fills one line or many, and is known by
/// its first key.
class JsonBlock {
 public:
  enum class State { kOutside, kInside, kComplete, kTooLong };

  /// @param key the first key of the object, without quotes
  explicit JsonBlock(std::string_view key) : key_('"' + std::string(key) + '"') {}

  /// Takes the next line. kOutside: it does not belong to the object.
  State add(std::string_view line);
  /// The object so far.
  const std::string& text() const { return text_; }

 private:
  static constexpr std::size_t kLongest = 16 << 20;  ///< bytes

  bool begins(std::string_view line) const;
  State take(std::string_view line);

  std::string key_;
  std::string text_;
  bool brace_before_ = false;  ///< the line before was only a brace
  int depth_ = 0;              ///< of braces; 0: outside
  bool in_string_ = false;
  bool escaped_ = false;
};

}  // namespace sextant::ingest

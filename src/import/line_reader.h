#pragma once

#include <array>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace sextant::importer {

/// Cuts a stream into lines, in bounded memory. Ends of lines ("\n" or "\r\n") and a byte-order
/// mark are left out.
class LineReader {
 public:
  static constexpr std::size_t kLongest = std::size_t{64} << 10;

  explicit LineReader(std::istream& stream) : stream_(stream) {}

  /// The next line, valid until the next call; none at the end. Of a line that is longer than
  /// kLongest only so much is kept: see too_long().
  std::optional<std::string_view> next();

  std::uint64_t number() const { return number_; }  ///< of the last line, from 1
  bool too_long() const { return too_long_; }       ///< the last line was

 private:
  bool refill();

  std::istream& stream_;
  std::array<char, std::size_t{64} << 10> buffer_{};
  std::string_view rest_;
  std::string carried_;
  std::uint64_t number_ = 0;
  bool too_long_ = false;
};

}  // namespace sextant::importer

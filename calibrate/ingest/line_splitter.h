#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace sextant::ingest {

/// Cuts a stream that comes in pieces into lines, in bounded memory: of a longer line only the
/// first kLongest bytes are kept. NUL bytes are left out, so that UTF-16 reads as ASCII.
class LineSplitter {
 public:
  static constexpr std::size_t kLongest = std::size_t{64} << 10;

  /// Calls take(line) for every line that ends in the piece, without its end.
  template <class Take>
  void feed(std::string_view piece, Take take) {
    has_nul_ |= piece.find('\0') != std::string_view::npos;
    while (!piece.empty()) {
      const std::size_t end = piece.find('\n');
      const std::string_view line = piece.substr(0, end);
      if (end == std::string_view::npos) return keep(line);
      if (carried_.empty()) {
        hand_on(line.substr(0, kLongest), take);
      } else {
        keep(line);
        hand_on(carried_, take);
        carried_.clear();
      }
      piece.remove_prefix(end + 1);
    }
  }

  /// The last line, if it has no end.
  template <class Take>
  void finish(Take take) {
    if (!carried_.empty()) hand_on(carried_, take);
    carried_.clear();
  }

 private:
  void keep(std::string_view line) {
    carried_.append(line.substr(0, kLongest - std::min(kLongest, carried_.size())));
  }

  template <class Take>
  void hand_on(std::string_view line, Take& take) {
    if (has_nul_) {
      without_nul_.clear();
      for (const char c : line) {
        if (c != '\0') without_nul_ += c;
      }
      line = without_nul_;
    }
    if (line.ends_with('\r')) line.remove_suffix(1);
    take(line);
  }

  std::string carried_;  ///< the beginning of a line whose end has not come
  std::string without_nul_;
  bool has_nul_ = false;  ///< somewhere in the stream
};

}  // namespace sextant::ingest

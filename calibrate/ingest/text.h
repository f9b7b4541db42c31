#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sextant::ingest {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
/// ASCII only.
inline bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
inline bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// Without blanks, tabs and carriage returns at both ends.
std::string_view trimmed(std::string_view text);

/// ASCII letters in lower case.
std::string lower(std::string_view text);

/// The whole text as a finite number: "12", "1e-3", "-0.5".
std::optional<double> to_number(std::string_view text);

/// The whole text as digits only: a count, a size in bytes.
std::optional<double> to_count(std::string_view text);

/// Digits with a suffix k, m, g or b of 1,000 or 1,024 to the power 1, 2, 3: "1.5k", "2m", "20".
std::optional<double> to_suffixed(std::string_view text, double base);

/// What stands between `begin` and the next `end` behind it; empty where there is none.
std::string_view between(std::string_view text, std::string_view begin, std::string_view end);

/// Cuts a line at blanks and tabs; returns how many words were found, at most as many as fit.
std::size_t split_words(std::string_view line, std::span<std::string_view> words);

/// The words of a line, separated by blanks and tabs.
class Words {
 public:
  /// Longer lines than this are no row of a table; the words beyond are not kept.
  static constexpr std::size_t kMax = 160;

  explicit Words(std::string_view line);

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::string_view operator[](std::size_t i) const { return words_[i]; }
  const std::string_view* begin() const { return words_.data(); }
  const std::string_view* end() const { return words_.data() + size_; }

 private:
  std::array<std::string_view, kMax> words_;
  std::size_t size_ = 0;
};

}  // namespace sextant::ingest

#include "calibrate/ingest/text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

namespace sextant::ingest {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

}  // namespace

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

std::optional<double> to_number(std::string_view text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<double> to_count(std::string_view text) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
  return to_number(text);
}

std::optional<double> to_suffixed(std::string_view text, double base) {
  double factor = 1;
  if (!text.empty() && !is_digit(text.back())) {
    switch (text.back()) {
      case 'k':
      case 'K':
        factor = base;
        break;
      case 'm':
      case 'M':
        factor = base * base;
        break;
      case 'g':
      case 'G':
      case 'b':
        factor = base * base * base;
        break;
      default:
        return std::nullopt;
    }
    text.remove_suffix(1);
  }
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  const auto value = to_number(text);
  if (!value) return std::nullopt;
  return *value * factor;
}

std::string_view between(std::string_view text, std::string_view begin, std::string_view end) {
  const std::size_t found = text.find(begin);
  if (found == std::string_view::npos) return {};
  const std::size_t from = found + begin.size();
  const std::size_t to = text.find(end, from);
  return to == std::string_view::npos ? std::string_view() : text.substr(from, to - from);
}

std::size_t split_words(std::string_view line, std::span<std::string_view> words) {
  const char* at = line.data();
  const char* const end = at + line.size();
  std::size_t count = 0;
  while (count < words.size()) {
    while (at != end && is_blank(*at)) ++at;
    if (at == end) break;
    const char* const begin = at;
    while (at != end && !is_blank(*at)) ++at;
    words[count++] = {begin, static_cast<std::size_t>(at - begin)};
  }
  return count;
}

Words::Words(std::string_view line) : size_(split_words(line, words_)) {}

}  // namespace sextant::ingest

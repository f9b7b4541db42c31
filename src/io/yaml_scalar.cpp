#include "src/io/yaml_scalar.h"

#include <algorithm>
#include <charconv>

namespace sextant::io {
namespace {

constexpr std::string_view kBehindPlain = " \t\r\n,]}";
constexpr std::string_view kStandardTags = "tag:yaml.org,2002:";

std::size_t digits_end(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of("0123456789", at), text.size());
}

/// A number as JSON writes it, or with a sign or a point in front: "+1", ".5", "1.".
bool is_number(std::string_view text, bool& whole) {
  std::size_t at = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  const std::size_t first = at;
  at = digits_end(text, at);
  std::size_t digits = at - first;
  if (digits > 1 && text[first] == '0') return false;  // octal to some, decimal to others
  whole = at == text.size();
  if (at < text.size() && text[at] == '.') {
    const std::size_t end = digits_end(text, at + 1);
    digits += end - at - 1;
    at = end;
  }
  if (digits == 0) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    const std::size_t end = digits_end(text, at);
    if (end == at) return false;
    at = end;
  }
  return at == text.size();
}

template <class T>
std::optional<T> parsed(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Node::Value resolve_plain(const std::string& text) {
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  bool whole = false;
  if (!is_number(text, whole)) return text;
  if (whole) {
    if (const auto number = parsed<std::int64_t>(text)) return *number;
    if (const auto number = parsed<std::uint64_t>(text)) return *number;
  }
  if (const auto number = parsed<double>(text)) return *number;
  return text;
}

/// Behind the quote that ends the text whose quote stands at `at`.
std::size_t quoted_end(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || i + 1 >= text.size() || text[i + 1] != quote) return i + 1;
      ++i;
    }
  }
  return text.size();
}

}  // namespace

std::size_t yaml_content_begin(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == '&' || text[at] == '!')) {
    const std::size_t end = text.find_first_of(" \t\r\n", at);
    const std::size_t next = text.find_first_not_of(" \t\r\n", end);
    if (next == std::string_view::npos) return at;
    at = next;
  }
  return std::min(at, text.size());
}

YamlToken yaml_scalar_token(std::string_view text, std::size_t at, std::string_view value) {
  const std::size_t begin = yaml_content_begin(text, at);
  if (begin == text.size()) return {begin, begin};
  if (text[begin] == '"' || text[begin] == '\'') return {begin, quoted_end(text, begin)};
  if (!value.empty() && text.substr(begin).starts_with(value)) return {begin, begin + value.size()};
  return {begin, std::min(text.find_first_of("\r\n", begin), text.size())};
}

std::size_t yaml_null_end(std::string_view text, std::size_t at) {
  at = yaml_content_begin(text, at);
  for (const std::string_view word : {"~", "null", "Null", "NULL"}) {
    if (!text.substr(at).starts_with(word)) continue;
    const std::size_t end = at + word.size();
    if (end == text.size() || kBehindPlain.find(text[end]) != std::string_view::npos) return end;
  }
  return at;
}

std::optional<Node::Value> resolve_yaml_scalar(std::string_view tag, const std::string& text) {
  if (tag == "?") return resolve_plain(text);
  if (tag == "!") return text;
  if (!tag.starts_with(kStandardTags)) return std::nullopt;
  tag.remove_prefix(kStandardTags.size());
  if (tag == "str") return text;
  Node::Value value = resolve_plain(text);
  const bool integer =
      std::holds_alternative<std::int64_t>(value) || std::holds_alternative<std::uint64_t>(value);
  const bool fits = (tag == "bool" && std::holds_alternative<bool>(value)) ||
                    (tag == "int" && integer) ||
                    (tag == "float" && (integer || std::holds_alternative<double>(value)));
  return fits ? std::optional(std::move(value)) : std::nullopt;
}

}  // namespace sextant::io

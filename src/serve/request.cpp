#include "src/serve/request.h"

#include <strings.h>

#include <algorithm>

#include "src/io/printable.h"

namespace sextant::serve {
namespace {

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

/// The value of a hexadecimal digit; -1 for anything else.
int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = digit(text[i + 1]), low = digit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    result += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (io::printable(result) != result) return std::nullopt;
  return result;
}

bool add_parameter(Target& target, std::string_view text) {
  if (text.empty()) return true;
  const std::size_t equals = text.find('=');
  auto name = decoded(text.substr(0, equals));
  auto value = decoded(equals == std::string_view::npos ? "" : text.substr(equals + 1));
  if (!name || !value || target.query.size() == kMostParameters) return false;
  target.query.emplace_back(*std::move(name), *std::move(value));
  return true;
}

}  // namespace

bool Request::has_header(std::string_view name) const {
  return std::any_of(headers.begin(), headers.end(),
                     [&](const auto& header) { return same_name(header.first, name); });
}

std::optional<std::string> Request::header(std::string_view name) const {
  std::optional<std::string> found;
  for (const auto& [key, value] : headers) {
    if (!same_name(key, name)) continue;
    if (found) return std::nullopt;
    found = value;
  }
  return found;
}

std::string Target::value(std::string_view name) const {
  const auto found = std::find_if(query.begin(), query.end(),
                                  [&](const auto& parameter) { return parameter.first == name; });
  return found == query.end() ? "" : found->second;
}

std::optional<Target> parse_target(std::string_view text) {
  if (text.empty() || text[0] != '/' || text.size() > kLongestTarget) return std::nullopt;
  if (io::printable(text) != text || text.find('#') != std::string_view::npos) return std::nullopt;
  const std::size_t mark = text.find('?');
  Target target{.path = std::string(text.substr(0, mark))};
  std::string_view rest = mark == std::string_view::npos ? "" : text.substr(mark + 1);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    if (!add_parameter(target, rest.substr(0, end))) return std::nullopt;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return target;
}

}  // namespace sextant::serve

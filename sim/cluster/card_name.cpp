#include "sim/cluster/card_name.h"

#include <fmt/format.h>

#include <charconv>

namespace sextant {
namespace {

/// Takes `word` and a whole number without leading zeros off the front.
std::optional<int> take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return std::nullopt;
  text.remove_prefix(word.size());
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto digits = static_cast<std::size_t>(end - text.data());
  if (error != std::errc() || text.front() == '-') return std::nullopt;
  if (text.front() == '0' && digits > 1) return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

}  // namespace

std::optional<CardName> parse_card_name(std::string_view name) {
  const std::optional<int> node = take(name, "node-");
  if (!node) return std::nullopt;
  const std::optional<int> card = take(name, "/card-");
  if (!card || !name.empty()) return std::nullopt;
  return CardName{*node, *card};
}

std::string card_name(int node, int card) { return fmt::format("node-{}/card-{}", node, card); }

}  // namespace sextant

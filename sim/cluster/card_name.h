#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sextant {

/// A card as an explicit graph names it: "node-3/card-0".
struct CardName {
  int node = 0;
  int card = 0;
};

/// Absent: `name` is no card's.
std::optional<CardName> parse_card_name(std::string_view name);
std::string card_name(int node, int card);

}  // namespace sextant

#include "calibrate/ingest/sheet.h"

#include <algorithm>
#include <initializer_list>

#include "calibrate/ingest/plausible.h"
#include "calibrate/ingest/text.h"

namespace sextant::ingest {
namespace {

using Role = SheetColumn::Role;
using Kind = SheetUnit::Kind;

int whole(const Sheet& sheet, const SheetRow& row, Role role) {
  const auto column = sheet.find(role);
  const auto value = column ? to_count(without_markup(row.cells[*column])) : std::nullopt;
  return value && *value < 1e7 ? static_cast<int>(*value) : 0;
}

}  // namespace

std::optional<std::size_t> Sheet::find(Role role) const {
  const auto found =
      std::find_if(columns.begin(), columns.end(),
                   [role](const SheetColumn& column) { return column.role == role; });
  if (found == columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns.begin());
}

std::optional<double> sheet_bytes(const Sheet& sheet, const SheetRow& row, bool binary) {
  const std::size_t column = *sheet.find(Role::kSize);
  const auto amount = sheet_amount(row.cells[column]);
  if (!amount || amount->number.value <= 0) return std::nullopt;
  const SheetUnit unit = amount->unit.value_or(*sheet.columns[column].unit);
  if (unit.kind != Kind::kBytes) return std::nullopt;
  return amount->number.value * (binary ? unit.binary_factor : unit.factor);
}

std::optional<PrintedNumber> sheet_figure(const Sheet& sheet, const SheetRow& row,
                                          std::optional<std::size_t> column) {
  if (!column) return std::nullopt;
  const auto amount = sheet_amount(row.cells[*column]);
  const SheetUnit expected = *sheet.columns[*column].unit;
  if (!amount || (amount->unit && amount->unit->kind != expected.kind)) return std::nullopt;
  const double factor = amount->unit.value_or(expected).factor;
  return PrintedNumber{amount->number.value * factor, amount->number.half * factor};
}

SheetPlace sheet_place(const Sheet& sheet, const SheetRow& row, const FigureColumns& figures,
                       const LogHints& hints) {
  const SheetColumn& column = sheet.columns[figures.first];
  const auto first = [](std::initializer_list<int> values) {
    for (const int value : values) {
      if (value > 0) return value;
    }
    return 0;
  };
  SheetPlace place;
  place.ranks = first({column.ranks, whole(sheet, row, Role::kRanks)});
  place.nodes = first({column.nodes, whole(sheet, row, Role::kNodes)});
  place.ranks_per_node = first({whole(sheet, row, Role::kRanksPerNode)});
  if (place.nodes == 0 && (place.ranks == 0 || place.ranks_per_node == 0)) {
    place.nodes = hints.nodes;
  }
  if (place.ranks_per_node == 0 && (place.ranks == 0 || place.nodes == 0)) {
    place.ranks_per_node = hints.ranks_per_node;
  }
  if (place.ranks == 0) place.ranks = ranks_on(place.nodes, place.ranks_per_node);
  if (place.nodes == 0 && place.ranks_per_node > 0 && place.ranks % place.ranks_per_node == 0) {
    place.nodes = place.ranks / place.ranks_per_node;
  }
  if (place.ranks_per_node == 0 && place.nodes > 0 && place.ranks % place.nodes == 0) {
    place.ranks_per_node = place.ranks / place.nodes;
  }
  return place;
}

}  // namespace sextant::ingest

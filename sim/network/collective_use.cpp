#include "sextant/network/collective_use.h"

#include <fmt/format.h>

#include <algorithm>

namespace sextant {
namespace {

constexpr double kLatencyOnly = 1024.0;

/// Bytes by which the kind's curve is read.
Bytes curve_bytes(CollectiveKind kind, Bytes bytes, int ranks) {
  const bool in_all = kind == CollectiveKind::kAllReduce || kind == CollectiveKind::kMessage;
  return in_all ? bytes : bytes / static_cast<double>(ranks);
}

bool is_of(CollectiveKind kind, const std::string& operation) {
  switch (kind) {
    case CollectiveKind::kAllReduce:
      return operation == "all_reduce";
    case CollectiveKind::kHalfAllReduce:
      return operation == "all_gather" || operation == "reduce_scatter";
    case CollectiveKind::kAllToAll:
      return operation == "all_to_all";
    case CollectiveKind::kMessage:
      break;
  }
  return operation == "point_to_point";
}

std::string text(Bytes bytes) {
  const double value = bytes.si();
  if (value >= 1e9) return fmt::format("{:.3g} GB", value / 1e9);
  if (value >= 1e6) return fmt::format("{:.3g} MB", value / 1e6);
  return fmt::format("{:.3g} kB", value / 1e3);
}

}  // namespace

void CollectiveUse::record(CollectiveKind kind, Bytes bytes, GroupPlacement group) {
  if (group.nodes() < 2 || bytes < Bytes(kLatencyOnly)) return;
  Range& range = used_[static_cast<std::size_t>(kind)];
  const Bytes own = curve_bytes(kind, bytes, group.ranks);
  const bool first = range.most_nodes == 0;
  range.fewest_nodes = first ? group.nodes() : std::min(range.fewest_nodes, group.nodes());
  range.most_nodes = std::max(range.most_nodes, group.nodes());
  range.smallest = first ? own : std::min(range.smallest, own);
  range.largest = first ? own : std::max(range.largest, own);
}

std::vector<std::string> CollectiveUse::beyond(const CollectiveCoefficients& measured) const {
  std::vector<std::string> notes;
  for (const auto& [kind, name] : EnumNames<CollectiveKind>::table) {
    const Range& used = used_[static_cast<std::size_t>(kind)];
    if (used.most_nodes == 0) continue;
    Range known;
    for (const FitErrors& row : measured.errors) {
      if (row.nodes < 2 || !is_of(kind, row.operation)) continue;
      const int ranks = row.nodes * measured.ranks_per_node;
      const Bytes low = curve_bytes(kind, row.smallest, ranks);
      const Bytes high = curve_bytes(kind, row.largest, ranks);
      const bool first = known.most_nodes == 0;
      known.fewest_nodes = first ? row.nodes : std::min(known.fewest_nodes, row.nodes);
      known.most_nodes = std::max(known.most_nodes, row.nodes);
      known.smallest = first ? low : std::min(known.smallest, low);
      known.largest = first ? high : std::max(known.largest, high);
    }
    if (known.most_nodes == 0) {
      notes.push_back(fmt::format("{} across nodes was not measured on this instance", name));
      continue;
    }
    if (used.most_nodes > known.most_nodes || used.fewest_nodes < known.fewest_nodes) {
      notes.push_back(
          fmt::format("{} across {} nodes: measured on {} to {}", name,
                      used.most_nodes > known.most_nodes ? used.most_nodes : used.fewest_nodes,
                      known.fewest_nodes, known.most_nodes));
    }
    if (used.largest > known.largest || used.smallest < known.smallest) {
      notes.push_back(fmt::format("{} of {} {}: measured from {} to {}", name,
                                  text(used.largest > known.largest ? used.largest : used.smallest),
                                  curve_bytes(kind, Bytes(2), 2) < Bytes(2) ? "per rank" : "in all",
                                  text(known.smallest), text(known.largest)));
    }
  }
  return notes;
}

}  // namespace sextant

#include "sim/network/link_columns.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

namespace sextant {
namespace {

using Column = std::span<const LinkColumns::Entry>;

/// Of the patterns, and of their flows in units of the first's.
std::uint64_t hash_of_proportions(Column column) {
  std::uint64_t hash = column.size();
  for (const LinkColumns::Entry& entry : column) {
    hash = mix(hash, static_cast<std::uint64_t>(entry.pattern));
    hash = mix(hash, rounded_bits(entry.flows / column.front().flows));
  }
  return hash;
}

bool in_proportion(Column a, Column b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](const auto& x, const auto& y) {
    const double one = x.flows * b.front().flows, other = y.flows * a.front().flows;
    return x.pattern == y.pattern && std::abs(one - other) <= kSameLoad * one;
  });
}

struct Candidate {
  std::uint64_t hash = 0;
  double width = 0.0;  ///< capacity for the first pattern's flows
  std::size_t link = 0;
};

std::vector<Candidate> candidates(const LinkColumns& columns, std::span<const double> capacities,
                                  std::vector<bool>& kept) {
  std::vector<Candidate> found;
  for (std::size_t link = 0; link < columns.links(); ++link) {
    const Column column = columns.of(link);
    if (column.empty()) kept[link] = false;
    if (!kept[link]) continue;
    found.push_back({hash_of_proportions(column), capacities[link] / column.front().flows, link});
  }
  std::sort(found.begin(), found.end(), [](const Candidate& a, const Candidate& b) {
    return std::tie(a.hash, a.width, a.link) < std::tie(b.hash, b.width, b.link);
  });
  return found;
}

}  // namespace

LinkColumns::LinkColumns(std::size_t links, std::span<const std::vector<FlowLoad>> patterns,
                         const std::vector<bool>& used)
    : first_(links + 1, 0) {
  const auto each = [&](auto&& visit) {
    for (std::size_t pattern = 0; pattern < patterns.size(); ++pattern) {
      if (!used[pattern]) continue;
      for (const FlowLoad& load : patterns[pattern]) {
        if (load.flows > 0.0) visit(pattern, load);
      }
    }
  };
  each([&](std::size_t, const FlowLoad& load) {
    ++first_[static_cast<std::size_t>(load.link) + 1];
  });
  std::partial_sum(first_.begin(), first_.end(), first_.begin());
  entries_.resize(first_.back());
  std::vector<std::size_t> next(first_.begin(), first_.end() - 1);
  each([&](std::size_t pattern, const FlowLoad& load) {
    entries_[next[static_cast<std::size_t>(load.link)]++] = {static_cast<std::int32_t>(pattern),
                                                             load.flows};
  });
}

void keep_narrowest(const LinkColumns& columns, std::span<const double> capacities,
                    std::vector<bool>& kept) {
  const std::vector<Candidate> found = candidates(columns, capacities, kept);
  for (std::size_t i = 0, leader = 0; i < found.size(); ++i) {
    const Column column = columns.of(found[i].link);
    if (i > leader && found[i].hash == found[leader].hash &&
        in_proportion(column, columns.of(found[leader].link))) {
      kept[found[i].link] = false;
    } else {
      leader = i;
    }
  }
}

std::vector<std::int32_t> renumber_links(const std::vector<bool>& kept,
                                         std::vector<double>& capacities,
                                         std::vector<std::vector<FlowLoad>>& patterns) {
  std::vector<std::int32_t> old_number, new_number(kept.size(), -1);
  for (std::size_t link = 0; link < kept.size(); ++link) {
    if (!kept[link]) continue;
    new_number[link] = static_cast<std::int32_t>(old_number.size());
    capacities[old_number.size()] = capacities[link];
    old_number.push_back(static_cast<std::int32_t>(link));
  }
  capacities.resize(old_number.size());
  for (std::vector<FlowLoad>& loads : patterns) {
    std::erase_if(loads, [&](const FlowLoad& load) {
      return new_number[static_cast<std::size_t>(load.link)] < 0;
    });
    for (FlowLoad& load : loads) load.link = new_number[static_cast<std::size_t>(load.link)];
  }
  return old_number;
}

}  // namespace sextant

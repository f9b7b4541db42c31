#include "src/io/nearest_name.h"

#include <algorithm>
#include <vector>

namespace sextant::io {
namespace {

constexpr std::size_t kLongestName = 80;  ///< hostile input must not cost a quadratic amount

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool begins_with(std::string_view text, std::string_view start) {
  return text.size() >= start.size() &&
         std::equal(start.begin(), start.end(), text.begin(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

std::optional<std::string> only_completion(std::string_view start,
                                           std::span<const std::string> candidates) {
  std::optional<std::string> completion;
  if (start.empty()) return completion;
  for (const std::string& candidate : candidates) {
    if (!begins_with(candidate, start)) continue;
    if (completion) return std::nullopt;
    completion = candidate;
  }
  return completion;
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                           lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[b.size()];
}

std::optional<std::string> nearest_name(std::string_view name,
                                        std::span<const std::string> candidates) {
  if (name.size() > kLongestName) return std::nullopt;
  std::optional<std::string> nearest;
  std::size_t fewest = 0;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kLongestName) continue;
    const std::size_t edits = edit_distance(name, candidate);
    const std::size_t allowed = std::max<std::size_t>(1, candidate.size() / 3);
    if (edits > allowed || edits >= candidate.size()) continue;
    if (nearest && edits >= fewest) continue;
    nearest = candidate;
    fewest = edits;
  }
  return nearest ? nearest : only_completion(name, candidates);
}

}  // namespace sextant::io

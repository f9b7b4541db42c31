#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace sextant {

/// Sorts entries by key; those of the same key become one, with the sum of their flows, added in
/// the order in which they came.
template <class Entry, class Key>
void sum_equal(std::vector<Entry>& entries, Key key) {
  std::stable_sort(entries.begin(), entries.end(),
                   [&](const Entry& a, const Entry& b) { return key(a) < key(b); });
  std::size_t kept = 0;
  for (const Entry& entry : entries) {
    if (kept > 0 && key(entries[kept - 1]) == key(entry)) {
      entries[kept - 1].flows += entry.flows;
    } else {
      entries[kept++] = entry;
    }
  }
  entries.resize(kept);
}

}  // namespace sextant

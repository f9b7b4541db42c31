#include "src/io/duplicate_keys.h"

#include <fmt/format.h>

#include <algorithm>

#include "src/io/printable.h"

namespace sextant::io {

void report_duplicate_keys(const Node::Object& members, Diagnostics& diagnostics) {
  std::vector<const Node::Member*> sorted;
  sorted.reserve(members.size());
  for (const Node::Member& member : members) sorted.push_back(&member);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto* a, const auto* b) { return a->key < b->key; });
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i]->key != sorted[i - 1]->key) continue;
    diagnostics
        .error(sorted[i]->key_place,
               fmt::format("found \"{}\" a second time in one object", printable(sorted[i]->key)))
        .notes.push_back({sorted[i - 1]->key_place, "given before"});
  }
}

}  // namespace sextant::io

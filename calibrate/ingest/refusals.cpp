#include "calibrate/ingest/refusals.h"

#include <algorithm>

namespace sextant::ingest {

void Refusals::add(std::uint64_t line, std::string_view reason) {
  ++total_;
  std::string kind;
  for (const char c : reason) {
    if (!((c >= '0' && c <= '9') || c == '.')) kind += c;
  }
  if (kinds_.size() >= kMostKinds && !kinds_.contains(kind)) kind = "other reasons";
  Kind& entry = kinds_[kind];
  ++entry.total;
  if (entry.first.size() < kShown) entry.first.push_back({line, std::string(reason)});
}

std::vector<Refusal> Refusals::shown() const {
  std::vector<Refusal> all;
  for (const auto& [key, kind] : kinds_) {
    all.insert(all.end(), kind.first.begin(), kind.first.end());
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Refusal& a, const Refusal& b) { return a.line < b.line; });
  return all;
}

}  // namespace sextant::ingest

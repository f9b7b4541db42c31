#include "calibrate/ingest/nccl_names.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace sextant::ingest {
namespace {

using Name = std::pair<std::string_view, std::string_view>;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view find(std::span<const Name> names, std::string_view text) {
  for (const auto& [known, name] : names) {
    const bool same = std::equal(text.begin(), text.end(), known.begin(), known.end(),
                                 [](char a, char b) { return lower(a) == b; });
    if (same) return name;
  }
  return {};
}

}  // namespace

std::string_view algorithm_name(std::string_view text) {
  static constexpr std::array kNames{Name{"ring", "ring"},
                                     Name{"tree", "tree"},
                                     Name{"nvls", "nvls"},
                                     Name{"nvlstree", "nvls_tree"},
                                     Name{"collnet", "collnet"},
                                     Name{"collnetdirect", "collnet"},
                                     Name{"collnetchain", "collnet"},
                                     Name{"pat", "pat"}};
  return find(kNames, text);
}

std::string_view protocol_name(std::string_view text) {
  static constexpr std::array kNames{Name{"ll", "ll"}, Name{"ll128", "ll128"},
                                     Name{"simple", "simple"}};
  return find(kNames, text);
}

}  // namespace sextant::ingest

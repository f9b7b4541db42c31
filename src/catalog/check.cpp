#include "src/catalog/check.h"

#include <algorithm>

namespace sextant::catalog {
namespace {

std::size_t index_of(Method method) {
  const auto& table = EnumNames<Method>::table;
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const auto& entry) { return entry.first == method; });
  return static_cast<std::size_t>(found - table.begin());
}

/// Names "family/name" of all entries, or of one family (empty: all).
std::vector<std::string> names_of(const Catalogue& catalogue, const std::string& family) {
  std::vector<std::string> names;
  for (const Family& candidate : families()) {
    if (!family.empty() && candidate.name != family) continue;
    for (const std::string& entry : catalogue.names(candidate.name)) {
      names.push_back(std::string(candidate.name) + "/" + entry);
    }
  }
  return names;
}

/// The entries that `what` stands for: all, a family's, or those of that name.
std::vector<Shown> entries_of(Catalogue& catalogue, const std::string& what) {
  const std::vector<std::string> names = names_of(catalogue, what);
  if (names.empty()) return show(catalogue, what);
  std::vector<Shown> shown;
  std::string errors;
  for (const std::string& name : names) {
    try {
      for (Shown& one : show(catalogue, name)) shown.push_back(std::move(one));
    } catch (const io::InputError& error) {
      errors += error.what();
    }
  }
  if (!errors.empty()) throw io::InputError(errors);
  return shown;
}

FamilyCount& family_of(CheckResult& result, const std::string& family) {
  if (result.families.empty() || result.families.back().family != family) {
    result.families.push_back({.family = family});
  }
  return result.families.back();
}

}  // namespace

CheckResult check(Catalogue& catalogue, const std::string& what) {
  CheckResult result;
  for (const Shown& shown : entries_of(catalogue, what)) {
    const std::string name = shown.entry.family + "/" + shown.entry.name;
    FamilyCount& count = family_of(result, shown.entry.family);
    ++count.entries;
    for (const io::Figure& figure : shown.figures) {
      if (!figure.sourced) continue;
      ++count.figures;
      ++count.by_method[index_of(figure.method)];
      if (figure.method == Method::kAssumed) result.assumed.push_back({name, figure});
      if (!figure.date.empty() && !figure.source.empty()) continue;
      ++count.undated;
      result.undated.push_back({name, figure});
    }
  }
  return result;
}

}  // namespace sextant::catalog

#include "src/scenario/member_checks.h"

#include <fmt/format.h>

#include <vector>

#include "src/io/nearest_name.h"

namespace sextant::scenario {

std::string MemberChecks::nearest_store(const std::string& name) const {
  std::vector<std::string> names;
  for (const auto& store : s_.stores) names.push_back(store->name);
  if (names.empty()) return fmt::format("add \"stores\": [\"{}\"]", name);
  const auto nearest = io::nearest_name(name, names);
  return nearest ? fmt::format("did you mean \"{}\"?", *nearest)
                 : fmt::format("stores: {}", fmt::join(names, ", "));
}

}  // namespace sextant::scenario

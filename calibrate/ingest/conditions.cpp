#include "calibrate/ingest/conditions.h"

#include <algorithm>

namespace sextant::ingest {

void set_condition(Environment& environment, std::string_view name, std::string_view value) {
  constexpr std::size_t kLongest = 64;
  const auto [at, is_new] =
      environment.conditions.emplace(std::string(name), std::string(value.substr(0, kLongest)));
  if (!is_new && at->second != value.substr(0, kLongest)) at->second = "varies";
}

void set_flag(std::vector<std::string>& flags, std::string_view flag, bool set) {
  const auto at = std::find(flags.begin(), flags.end(), flag);
  if (set && at == flags.end()) flags.emplace_back(flag);
  if (!set && at != flags.end()) flags.erase(at);
}

}  // namespace sextant::ingest

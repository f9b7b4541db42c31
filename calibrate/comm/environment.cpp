#include "calibrate/comm/environment.h"

#include <array>
#include <ctime>
#include <string_view>

#include "calibrate/ingest/environment_variables.h"

namespace sextant::comm {

std::map<std::string, std::string> tool_variables(const char* const* environment) {
  std::map<std::string, std::string> variables;
  for (; *environment != nullptr; ++environment) {
    const std::string_view entry = *environment;
    const std::size_t equals = entry.find('=');
    if (equals == std::string_view::npos) continue;
    variables.emplace(entry.substr(0, equals), entry.substr(equals + 1));
  }
  ingest::keep_tool_variables(variables);
  return variables;
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 16> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts)};
}

}  // namespace sextant::comm

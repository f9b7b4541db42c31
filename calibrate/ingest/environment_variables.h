#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace sextant::ingest {

/// Whether a variable may be kept: NCCL_*, FI_* and OFI_* only. Any other may be a secret.
bool is_tool_variable(std::string_view name);

/// Removes all other variables.
void keep_tool_variables(std::map<std::string, std::string>& env);

/// Collects variables of the tools that a log's command lines set: `-x NAME=value`, `export
/// NAME=value`, `NAME=value program`.
class EnvironmentVariables {
 public:
  void read(std::string_view line);
  /// Adds what was found to `env`. A variable that is not the same for all runs is left out, and
  /// warned of.
  void finish(std::map<std::string, std::string>& env,
              const std::function<void(std::string_view)>& warn) const;

 private:
  struct Variable {
    std::set<std::string> values;
    int commands = 0;  ///< that set it for their run
    int lines = 0;     ///< others that set it
  };

  void add(std::string_view name, std::string_view value, bool command);

  std::map<std::string, Variable> variables_;
  int commands_ = 0;  ///< that run a program of nccl-tests
};

}  // namespace sextant::ingest

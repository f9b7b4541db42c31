#pragma once

#include <boost/program_options/variables_map.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sextant::cli {

struct Command;

/// What a command was given.
class Arguments {
 public:
  explicit Arguments(boost::program_options::variables_map values) : values_(std::move(values)) {}

  bool has(const char* option) const { return values_.count(option) > 0; }
  std::optional<std::string> text(const char* option) const;
  std::vector<std::string> texts(const char* option) const;

  /// A whole number such as 1000, 1k or 2e3; absent if the option was not given.
  /// @throws UsageError outside [min, max]
  std::optional<std::int64_t> count(const char* option, std::int64_t min, std::int64_t max) const;

  // Options that many commands have; absent if they were not given. @throws UsageError
  std::optional<std::int64_t> replicas() const;
  std::optional<std::uint64_t> seed() const;
  int threads() const;  ///< 0: one per processor

 private:
  boost::program_options::variables_map values_;
};

/// Reads what follows the command's name.
/// @throws UsageError with the nearest option for one that does not exist
Arguments parse_arguments(const Command& command, const std::vector<std::string>& words);

/// The page that `sextant COMMAND --help` shows.
std::string command_help(const Command& command);

/// The page that `sextant --help` shows.
std::string general_help();

/// The command of this name.
/// @throws UsageError with the nearest name
const Command& find_command(std::string_view name);

}  // namespace sextant::cli

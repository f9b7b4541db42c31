#pragma once

#include <boost/program_options/variables_map.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace sextant::program {

struct Command;

/// What a command was given. Absent options give nothing; values that cannot be read throw
/// UsageError with the option, what was expected and what was found.
class Arguments {
 public:
  explicit Arguments(boost::program_options::variables_map values) : values_(std::move(values)) {}

  bool has(const char* option) const { return values_.count(option) > 0; }
  std::optional<std::string> text(const char* option) const;
  std::string text_or(const char* option, const std::string& otherwise) const;
  std::vector<std::string> list(const char* option) const;  ///< "a,b": between commas
  std::optional<double> number(const char* option, double min, double max) const;
  std::optional<int> count(const char* option, int min, int max) const;
  std::vector<int> counts(const char* option, int min, int max) const;  ///< "1,2,4"
  std::optional<std::size_t> bytes(const char* option) const;           ///< "64 MiB"
  std::optional<double> seconds(const char* option) const;              ///< "30 min"

 private:
  boost::program_options::variables_map values_;
};

/// One of the numbers of a list.
double read_number(const char* option, const std::string& text, double min, double max);

/// Reads what follows the command's name.
Arguments parse_arguments(const Command& command, const std::vector<std::string>& words);

/// The page that `sextant-comm COMMAND --help` shows.
std::string command_help(const Command& command);

}  // namespace sextant::program

#include "calibrate/program/arguments.h"

#include <fmt/format.h>

#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/split.hpp>
#include <boost/program_options/errors.hpp>
#include <boost/program_options/parsers.hpp>
#include <cmath>
#include <limits>
#include <sstream>

#include "calibrate/program/command.h"
#include "calibrate/program/usage_error.h"
#include "sextant/kernel/quantity.h"
#include "src/io/nearest_name.h"
#include "src/io/quantity_text.h"

namespace po = boost::program_options;

namespace sextant::program {
namespace {

constexpr double kMostBytes = 1e15;

struct Declaration {
  po::options_description options{"options", 100};
  po::positional_options_description positional;
};

Declaration declare(const Command& command) {
  Declaration declared;
  command.declare(declared.options, declared.positional);
  declared.options.add_options()("help", "show this page");
  return declared;
}

std::string unknown_option(const std::string& found, const po::options_description& options) {
  std::vector<std::string> names;
  for (const auto& option : options.options()) names.push_back(option->long_name());
  const std::string bare = found.substr(std::min(found.find_first_not_of('-'), found.size()));
  const auto nearest = io::nearest_name(bare, names);
  return fmt::format("unknown option '{}'{}", found,
                     nearest ? fmt::format("; did you mean '--{}'?", *nearest) : "");
}

[[noreturn]] void refuse(const Command& command, const std::string& message) {
  throw UsageError(
      fmt::format("{}\nusage: sextant-comm {} {}\n('sextant-comm {} --help' says more)", message,
                  command.name, command.synopsis, command.name));
}

[[noreturn]] void refuse_value(const char* option, const std::string& expected,
                               const std::string& found) {
  throw UsageError(fmt::format("--{}: expected {}, found '{}'", option, expected, found));
}

int read_count(const char* option, const std::string& text, int min, int max) {
  const auto value = io::parse_count(text).value;
  if (!value || *value != std::floor(*value) || *value < min || *value > max) {
    refuse_value(option, fmt::format("a whole number from {} to {}", min, max), text);
  }
  return static_cast<int>(*value);
}

}  // namespace

std::optional<std::string> Arguments::text(const char* option) const {
  return has(option) ? std::optional(values_[option].as<std::string>()) : std::nullopt;
}

std::string Arguments::text_or(const char* option, const std::string& otherwise) const {
  return text(option).value_or(otherwise);
}

std::vector<std::string> Arguments::list(const char* option) const {
  std::vector<std::string> words;
  const auto given = text(option);
  if (given) boost::algorithm::split(words, *given, boost::algorithm::is_any_of(","));
  return words;
}

std::optional<double> Arguments::number(const char* option, double min, double max) const {
  const auto given = text(option);
  return given ? std::optional(read_number(option, *given, min, max)) : std::nullopt;
}

std::optional<int> Arguments::count(const char* option, int min, int max) const {
  const auto given = text(option);
  return given ? std::optional(read_count(option, *given, min, max)) : std::nullopt;
}

std::vector<int> Arguments::counts(const char* option, int min, int max) const {
  std::vector<int> values;
  for (const std::string& word : list(option)) values.push_back(read_count(option, word, min, max));
  return values;
}

std::optional<std::size_t> Arguments::bytes(const char* option) const {
  const auto given = text(option);
  if (!given) return std::nullopt;
  const auto value = io::parse_quantity(*given, io::kDimensionOf<Bytes>).value;
  if (!value || *value < 1 || *value > kMostBytes || *value != std::floor(*value)) {
    refuse_value(option, "an amount of data such as \"64 MiB\"", *given);
  }
  return static_cast<std::size_t>(*value);
}

std::optional<double> Arguments::seconds(const char* option) const {
  const auto given = text(option);
  if (!given) return std::nullopt;
  const auto value = io::parse_quantity(*given, io::kDimensionOf<Seconds>).value;
  if (!value || *value <= 0) refuse_value(option, "a time such as \"30 min\"", *given);
  return value;
}

double read_number(const char* option, const std::string& text, double min, double max) {
  const auto value = io::parse_count(text).value;
  if (!value || *value < min || *value > max) {
    refuse_value(option, fmt::format("a number from {:g} to {:g}", min, max), text);
  }
  return *value;
}

Arguments parse_arguments(const Command& command, const std::vector<std::string>& words) {
  const Declaration declared = declare(command);
  // Half a name may mean another option tomorrow, so names are not completed.
  const int style = po::command_line_style::default_style & ~po::command_line_style::allow_guessing;
  po::variables_map values;
  try {
    po::store(po::command_line_parser(words)
                  .options(declared.options)
                  .positional(declared.positional)
                  .style(style)
                  .run(),
              values);
  } catch (const po::unknown_option& error) {
    refuse(command, unknown_option(error.get_option_name(), declared.options));
  } catch (const po::too_many_positional_options_error&) {
    refuse(command, fmt::format("too many arguments for '{}'", command.name));
  } catch (const po::error& error) {
    refuse(command, error.what());
  }
  return Arguments(std::move(values));
}

std::string command_help(const Command& command) {
  std::ostringstream options;
  options << declare(command).options;
  return fmt::format("{}\n\nusage:    sextant-comm {} {}\nexamples: {}\n\n{}", command.summary,
                     command.name, command.synopsis, command.examples, options.str());
}

}  // namespace sextant::program

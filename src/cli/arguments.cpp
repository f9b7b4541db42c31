#include "src/cli/arguments.h"

#include <fmt/format.h>

#include <boost/program_options/errors.hpp>
#include <boost/program_options/parsers.hpp>
#include <cmath>
#include <sstream>

#include "src/cli/command.h"
#include "src/cli/declaration.h"
#include "src/cli/usage_error.h"
#include "src/io/nearest_name.h"
#include "src/io/quantity_text.h"

namespace po = boost::program_options;

namespace sextant::cli {
namespace {

std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates,
                         std::string_view prefix) {
  const auto nearest = io::nearest_name(name, candidates);
  return nearest ? fmt::format("; did you mean '{}{}'?", prefix, *nearest) : "";
}

std::string unknown_option(const std::string& found, const po::options_description& options) {
  std::vector<std::string> names;
  for (const auto& option : options.options()) names.push_back(option->long_name());
  const std::string bare = found.substr(std::min(found.find_first_not_of('-'), found.size()));
  return fmt::format("unknown option '{}'{}", found, did_you_mean(bare, names, "--"));
}

[[noreturn]] void usage_error(const Command& command, const std::string& message) {
  throw UsageError(fmt::format("{}\nusage: sextant {} {}\n('sextant {} --help' says more)", message,
                               command.name, command.synopsis, command.name));
}

}  // namespace

std::optional<std::string> Arguments::text(const char* option) const {
  return has(option) ? std::optional(values_[option].as<std::string>()) : std::nullopt;
}

std::vector<std::string> Arguments::texts(const char* option) const {
  return has(option) ? values_[option].as<std::vector<std::string>>() : std::vector<std::string>{};
}

std::optional<std::int64_t> Arguments::count(const char* option, std::int64_t min,
                                             std::int64_t max) const {
  const auto given = text(option);
  if (!given) return std::nullopt;
  const auto value = io::parse_count(*given).value;
  if (!value || *value != std::floor(*value) || *value < static_cast<double>(min) ||
      *value > static_cast<double>(max)) {
    throw UsageError(fmt::format("--{}: expected a whole number from {} to {}, found '{}'", option,
                                 min, max, *given));
  }
  return static_cast<std::int64_t>(*value);
}

std::optional<std::int64_t> Arguments::replicas() const { return count("replicas", 1, 1'000'000); }

std::optional<std::uint64_t> Arguments::seed() const {
  constexpr std::int64_t kMost = 1LL << 53;  // what a JSON number holds
  const auto seed = count("seed", 0, kMost);
  if (!seed) return std::nullopt;
  return static_cast<std::uint64_t>(*seed);
}

int Arguments::threads() const { return static_cast<int>(count("threads", 1, 4096).value_or(0)); }

Arguments parse_arguments(const Command& command, const std::vector<std::string>& words) {
  const Declaration declared = declaration_of(command);
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
    usage_error(command, unknown_option(error.get_option_name(), declared.options));
  } catch (const po::too_many_positional_options_error&) {
    usage_error(command, fmt::format("too many arguments for '{}'", command.name));
  } catch (const po::error& error) {
    usage_error(command, error.what());
  }
  return Arguments(std::move(values));
}

std::string command_help(const Command& command) {
  std::ostringstream options;
  options << declaration_of(command).options;
  return fmt::format("{}\n\nusage:   sextant {} {}\nexample: sextant {} {}\n\n{}", command.summary,
                     command.name, command.synopsis, command.name, command.example, options.str());
}

std::string general_help() {
  std::string page =
      "Sextant predicts how long a large training run takes, what it costs and how much energy it\n"
      "uses, before anyone rents the cluster.\n\nusage: sextant COMMAND …\n\ncommands:\n";
  for (const Command* command : commands()) {
    page += fmt::format("  {:<11}{}\n", command->name, command->summary);
  }
  page += fmt::format("  {:<11}{}\n  {:<11}{}\n", "help", "show this page, or that of a command",
                      "version", "show what this program was built from");
  return page +
         "\n'sextant COMMAND --help' shows a command's options and an example.\n"
         "Exit codes: 0 done; 1 the plan is infeasible, an expectation does not hold, or a cluster "
         "is\n"
         "not healthy; 2 wrong command line; 3 wrong input file; 69 a program that it needs is "
         "not\n"
         "installed; 70 a defect of Sextant; 130 interrupted, with what was known by then (the "
         "best that\n"
         "optimize knows is an answer: 0). Data goes to stdout, messages to stderr.\n";
}

const Command& find_command(std::string_view name) {
  std::vector<std::string> names{"help", "version"};
  for (const Command* command : commands()) {
    if (command->name == name) return *command;
    names.emplace_back(command->name);
  }
  throw UsageError(fmt::format("unknown command '{}'{}\n('sextant --help' lists them)", name,
                               did_you_mean(name, names, "")));
}

}  // namespace sextant::cli

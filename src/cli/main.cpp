#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "src/cli/bash_completion.h"
#include "src/cli/command.h"
#include "src/cli/man_page.h"
#include "src/cli/usage_error.h"
#include "src/io/diagnostics.h"
#include "src/plan/build_info.h"
#include "src/run/flow_worker.h"
#include "src/run/interrupt.h"

namespace sextant::cli {
namespace {

using Words = std::vector<std::string>;

std::string version_page() {
  const plan::BuildInfo& build = plan::build_info();
  const std::string mpi = run::mpi_library();
  const auto flow = run::find_flow_worker();
  return fmt::format(
      "sextant {}\ncommit   {}{}\ncompiler {}\nbuild    {}\nMPI      {}\nflow     {}\n",
      build.version, build.commit, build.modified ? " with changes" : "", build.compiler,
      build.build_type, mpi.empty() ? "left out: was not found when this was built" : mpi,
      flow ? flow->string() : "sextant-flow is not installed (SimGrid)");
}

/// What man and bash are told.
std::string help_for_programs(const Words& words) {
  if (words == Words{"--man"}) return man_page();
  if (words == Words{"--completion", "bash"}) return bash_completion();
  throw UsageError(fmt::format("help: expected a command, --man or --completion bash, found '{}'",
                               fmt::join(words, " ")));
}

ExitCode show(const std::string& page) {
  fmt::print("{}", page);
  return ExitCode::kOk;
}

/// Of several processes only the first does what cannot be shared out.
ExitCode run(const Command& command, const Arguments& arguments, const run::Ranks& ranks) {
  if (arguments.has("help")) return show(command_help(command));
  if (!command.shares_work && ranks.rank() > 0) return ExitCode::kOk;
  return command.run(arguments, ranks);
}

ExitCode run(const Words& words, const run::Ranks& ranks) {
  if (words.empty()) {
    fmt::print(stderr, "{}", general_help());
    return ExitCode::kUsage;
  }
  const std::string& name = words.front();
  if (name == "version" || name == "--version") return show(version_page());
  if (name == "help" && words.size() > 1 && words[1].starts_with("--")) {
    return show(help_for_programs({words.begin() + 1, words.end()}));
  }
  if (name == "help" || name == "--help" || name == "-h") {
    return show(words.size() > 1 ? command_help(find_command(words[1])) : general_help());
  }
  const Command& command = find_command(name);
  return run(command, parse_arguments(command, Words(words.begin() + 1, words.end())), ranks);
}

ExitCode report(ExitCode code, std::string_view message) {
  fmt::print(stderr, "sextant: {}\n", message);
  return code;
}

ExitCode report_defect(std::string_view what) {
  const plan::BuildInfo& build = plan::build_info();
  return report(ExitCode::kInternal,
                fmt::format("internal error: {}\nThis is a defect of Sextant, not of your input. "
                            "Please report it with the command line,\nthe input files and: "
                            "sextant {}, commit {}, {}",
                            what, build.version, build.commit, build.compiler));
}

/// Runs the command and turns every exception into its exit code and message.
ExitCode run_guarded(const Words& words, const run::Ranks& ranks) {
  try {
    const ExitCode code = run(words, ranks);
    return std::fflush(stdout) == 0 ? code : report_defect("stdout could not be written");
  } catch (const UsageError& error) {
    return report(ExitCode::kUsage, error.what());
  } catch (const io::InputError& error) {
    fmt::print(stderr, "{}", error.what());
    return ExitCode::kBadInput;
  } catch (const run::FlowFailure& error) {
    const bool installed = run::find_flow_worker().has_value();
    return report(installed ? ExitCode::kInternal : ExitCode::kUnavailable, error.what());
  } catch (const run::RanksParted& error) {
    return report(ExitCode::kInternal, error.what());
  } catch (const run::Interrupted& interrupted) {
    return report(ExitCode::kInterrupted, interrupted.what());
  } catch (const std::exception& error) {
    return report_defect(error.what());
  }
}

}  // namespace
}  // namespace sextant::cli

int main(int argc, char** argv) {
  namespace cli = sextant::cli;
  try {
    const sextant::run::Ranks ranks;
    return ranks.leave(static_cast<int>(cli::run_guarded({argv + 1, argv + argc}, ranks)));
  } catch (const std::exception& error) {  // the processes cannot be joined
    return static_cast<int>(cli::report(cli::ExitCode::kUsage, error.what()));
  }
}

#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/positional_options.hpp>
#include <span>

#include "src/cli/arguments.h"
#include "src/cli/exit_code.h"
#include "src/run/ranks.h"

namespace sextant::cli {

/// One command of the program: `sextant NAME …`.
struct Command {
  const char* name;
  const char* summary;   ///< one line, for the list of commands
  const char* synopsis;  ///< what follows the name: "SCENARIO [options]"
  const char* example;   ///< what follows the name, ready to be pasted
  /// Adds the command's options; `positional` names those that need no `--`.
  void (*declare)(boost::program_options::options_description& options,
                  boost::program_options::positional_options_description& positional);
  /// Where several processes were started together, they all run a command that shares work out,
  /// and only the first runs another one.
  ExitCode (*run)(const Arguments& arguments, const run::Ranks& ranks);
  bool shares_work = false;
};

extern const Command kPlanCommand;
extern const Command kCompareCommand;
extern const Command kOptimizeCommand;
extern const Command kSweepCommand;
extern const Command kGovernCommand;
extern const Command kEndpointsCommand;
extern const Command kServeCommand;
extern const Command kTraceCommand;
extern const Command kCatalogCommand;
extern const Command kValidateCommand;
extern const Command kCalibrateCommand;
extern const Command kImportCommand;
extern const Command kInitCommand;
extern const Command kSchemaCommand;

/// Every command, in the order in which help lists them.
std::span<const Command* const> commands();

}  // namespace sextant::cli

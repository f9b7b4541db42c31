#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/positional_options.hpp>
#include <span>
#include <string>
#include <string_view>

#include "calibrate/comm/world.h"
#include "calibrate/program/arguments.h"

namespace sextant::program {

/// Exit codes, as sysexits.h numbers them.
inline constexpr int kOk = 0;
inline constexpr int kUsage = 2;         ///< the command line is wrong
inline constexpr int kBadInput = 3;      ///< a file is wrong
inline constexpr int kUnavailable = 69;  ///< something on the cluster, or in this build, is missing
inline constexpr int kInternal = 70;     ///< a defect of Sextant

/// One command of the program, which every process runs: `sextant-comm NAME …`.
struct Command {
  const char* name;
  const char* summary;   ///< one line, for the list of commands
  const char* synopsis;  ///< what follows the name
  const char* examples;  ///< whole command lines, ready to be pasted
  /// Adds the command's options; `positional` names those that need no `--`.
  void (*declare)(boost::program_options::options_description& options,
                  boost::program_options::positional_options_description& positional);
  /// Throws UsageError for values that it cannot use; before MPI starts, on every process alike.
  void (*check)(const Arguments& arguments);
  int (*run)(const Arguments& arguments, const comm::World& world);  ///< the exit code
};

extern const Command kCollectivesCommand;
extern const Command kComputeCommand;
extern const Command kStorageCommand;
extern const Command kAllCommand;
extern const Command kReplayCommand;  ///< if the build has calibrate/replay
extern const Command kInventoryCommand;

/// Every command, in the order in which help lists them.
std::span<const Command* const> commands();

/// The command of this name. @throws UsageError with the nearest name
const Command& find_command(std::string_view name);

/// The page that `sextant-comm --help` shows.
std::string general_help();

}  // namespace sextant::program

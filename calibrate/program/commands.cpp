#include <fmt/format.h>

#include <array>

#include "calibrate/program/command.h"
#include "calibrate/program/usage_error.h"
#include "src/io/nearest_name.h"

namespace sextant::program {

std::span<const Command* const> commands() {
  static constexpr std::array kCommands{&kCollectivesCommand, &kComputeCommand,
                                        &kStorageCommand,     &kAllCommand,
#ifdef SEXTANT_HAS_REPLAY
                                        &kReplayCommand,
#endif
                                        &kInventoryCommand};
  return kCommands;
}

const Command& find_command(std::string_view name) {
  std::vector<std::string> names{"help", "version"};
  for (const Command* command : commands()) {
    if (command->name == name) return *command;
    names.emplace_back(command->name);
  }
  const auto nearest = io::nearest_name(name, names);
  throw UsageError(fmt::format("unknown command '{}'{}\n('sextant-comm --help' lists them)", name,
                               nearest ? fmt::format("; did you mean '{}'?", *nearest) : ""));
}

std::string general_help() {
  std::string page =
      "sextant-comm measures a cluster: what it takes to move bytes, to compute, to store. Start\n"
      "one process per accelerator with mpirun or srun; the first writes a measurements document,\n"
      "from which `sextant calibrate fit` makes a calibration.\n\n"
      "usage: mpirun … sextant-comm COMMAND …\n\ncommands:\n";
  for (const Command* command : commands()) {
    page += fmt::format("  {:<13}{}\n", command->name, command->summary);
  }
  page += fmt::format("  {:<13}{}\n  {:<13}{}\n", "help", "show this page, or that of a command",
                      "version", "show the version");
  return page +
         "\n'sextant-comm COMMAND --help' shows a command's options and examples.\n"
         "Exit codes: 0 done; 2 wrong command line; 3 wrong input file; 69 something on the "
         "cluster or\nin this build is missing; 70 a defect of Sextant; 75 something took too "
         "long; 130 and 143\ninterrupted. What was measured before is kept in the output file.\n";
}

}  // namespace sextant::program

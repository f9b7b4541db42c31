#include <array>

#include "src/cli/command.h"

namespace sextant::cli {

std::span<const Command* const> commands() {
  static constexpr std::array kCommands{&kPlanCommand,      &kCompareCommand, &kOptimizeCommand,
                                        &kSweepCommand,     &kGovernCommand,  &kEndpointsCommand,
                                        &kServeCommand,     &kTraceCommand,   &kValidateCommand,
                                        &kCalibrateCommand, &kCatalogCommand, &kImportCommand,
                                        &kInitCommand,      &kSchemaCommand};
  return kCommands;
}

}  // namespace sextant::cli

#include <array>

#include "src/cli/command.h"

namespace sextant::cli {

std::span<const Command* const> commands() {
  static constexpr std::array<const Command*, 0> kCommands{};
  return kCommands;
}

}  // namespace sextant::cli

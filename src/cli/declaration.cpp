#include "src/cli/declaration.h"

#include <limits>

#include "src/cli/command.h"

namespace sextant::cli {
namespace {

bool is_positional(const Declaration& declared, const std::string& name) {
  constexpr unsigned kEndless = std::numeric_limits<unsigned>::max();
  const unsigned most = declared.positional.max_total_count();
  // Where the last position takes all that follow it, some place names it.
  const unsigned places = most == kEndless ? 16 : most;
  for (unsigned i = 0; i < places; ++i) {
    if (declared.positional.name_for_position(i) == name) return true;
  }
  return false;
}

}  // namespace

Declaration declaration_of(const Command& command) {
  Declaration declared;
  command.declare(declared.options, declared.positional);
  declared.options.add_options()("help", "show this page");
  return declared;
}

std::vector<DeclaredOption> options_of(const Command& command) {
  const Declaration declared = declaration_of(command);
  std::vector<DeclaredOption> all;
  for (const auto& option : declared.options.options()) {
    const bool takes_value = option->semantic()->max_tokens() > 0;
    all.push_back({.name = option->long_name(),
                   .value = takes_value ? option->semantic()->name() : "",
                   .description = option->description(),
                   .positional = is_positional(declared, option->long_name())});
  }
  return all;
}

}  // namespace sextant::cli

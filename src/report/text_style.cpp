#include "src/report/text_style.h"

#include <unistd.h>

#include <cstdlib>

#include "src/run/ranks.h"

namespace sextant::report {

TextStyle style_of_stdout() {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool wanted = no_colour == nullptr || *no_colour == '\0';
  const bool able = terminal != nullptr && std::string_view(terminal) != "dumb";
  const bool is_terminal = isatty(STDOUT_FILENO) == 1 && run::launched_processes() == 0;
  return {.colour = wanted && able && is_terminal};
}

}  // namespace sextant::report

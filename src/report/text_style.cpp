#include "src/report/text_style.h"

#include <unistd.h>

#include <cstdlib>

namespace sextant::report {

TextStyle style_of_stdout() {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool wanted = no_colour == nullptr || *no_colour == '\0';
  const bool able = terminal != nullptr && std::string_view(terminal) != "dumb";
  return {.colour = wanted && able && isatty(STDOUT_FILENO) == 1};
}

}  // namespace sextant::report

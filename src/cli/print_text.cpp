#include "src/cli/print_text.h"

#include <fmt/format.h>

#include <cstdio>

#include "src/report/shown_text.h"

namespace sextant::cli {

void print_text(std::string_view text) { fmt::print("{}", report::shown(text)); }

}  // namespace sextant::cli

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "calibrate/ingest/measurement.h"

namespace sextant::ingest {

/// Records a condition of the measurements; "varies" if the log gives several values.
void set_condition(Environment& environment, std::string_view name, std::string_view value);

/// Adds or removes a flag.
void set_flag(std::vector<std::string>& flags, std::string_view flag, bool set);

}  // namespace sextant::ingest

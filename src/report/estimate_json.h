#pragma once

#include <nlohmann/json.hpp>

#include "sextant/kernel/sample.h"

namespace sextant::report {

/// {p10, p50, p90, mean, ci95}.
inline nlohmann::ordered_json estimate_json(const Summary& value) {
  return {{"p10", value.p10},
          {"p50", value.p50},
          {"p90", value.p90},
          {"mean", value.mean},
          {"ci95", {value.ci95.low, value.ci95.high}}};
}

}  // namespace sextant::report

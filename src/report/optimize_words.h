#pragma once

#include <string>

#include "src/optimize/answer.h"

namespace sextant::report {

/// "T8 P16x8 D128 C2 Z1 b1 full": degrees, virtual stages, ZeRO, microbatch, recomputation.
std::string short_layout(const StepInputs& inputs);

/// The objective's value: "214 M USD", "81.7 days".
std::string objective_words(const optimize::Objective& objective, double value);

/// "least cost", "least cost + 2,000 USD an hour".
std::string objective_name(const optimize::Objective& objective);

/// "done within 120 days and for at most 5 M USD in 90 % of runs, on at most 512 nodes"; empty
/// without limits.
std::string limits_words(const optimize::Limits& limits);

/// "training itself +12 %, price of a node-hour -3 %; mostly nodes, training +1.2 M USD".
std::string reason_words(const optimize::Objective& objective, const optimize::Reason& reason);

/// "+4.1 %"; "-0.3 %".
std::string signed_percent(double share);

}  // namespace sextant::report

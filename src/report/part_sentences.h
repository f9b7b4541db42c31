#pragma once

#include <string>

#include "sextant/training/step_inputs.h"
#include "sextant/training/step_profile.h"

namespace sextant::report {

/// Parts of a step below this share are not worth a sentence.
inline constexpr double kLeastExplained = 0.01;

/// What a part of this step's time is, and what drives it: one or two sentences.
std::string part_sentence(StepPart part, const StepInputs& inputs, const StepProfile& step);

}  // namespace sextant::report

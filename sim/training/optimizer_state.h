#pragma once

#include "sextant/training/step_inputs.h"

namespace sextant {

/// Bytes of a weight or activation in a precision: fp8 keeps both in 16 bits and casts.
double element_bytes(Precision precision);

/// Bytes of a gradient while it is added up and reduced.
double gradient_bytes(const StepInputs& inputs);

/// Bytes of optimizer state per trained parameter: the fp32 master weight, which fp32 training
/// does not need beside its weights, and the moments. Adam: 4 + 4 + 4 (Rajbhandari et al. 2020).
double optimizer_state_bytes(const StepInputs& inputs);

/// Bytes that an update moves per parameter: the gradient in fp32, weight and moments read and
/// written, the 16-bit weight written.
double optimizer_traffic(const StepInputs& inputs);

}  // namespace sextant

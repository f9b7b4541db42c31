#pragma once

#include <optional>

#include "sextant/training/calibration.h"
#include "sextant/training/step_inputs.h"

namespace sextant {

/// What a search asks of a layout.
struct ClosedStep {
  Seconds time;       ///< of the step
  Bytes peak_memory;  ///< of the fullest rank
};

/// Time and peak memory of one step without its operation graph: for searches over layouts.
///
/// Passes of a microbatch start when the rank and what they wait for are ready; that recurrence is
/// followed rank by rank, layer by layer only in passes that gather parameters or reduce gradients.
/// Once all ranks have moved by the same time over as many microbatches as there are ranks, the
/// middle of the step repeats itself and is skipped. The times are those of forecast_step, but for
/// rounding; costs come from the same work model. Allocates nothing. Takes time in O(ranks ·
/// microbatches until the step repeats itself).
/// @return nothing where this does not hold: stages that are still to be cut (see cut_as_asked),
/// and pipelines of more than 128 ranks or 256 virtual stages. forecast_step knows these.
/// @pre as forecast_step
std::optional<ClosedStep> forecast_closed(const StepInputs& inputs, const Calibration& calibration);

/// By the closed tier, else by replay: for whoever asks for many steps' times and nothing else.
/// @pre as forecast_step
Seconds step_time(const StepInputs& inputs, const Calibration& calibration);

/// A time that the step cannot take less than, for much less work: each rank computes all its
/// passes, after the first microbatch has come to it and before its last gradients have gone back.
/// Exact but for rounding: forecast_closed is below it by no more than a millionth.
/// @return nothing where forecast_closed does
/// @pre as forecast_step
std::optional<Seconds> closed_lower_bound(const StepInputs& inputs, const Calibration& calibration);

}  // namespace sextant

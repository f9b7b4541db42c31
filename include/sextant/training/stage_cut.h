#pragma once

#include <vector>

#include "sextant/training/calibration.h"
#include "sextant/training/step_inputs.h"

namespace sextant {

/// The same inputs with layout.stages as a list, or absent as before: what the word there asks for
/// is worked out.
///
/// - `balanced` makes the busiest rank's work on a microbatch small, forward and backward pass
///   together, and of cuts alike in that the largest rank's memory. It is never slower than equal
///   numbers of layers: the faster of the two, replayed, is taken.
/// - `memory` makes the peak memory of the fullest rank small, with the microbatches that it holds
///   in flight, and of cuts alike in that the busiest rank's work.
///
/// With one virtual stage per rank the cut is exact (see cut_chain in sim/training/chain_cut.h).
/// With several, the chunks of a rank add up, and which boundary helps depends on all the others:
/// single layers move from the rank that has most, as long as that helps. This finds a local
/// optimum, no worse than equal numbers of layers.
/// @pre layout_faults(inputs) is empty, and the calibration knows hardware and software
StepInputs cut_as_asked(StepInputs inputs, const Calibration& calibration);

/// The layers of each virtual stage, in model order: those that are listed, or equal numbers. Where
/// the layers do not divide, the embedding and the head count as one each, and what is left over
/// goes to the middle.
/// @pre layout.stages is no word
std::vector<int> stage_layers(const StepInputs& inputs);

/// The listed layers of each virtual stage where they are not the equal numbers that an absent list
/// stands for; else null.
const std::vector<int>* uneven_stages(const StepInputs& inputs);

}  // namespace sextant

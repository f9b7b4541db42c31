#pragma once

#include "sextant/training/calibration.h"
#include "sextant/training/step_inputs.h"
#include "sextant/training/step_profile.h"

namespace sextant {

/// Forecasts one training step: the folded operation graph of its layout, replayed.
///
/// Kernel times come from shapes (KernelTimer), collectives from closed forms (CollectiveTimer),
/// overlap and bubbles from the replay. See models/calibrations/README.md for scope and limits.
/// @pre layout_faults(inputs) is empty, and the calibration knows the accelerator's generation.
StepProfile forecast_step(const StepInputs& inputs, const Calibration& calibration);

/// Peak memory of a rank of every pipeline stage: what tensors take when they take most (PyTorch:
/// allocated), and what the framework's allocator holds beyond (reserved). The CUDA context and
/// NCCL's buffers, a few GiB, are in neither. Activations after Korthikanti et al. 2022
/// (arXiv 2205.05198), generalised to gated feed-forward blocks and grouped queries; states after
/// Rajbhandari et al. 2020 (ZeRO); what frameworks do otherwise from their source.
std::vector<StageMemory> forecast_memory(const StepInputs& inputs);

/// Of the stage that needs most.
Bytes forecast_peak_memory(const StepInputs& inputs);

}  // namespace sextant

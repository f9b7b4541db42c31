#pragma once

#include <string>
#include <vector>

#include "sextant/cluster/accelerator.h"
#include "sextant/kernel/quantity.h"
#include "src/scenario/endpoints_scenario.h"

namespace sextant::endpoints {

/// What one copy of a model does, estimated. No part of it is measured: see estimate_copy().
struct CopyEstimate {
  Seconds forward;         ///< pass over the input of a batch; of one request where it generates
  Seconds single_forward;  ///< of one request
  Seconds decode_step;     ///< one token for every sequence; 0: nothing is generated
  int sequences = 1;       ///< at a time: a batch, or what a decoder works on
  int most_in_memory = 0;  ///< sequences; 0: not even the weights fit
  Bytes weights;           ///< on each accelerator or partition
  Bytes keys_and_values;   ///< of one sequence, on all of them
  Bytes memory;            ///< of each that may be used
  double requests_per_s = 0;
  Seconds service;                        ///< of a batch, or of a sequence among `sequences`
  std::vector<std::string> extrapolated;  ///< what the calibration was not fitted on

  double tokens_per_s(std::int64_t output_tokens) const {
    return requests_per_s * static_cast<double>(output_tokens);
  }
};

/// The share of an accelerator that a partition in a MIG profile is: g of 8 parts of its
/// multiprocessors (seven can be given out), and the eighths of its memory and bandwidth that the
/// profile names.
/// @source NVIDIA Multi-Instance GPU User Guide, partitioning
Accelerator mig_share(const Accelerator& accelerator, const std::string& profile);

/// Estimates a copy of the alternative's model on `tensor` accelerators or partitions.
///
/// Input: a forward pass of the step model (plan::forward_time) without the output head, kernels
/// launched without the host. Generated tokens: for each, every weight that a sequence passes and
/// every key and value kept so far moves through memory once, or the arithmetic of it where that
/// takes longer (KernelTimer); two all-reduces a layer between tensor-parallel ranks. Experts: of E
/// those are read that B sequences choose, E (1 - (1 - k/E)^B).
///
/// With B sequences at a time (continuous batching) each input interrupts the others; short ones
/// pass forward together, up to 2,048 tokens:
///     requests per second = 1 / (prefill + output · step(B) / B), service = B / that.
/// Memory: that of the device which the engine may use, for weights, and keys and values of whole
/// sequences. What engines add is assumed (EngineCoefficients).
///
/// `sequences`: asked for; 0: the largest power of two that memory holds and that stays within
/// `patience`.
CopyEstimate estimate_copy(const scenario::EndpointAlternative& alternative,
                           const Calibration& calibration, int sequences, Seconds patience);

}  // namespace sextant::endpoints

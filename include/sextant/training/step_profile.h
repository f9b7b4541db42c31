#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// What a span of the step's critical path was spent on.
enum class StepPart {
  kCompute,
  kRecompute,
  kTensorParallel,
  kPipelineBubble,
  kPipelineTransfer,
  kDataParallel,
  kContextParallel,
  kExpertParallel,
  kOptimizer,
  kHost,
  kOther
};
inline constexpr std::size_t kStepParts = 11;

template <>
struct EnumNames<StepPart> {
  static constexpr std::array table{std::pair{StepPart::kCompute, "compute"},
                                    std::pair{StepPart::kRecompute, "recompute"},
                                    std::pair{StepPart::kTensorParallel, "tensor_parallel"},
                                    std::pair{StepPart::kPipelineBubble, "pipeline_bubble"},
                                    std::pair{StepPart::kPipelineTransfer, "pipeline_transfer"},
                                    std::pair{StepPart::kDataParallel, "data_parallel"},
                                    std::pair{StepPart::kContextParallel, "context_parallel"},
                                    std::pair{StepPart::kExpertParallel, "expert_parallel"},
                                    std::pair{StepPart::kOptimizer, "optimizer"},
                                    std::pair{StepPart::kHost, "host"},
                                    std::pair{StepPart::kOther, "other"}};
};

/// Peak memory of one rank of a pipeline stage, by item: what its tensors take when they take most.
/// `cached` is what a framework's allocator holds beyond that, and gives up before it runs out:
/// frameworks print it as reserved memory.
struct StageMemory {
  Bytes weights, gradients, optimizer, activations, buffers, cached;
  Bytes total() const { return weights + gradients + optimizer + activations + buffers; }
  Bytes reserved() const { return total() + cached; }
};

/// Error of the memory forecast, as a share: what exceeds the capacity by less may fit.
inline constexpr double kMemoryError = 0.08;

/// One training step, forecast.
struct StepProfile {
  Seconds time;
  /// Sums to `time`; indexed by StepPart.
  std::array<Seconds, kStepParts> breakdown{};
  std::vector<StageMemory> memory;  ///< per pipeline stage
  double tokens = 0;                ///< per step, whole cluster
  Flops model_flops;                ///< per step, whole cluster, without recomputation
  Flops hardware_flops;             ///< with recomputation
  std::int64_t accelerators = 0;
  double mfu = 0;  ///< against the 16-bit peak
  double hfu = 0;
  /// Standard deviation of log(measured / predicted): the spread of the calibration's own errors.
  double log_spread = 0;
  /// Inputs outside what the coefficients were fitted on, in words.
  std::vector<std::string> extrapolated;

  /// Of the stage that needs most.
  Bytes peak_memory() const;
};

}  // namespace sextant

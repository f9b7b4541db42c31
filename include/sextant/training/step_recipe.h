#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sextant/network/collective_use.h"
#include "sextant/training/calibration.h"
#include "sextant/training/group_members.h"
#include "sextant/training/operation_graph.h"
#include "sextant/training/operation_label.h"
#include "sextant/training/step_inputs.h"

namespace sextant {

/// A piece of an operation that a machine can run: what the step model counts, before it is timed.
struct WorkItem {
  enum class Kind : std::uint8_t {
    kGemm,            ///< `gemm` in `format`
    kStream,          ///< `bytes` through memory, in `kernels` kernels
    kFusedAttention,  ///< `flops`; scores of `gemm.m` × `gemm.n`, `gemm.k` wide, `gemm.batch` heads
    kAllReduce,       ///< `bytes`, the buffer, over `group`
    kHalfAllReduce,   ///< reduce-scatter or all-gather of `bytes`, the whole buffer
    kAllToAll,        ///< every rank sends `bytes`, an equal share to each
    kMessage,         ///< `bytes` to the next or from the previous stage
    kDelay            ///< `seconds` that nothing but the model knows of: host, crossings
  };
  Kind kind = Kind::kStream;
  StepPart part = StepPart::kCompute;
  double times = 1.0;  ///< how often; a share of a run where it is below one
  Gemm gemm{};
  GemmFormat format = GemmFormat::k16bit;
  AttentionKernel attention = AttentionKernel::kUnfused;
  double flops = 0.0;
  double bytes = 0.0;
  double kernels = 1.0;
  double seconds = 0.0;
  RankGroup group = RankGroup::kWorld;
};

/// The step that trace_step times, with what each operation does. The items of an operation, timed
/// by the calibration one after the other, take what the step model says (a test's tolerance:
/// 1e-9), except where it hides communication behind work: see `hidden`.
struct StepRecipe {
  OperationGraph graph;
  OperationGraph::Timeline timeline;
  std::vector<OperationLabel> labels;        ///< by the operations' ids
  std::vector<std::vector<WorkItem>> works;  ///< what operations of the same kind do
  std::vector<std::int32_t> work_of;         ///< by the operations' ids: index into `works`
  /// Why the machine cannot run it as the model counts it, in words: overlap within an operation,
  /// host offload. Empty: it can.
  std::vector<std::string> hidden;
};

/// @pre as trace_step
StepRecipe step_recipe(const StepInputs& inputs, const Calibration& calibration);

}  // namespace sextant

#pragma once

#include <cstdint>

#include "sextant/compute/kernel_timer.h"
#include "sextant/training/group_members.h"
#include "sextant/training/step_profile.h"

namespace sextant {

/// A piece of an operation that a machine can run: what the step model counts, before it is timed.
struct WorkItem {
  enum class Kind : std::uint8_t {
    kGemm,            ///< `gemm` in `format`
    kStream,          ///< `bytes` through memory, in `kernels` kernels
    kFusedAttention,  ///< `flops`; scores of `gemm.m` × `gemm.n`, `gemm.k` wide, `gemm.batch` heads
    kAllReduce,       ///< `bytes`, the buffer, over `group`
    kReduceScatter,   ///< of `bytes`, the whole buffer, over `group`
    kAllGather,       ///< likewise
    kAllToAll,        ///< every rank of `group` sends `bytes`, an equal share to each
    kMessage,         ///< `bytes` to the next or from the previous stage
    kHost,            ///< the host's time that a device waits for
    kAllowance  ///< for what a machine shows by itself: work and communication at once that slow
                ///< each other down, ranks that arrive late at a collective across nodes
  };
  Kind kind = Kind::kStream;
  StepPart part = StepPart::kCompute;
  double times = 1.0;    ///< how often; a share of a run where it is below one
  double seconds = 0.0;  ///< of one time, as the step model has it
  Gemm gemm{};
  GemmFormat format = GemmFormat::k16bit;
  AttentionKernel attention = AttentionKernel::kUnfused;
  double flops = 0.0;
  double bytes = 0.0;
  double kernels = 1.0;
  RankGroup group = RankGroup::kWorld;
};

}  // namespace sextant

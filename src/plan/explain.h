#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sextant/training/calibration.h"
#include "sextant/training/step_inputs.h"
#include "sextant/training/step_profile.h"
#include "src/plan/plan.h"

namespace sextant::plan {

/// Who can make a change: whoever writes the scenario, or only other hardware.
enum class ChangeKind { kChoice, kHardware };

/// A step that differs from the planned one in one thing.
struct StepChange {
  std::string change;  ///< as in a scenario: "micro_batch": 2 instead of 1
  ChangeKind kind = ChangeKind::kChoice;
  std::string caution;  ///< what it risks besides memory; empty: nothing
  Seconds step;
  Seconds saved;                     ///< negative: it costs time
  double saved_share = 0;            ///< of the planned step
  Bytes peak_memory;                 ///< of an accelerator
  std::optional<Seconds> run_saved;  ///< absent where the run's duration is given
  std::optional<Usd> cost_saved;     ///< likewise, and without prices
};

/// A change that cannot run, and why.
struct RejectedChange {
  std::string change;
  std::string why;
};

/// What one change at a time would do to a step.
struct StepExplanation {
  std::vector<StepChange> changes;  ///< those that save most first
  std::vector<RejectedChange> rejected;
};

/// Tries a fixed list of changes. Choices: half and twice the microbatch, tensor, pipeline, context
/// and expert ranks and virtual stages; other cuts, recomputation and ZeRO stages; sequence
/// parallelism, overlaps, CUDA graphs, fused kernels, grouped experts, gradients in bf16, fp8 and
/// later attention kernels where they are not used; the zero-bubble schedule. Hardware: a network,
/// links inside a node, memory, arithmetic twice as fast. The number of data-parallel ranks
/// follows; the global batch stays. Rejected is what has layout_faults, or does not fit in memory:
/// in the capacity, or in what the planned step takes if that is more.
StepExplanation explain_step(const StepInputs& inputs, const Calibration& calibration);

/// The same for the step of a plan, with what the run would save: as much of its expected time and
/// cost as the step saves, by the share that steps like this one have of all.
StepExplanation explain_plan(const PlanResult& result);

}  // namespace sextant::plan

namespace sextant {
template <>
struct EnumNames<plan::ChangeKind> {
  static constexpr std::array table{std::pair{plan::ChangeKind::kChoice, "choice"},
                                    std::pair{plan::ChangeKind::kHardware, "hardware"}};
};
}  // namespace sextant

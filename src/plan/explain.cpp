#include "src/plan/explain.h"

#include <algorithm>

#include <fmt/format.h>

#include "sextant/training/stage_cut.h"
#include "sextant/training/step_model.h"
#include "src/plan/step_changes.h"

namespace sextant::plan {
namespace {

std::string in_gib(Bytes bytes) { return fmt::format("{:.1f} GiB", bytes.si() / 0x1p30); }

/// Why a step does not fit; empty: it does.
std::string shortage(const StepInputs& inputs, Bytes memory) {
  const Bytes peak = forecast_peak_memory(inputs);
  if (peak <= memory) return "";
  return fmt::format("needs {} of memory, there are {}", in_gib(peak), in_gib(memory));
}

/// Whether faster steps end the run earlier: it is not given how long it takes.
bool ends_with_its_work(const PlanResult& result) {
  if (result.scenario.training.duration) return false;
  return std::none_of(result.phases.begin(), result.phases.end(),
                      [](const PlannedPhase& phase) { return phase.plan.duration.has_value(); });
}

/// Share that the steps of the plan's main batch have of all steps' time.
double share_of_main_batch(const PlanResult& result) {
  Seconds all;
  for (const PlannedPhase& phase : result.phases) {
    for (const PlannedBatch& batch : phase.batches) all += batch.time();
  }
  return result.longest().main().time() / all;
}

}  // namespace

StepExplanation explain_step(const StepInputs& inputs, const Calibration& calibration) {
  const StepProfile now = forecast_step(inputs, calibration);
  const Bytes memory = std::max<Bytes>(inputs.node.accelerator.memory.value, now.peak_memory());
  StepExplanation explanation;
  const auto add = [&](const std::string& change, ChangeKind kind, const std::string& caution,
                       const StepInputs& asked, const Calibration& coefficients) {
    if (const std::vector<std::string> faults = layout_faults(asked); !faults.empty()) {
      explanation.rejected.push_back({change, faults.front()});
      return;
    }
    const StepInputs changed = cut_as_asked(asked, coefficients);
    if (const std::string why = shortage(changed, memory); !why.empty()) {
      explanation.rejected.push_back({change, why});
      return;
    }
    const StepProfile step = forecast_step(changed, coefficients);
    const Seconds saved = now.time - step.time;
    explanation.changes.push_back({.change = change,
                                   .kind = kind,
                                   .caution = caution,
                                   .step = step.time,
                                   .saved = saved,
                                   .saved_share = saved / now.time,
                                   .peak_memory = step.peak_memory(),
                                   .run_saved = {},
                                   .cost_saved = {}});
  };
  for (const ChangedStep& changed : choices(inputs)) {
    add(changed.change, ChangeKind::kChoice, changed.caution, changed.inputs, calibration);
  }
  for (const FasterHardware& faster : faster_hardware(inputs, calibration)) {
    add(faster.change, ChangeKind::kHardware, "", faster.inputs, faster.calibration);
  }
  std::stable_sort(explanation.changes.begin(), explanation.changes.end(),
                   [](const auto& a, const auto& b) { return a.step < b.step; });
  return explanation;
}

StepExplanation explain_plan(const PlanResult& result) {
  StepExplanation explanation = explain_step(result.step_inputs, *result.scenario.calibration);
  if (!ends_with_its_work(result)) return explanation;
  const double share = share_of_main_batch(result);
  for (StepChange& change : explanation.changes) {
    const double saved = change.saved_share * share;
    change.run_saved = saved * Seconds(result.forecast.wall_time_s.p50);
    if (result.forecast.cost_usd) change.cost_saved = saved * Usd(result.forecast.cost_usd->p50);
  }
  return explanation;
}

}  // namespace sextant::plan

#include "src/report/launch_phase.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

#include "sextant/training/stage_cut.h"
#include "src/io/printable.h"
#include "src/plan/batch_levels.h"
#include "src/plan/feasibility.h"
#include "src/plan/phases.h"

namespace sextant::report {
namespace {

using scenario::PhasePlan;
using scenario::Scenario;

LaunchPhase launch_phase(const Scenario& scenario, const PhasePlan& plan) {
  const std::vector<plan::BatchLevel> levels = plan::batch_levels(plan);
  LaunchPhase phase{.scenario = scenario,
                    .plan = plan,
                    .inputs = plan::step_inputs_at(scenario, plan, levels.back()),
                    .steps = {}};
  if (plan.layout.stage_cut()) {
    plan::require_valid_layout(phase.inputs);
    plan::require_calibrated(phase.inputs, *scenario.calibration);
    phase.inputs = cut_as_asked(std::move(phase.inputs), *scenario.calibration);
  }
  phase.plan.layout = phase.inputs.layout;
  if (!plan.duration) {
    const std::vector<std::int64_t> steps = plan::steps_at_levels(plan, levels);
    phase.steps = std::accumulate(steps.begin(), steps.end(), std::int64_t{0});
  }
  return phase;
}

void note_schedule(const LaunchPhase& phase, std::vector<std::string>& notes) {
  const Schedule schedule = phase.layout().pipeline_schedule();
  if (phase.layout().pipeline > 1 &&
      (schedule == Schedule::kGpipe || schedule == Schedule::kZeroBubble)) {
    notes.push_back(fmt::format("the pipeline runs 1F1B here, not the scenario's schedule \"{}\"",
                                enum_name(schedule)));
  }
}

void note_batch(const LaunchPhase& phase, std::vector<std::string>& notes) {
  if (phase.plan.batch_stages.empty()) return;
  notes.emplace_back("the batch changes on the way: these settings are for the last of");
  for (const plan::BatchLevel& level : plan::batch_levels(phase.plan)) {
    notes.push_back(fmt::format("  {} x {} tokens, from token {} of the phase on",
                                level.global_batch, level.sequence_length, level.from_tokens));
  }
}

void note_tuning(const LaunchPhase& phase, std::vector<std::string>& notes) {
  const Tuning& tuning = phase.inputs.tuning;
  if (tuning.lora()) {
    std::vector<std::string> names;
    for (const LoraTarget target : tuning.targets) names.emplace_back(enum_name(target));
    notes.push_back(
        fmt::format("trains adapters of rank {} beside {}, which these settings do not "
                    "say",
                    tuning.rank, fmt::join(names, ", ")));
  }
  if (tuning.reference_model) {
    notes.emplace_back(
        "passes each microbatch through a frozen copy (DPO), which these settings "
        "do not say");
  }
}

}  // namespace

std::vector<int> LaunchPhase::stages() const { return stage_layers(inputs); }

StageSplit LaunchPhase::split() const {
  const std::vector<int> each = stages();
  const auto all_have = [&](int layers, int ends) {
    for (std::size_t i = 0; i < each.size(); ++i) {
      const int extra = (i == 0 ? ends : 0) + (i + 1 == each.size() ? ends : 0);
      if (each[i] + extra != layers) return false;
    }
    return true;
  };
  if (all_have(each.front(), 0)) return StageSplit::kEven;
  return all_have(each.front() + 1, 1) ? StageSplit::kWithEnds : StageSplit::kListed;
}

std::int64_t LaunchPhase::recomputed_layers() const {
  const std::int64_t layers = (model().layers + chunks() - 1) / chunks();
  return (layers + layout().recompute_every - 1) / layout().recompute_every;
}

std::optional<std::int64_t> LaunchPhase::evaluation_batches() const {
  if (!plan.evaluation) return std::nullopt;
  if (plan.evaluation->batches) return plan.evaluation->batches;
  const std::int64_t batch = inputs.global_batch;
  return (plan.evaluation->sequences.value_or(batch) + batch - 1) / batch;
}

std::vector<LaunchPhase> launch_phases(const Scenario& scenario) {
  std::vector<LaunchPhase> phases;
  for (const PhasePlan* plan : scenario.training.in_order()) {
    phases.push_back(launch_phase(scenario, *plan));
    phases.back().number = phases.size();
  }
  for (LaunchPhase& phase : phases) phase.count = phases.size();
  return phases;
}

std::vector<std::string> unsaid_by_megatron(const LaunchPhase& phase) {
  std::vector<std::string> notes;
  note_schedule(phase, notes);
  note_batch(phase, notes);
  note_tuning(phase, notes);
  if (phase.layout().recompute == Recompute::kOperator) {
    notes.emplace_back(
        "recomputes elementwise kernels and every other matrix product, which there "
        "is no word for here");
  }
  if (phase.layout().recompute == Recompute::kFull && phase.layout().recompute_every > 1) {
    notes.push_back(fmt::format("recomputes one layer in {}: here the first {} of each stage",
                                phase.layout().recompute_every, phase.recomputed_layers()));
  }
  if (phase.plan.precision == Precision::kTf32) {
    notes.emplace_back("matrix products in tf32: set torch.backends.cuda.matmul.allow_tf32");
  }
  if (phase.model().bidirectional) {
    notes.emplace_back("the model is an encoder, as BERT: it has a training script of its own");
  }
  return notes;
}

std::string settings_heading(const LaunchPhase& phase, std::string_view whose, std::string_view use,
                             const std::vector<std::string>& notes) {
  std::string text = fmt::format("# {} for {}", whose, io::printable(phase.scenario.name));
  if (phase.count > 1) {
    text += fmt::format(", phase {} of {}: {}", phase.number, phase.count,
                        io::printable(phase.plan.name));
  }
  text += fmt::format("\n# {}\n", use);
  for (const std::string& note : notes) text += fmt::format("# - {}\n", note);
  return text;
}

}  // namespace sextant::report

#include "src/report/plan_words.h"

#include <fmt/format.h>

#include <algorithm>

#include "src/report/human.h"

namespace sextant::report {
namespace {

/// "15.6T tokens", "for 54 days", "16.4T tokens in 3 phases".
std::string work_text(const plan::PlanResult& result) {
  const scenario::TrainingPlan& training = result.scenario.training;
  const std::size_t phases = result.phases.size();
  if (training.tokens) return human_count(*training.tokens) + " tokens";
  if (training.duration) return "for " + human(*training.duration);
  double tokens = 0;
  for (const plan::PlannedPhase& phase : result.phases) {
    if (phase.plan.duration) return fmt::format("{} phases", phases);
    tokens += phase.tokens();
  }
  const std::string text = human_count(tokens) + " tokens";
  return phases > 1 ? fmt::format("{} in {} phases", text, phases) : text;
}

}  // namespace

std::string work_sentence(const plan::PlanResult& result) {
  const StepInputs& inputs = result.step_inputs;
  return fmt::format("{}, {} on {} x {}: {} x {}", inputs.model.title, work_text(result),
                     grouped(result.campaign.nodes), result.scenario.cluster.instance->name,
                     grouped(inputs.accelerators), inputs.node.accelerator.title);
}

std::vector<std::string> extrapolations(const plan::PlanResult& result) {
  std::vector<std::string> notes = result.step.extrapolated;
  const auto known = [&](const std::string& note) {
    return std::find(notes.begin(), notes.end(), note) != notes.end();
  };
  for (const plan::PlannedPhase& phase : result.phases) {
    for (const plan::PlannedBatch& batch : phase.batches) {
      for (const std::string& note : batch.step.extrapolated) {
        if (known(note)) continue;
        const std::string named =
            phase.plan.name.empty() ? note : fmt::format("{}: {}", phase.plan.name, note);
        if (!known(named)) notes.push_back(named);
      }
    }
  }
  return notes;
}

const plan::PlannedBatch& fullest(const plan::PlannedPhase& phase) {
  return *std::max_element(
      phase.batches.begin(), phase.batches.end(),
      [](const auto& a, const auto& b) { return a.step.peak_memory() < b.step.peak_memory(); });
}

std::string tight_memory(const plan::PlanResult& result) {
  const Bytes capacity = result.step_inputs.node.accelerator.memory.value;
  Bytes peak;
  std::vector<std::string> phases;
  for (const plan::PlannedPhase& phase : result.phases) {
    const Bytes needed = fullest(phase).step.peak_memory();
    if (needed <= capacity) continue;
    peak = std::max(peak, needed);
    phases.push_back(phase.plan.name);
  }
  if (phases.empty()) return "";
  const std::string where =
      result.phases.size() > 1 ? fmt::format(" ({})", fmt::join(phases, "; ")) : "";
  return fmt::format("{} of memory where an accelerator has {}, within the error of the estimate{}",
                     human(peak), human(capacity), where);
}

}  // namespace sextant::report

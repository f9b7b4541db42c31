#include "src/report/phases_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "src/report/human.h"
#include "src/report/text_table.h"

namespace sextant::report {
namespace {

using enum TextTable::Align;
using plan::PlannedBatch;
using plan::PlannedPhase;

/// Ramps of more batches than this are one row.
constexpr std::size_t kMostRows = 8;

/// "T8 P16 D8 C16": degrees of tensor, pipeline, data, context and expert parallelism.
std::string degrees(const StepInputs& inputs) {
  const Layout& layout = inputs.layout;
  std::string text = fmt::format("T{} P{} D{}", layout.tensor, layout.pipeline, inputs.data());
  if (layout.context > 1) text += fmt::format(" C{}", layout.context);
  if (layout.expert > 1) text += fmt::format(" E{}", layout.expert);
  return text;
}

std::string span_over(const std::vector<PlannedBatch>& batches, std::int64_t StepInputs::*member) {
  const auto [low, high] = std::minmax_element(
      batches.begin(), batches.end(),
      [&](const auto& a, const auto& b) { return a.inputs.*member < b.inputs.*member; });
  return span_text(low->inputs.*member, high->inputs.*member);
}

std::string name_of(const PlannedPhase& phase) {
  return phase.plan.name.empty() ? "all" : phase.plan.name;
}

void add_phase(TextTable& table, const PlannedPhase& phase, double share) {
  table.row({name_of(phase), human_count(phase.tokens()), grouped(phase.steps()),
             span_over(phase.batches, &StepInputs::sequence_length),
             span_over(phase.batches, &StepInputs::global_batch), degrees(phase.main().inputs),
             human(phase.main().step.time), percent(phase.mfu()), percent(share)});
}

void add_batch(TextTable& table, const PlannedBatch& batch, TextStyle style) {
  const auto dim = [&](const std::string& text) { return style.dim(text); };
  table.row({"", dim(human_count(static_cast<double>(batch.steps) * batch.step.tokens)),
             dim(grouped(batch.steps)), dim(grouped(batch.inputs.sequence_length)),
             dim(grouped(batch.inputs.global_batch)), "", dim(human(batch.step.time)),
             dim(percent(batch.step.mfu)), ""});
}

}  // namespace

std::string span_text(std::int64_t low, std::int64_t high) {
  return low == high ? grouped(low) : grouped(low) + " .. " + grouped(high);
}

std::string layout_text(const StepInputs& inputs) {
  const Layout& layout = inputs.layout;
  std::string text = fmt::format("tensor {} x pipeline {} x data {}", layout.tensor,
                                 layout.pipeline, inputs.data());
  if (layout.context > 1) text += fmt::format(" x context {}", layout.context);
  if (layout.expert > 1) text += fmt::format(", experts on {}", layout.expert);
  if (layout.schedule) text += fmt::format(", {}", enum_name(*layout.schedule));
  if (layout.virtual_stages > 1) text += fmt::format(", {} virtual stages", layout.virtual_stages);
  text += fmt::format(", ZeRO-{}, {} microbatches of {}, recompute {}", layout.zero,
                      inputs.microbatches(), layout.micro_batch, enum_name(layout.recompute));
  if (layout.recompute != Recompute::kNone && layout.recompute_every > 1) {
    text += fmt::format(" of one layer in {}", layout.recompute_every);
  }
  if (layout.offload == Offload::kOptimizer) text += ", optimizer in host memory";
  return text;
}

std::string phases_table(const plan::PlanResult& result, TextStyle style) {
  const std::vector<PlannedPhase>& phases = result.phases;
  if (phases.size() == 1 && phases.front().batches.size() == 1) return "";
  TextTable table({kLeft, kRight, kRight, kRight, kRight, kLeft, kRight, kRight, kRight});
  std::vector<std::string> head;
  for (const char* column :
       {"phase", "tokens", "steps", "sequence", "batch", "layout", "step", "MFU", "time"}) {
    head.push_back(style.dim(column));
  }
  table.row(head);
  double wall = 0;
  for (const Summary& time : result.forecast.phase_wall_time_s) wall += time.mean;
  for (std::size_t i = 0; i < phases.size(); ++i) {
    add_phase(table, phases[i], result.forecast.phase_wall_time_s[i].mean / wall);
    if (phases[i].batches.size() == 1 || phases[i].batches.size() > kMostRows) continue;
    for (const PlannedBatch& batch : phases[i].batches) add_batch(table, batch, style);
  }
  return table.render();
}

std::string tuning_lines(const plan::PlanResult& result) {
  std::string text;
  for (const PlannedPhase& phase : result.phases) {
    const Tuning& tuning = phase.plan.tuning;
    if (!tuning.lora() && !tuning.reference_model) continue;
    std::string line = phase.plan.name.empty() ? "" : phase.plan.name + ": ";
    if (tuning.lora()) {
      line += fmt::format("adapters of rank {}, {} parameters, are trained and saved", tuning.rank,
                          human_count(phase.checkpointed_parameters));
    } else {
      line += "all weights are trained and saved";
    }
    if (tuning.reference_model) line += "; a frozen reference model passes forward";
    text += wrapped(line);
  }
  return text;
}

std::string evaluation_lines(const plan::PlanResult& result) {
  std::set<std::string> lines;  // phases often share theirs
  for (const PlannedPhase& phase : result.phases) {
    const EvaluationPauses& pauses = phase.campaign.evaluation;
    if (pauses.every == 0) continue;
    lines.insert(fmt::format("an evaluation of {} every {} steps", human(pauses.time),
                             grouped(pauses.every)));
  }
  std::string text;
  for (const std::string& line : lines) text += wrapped(line);
  return text;
}

}  // namespace sextant::report

#include "src/report/phases_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sextant/training/stage_cut.h"
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

/// Whether each batch of a phase has a row of its own below that of the phase.
bool lists_batches(const PlannedPhase& phase) {
  return phase.batches.size() > 1 && phase.batches.size() <= kMostRows;
}

std::string span_over(const std::vector<PlannedBatch>& batches, std::int64_t StepInputs::*member) {
  const auto [low, high] = std::minmax_element(
      batches.begin(), batches.end(),
      [&](const auto& a, const auto& b) { return a.inputs.*member < b.inputs.*member; });
  const std::string from = grouped(low->inputs.*member);
  const std::string to = grouped(high->inputs.*member);
  return from == to ? from : from + " .. " + to;
}

std::string name_of(const PlannedPhase& phase) {
  return phase.plan.name.empty() ? "all" : phase.plan.name;
}

void add_phase(TextTable& table, const PlannedPhase& phase, double share) {
  const auto span = [&](std::int64_t StepInputs::*member) {
    return lists_batches(phase) ? "" : span_over(phase.batches, member);
  };
  const std::optional<Seconds>& duration = phase.plan.duration;  // instead of tokens and steps
  table.row({name_of(phase), duration ? human(*duration) : human_count(phase.tokens()),
             duration ? "" : grouped(phase.steps()), span(&StepInputs::sequence_length),
             span(&StepInputs::global_batch), degrees(phase.main().inputs),
             human(phase.main().step.time), percent(phase.mfu()), percent(share)});
}

/// `open`: it goes on for as long as the phase does.
void add_batch(TextTable& table, const PlannedBatch& batch, bool open, TextStyle style) {
  const auto dim = [&](const std::string& text) { return style.dim(text); };
  table.row({"", open ? "" : dim(human_count(static_cast<double>(batch.steps) * batch.step.tokens)),
             open ? "" : dim(grouped(batch.steps)), dim(grouped(batch.inputs.sequence_length)),
             dim(grouped(batch.inputs.global_batch)), "", dim(human(batch.step.time)),
             dim(percent(batch.step.mfu)), ""});
}

}  // namespace

std::string layout_text(const StepInputs& inputs) {
  const Layout& layout = inputs.layout;
  std::string text = fmt::format("tensor {} x pipeline {} x data {}", layout.tensor,
                                 layout.pipeline, inputs.data());
  if (layout.context > 1) text += fmt::format(" x context {}", layout.context);
  if (layout.expert > 1) text += fmt::format(", experts on {}", layout.expert);
  if (layout.schedule) text += fmt::format(", {}", enum_name(*layout.schedule));
  if (layout.virtual_stages > 1) text += fmt::format(", {} virtual stages", layout.virtual_stages);
  text += fmt::format(", ZeRO-{}, {} microbatch{} of {}, recompute {}", layout.zero,
                      inputs.microbatches(), inputs.microbatches() == 1 ? "" : "es",
                      layout.micro_batch, enum_name(layout.recompute));
  if (layout.recompute != Recompute::kNone && layout.recompute_every > 1) {
    text += fmt::format(" of one layer in {}", layout.recompute_every);
  }
  if (layout.offload == Offload::kOptimizer) text += ", optimizer in host memory";
  return text;
}

std::string stages_line(const StepInputs& inputs) {
  const std::vector<int>* stages = uneven_stages(inputs);
  if (!stages) return "";
  std::vector<std::string> runs;  // of stages that are alike
  for (auto begin = stages->begin(); begin != stages->end();) {
    const auto end =
        std::find_if(begin, stages->end(), [&](int layers) { return layers != *begin; });
    runs.push_back(end - begin == 1 ? fmt::format("{}", *begin)
                                    : fmt::format("{} x {}", end - begin, *begin));
    begin = end;
  }
  return wrapped(fmt::format("layers by {}: {}",
                             inputs.layout.virtual_stages > 1 ? "virtual stage" : "stage",
                             fmt::join(runs, ", ")));
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
    if (!lists_batches(phases[i])) continue;
    for (const PlannedBatch& batch : phases[i].batches) {
      const bool open = phases[i].plan.duration && &batch == &phases[i].batches.back();
      add_batch(table, batch, open, style);
    }
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
  std::map<std::int64_t, std::vector<Seconds>> times;  // by the steps between two
  for (const PlannedPhase& phase : result.phases) {
    const EvaluationPauses& pauses = phase.campaign.evaluation;
    if (pauses.every > 0) times[pauses.every].push_back(pauses.time);
  }
  std::string text;
  for (const auto& [every, of_phases] : times) {
    const auto [least, most] = std::minmax_element(of_phases.begin(), of_phases.end());
    const std::string low = human(*least);
    const std::string high = human(*most);
    const std::string time = low == high ? low : fmt::format("{} .. {}", low, high);
    text += wrapped(fmt::format("an evaluation of {} every {} steps", time, grouped(every)));
  }
  return text;
}

}  // namespace sextant::report

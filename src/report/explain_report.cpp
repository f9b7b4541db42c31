#include "src/report/explain_report.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "src/report/human.h"
#include "src/report/part_sentences.h"
#include "src/report/text_table.h"

namespace sextant::report {
namespace {

using enum TextTable::Align;
using Json = nlohmann::ordered_json;

constexpr std::size_t kBest = 3;
/// Savings below this share are within what the forecast cannot tell apart.
constexpr double kLeastSaved = 0.005;

struct Part {
  StepPart part;
  Seconds time;
  double share;
};

/// Those that matter, largest first.
std::vector<Part> parts_of(const StepProfile& step) {
  std::vector<Part> parts;
  for (const auto& [part, name] : EnumNames<StepPart>::table) {
    const Seconds time = step.breakdown[static_cast<std::size_t>(part)];
    if (time / step.time >= kLeastExplained) parts.push_back({part, time, time / step.time});
  }
  std::stable_sort(parts.begin(), parts.end(),
                   [](const Part& a, const Part& b) { return a.time > b.time; });
  return parts;
}

std::string words(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

/// What it changes: the words before the value.
std::string_view subject(const plan::StepChange& change) {
  return std::string_view(change.change).substr(0, change.change.find(':'));
}

/// The changes of a kind that save most, of each subject the best.
std::vector<const plan::StepChange*> best(const plan::StepExplanation& explanation,
                                          plan::ChangeKind kind) {
  std::vector<const plan::StepChange*> found;
  for (const plan::StepChange& change : explanation.changes) {
    if (change.kind != kind || change.saved_share < kLeastSaved) continue;
    const bool known = std::any_of(found.begin(), found.end(), [&](const auto* better) {
      return subject(*better) == subject(change);
    });
    if (known) continue;
    found.push_back(&change);
    if (found.size() == kBest) break;
  }
  return found;
}

std::string run_saving(const plan::StepChange& change) {
  if (!change.run_saved) return "";
  const std::string time = human(*change.run_saved);
  return change.cost_saved ? fmt::format("{}, {}", time, human(*change.cost_saved)) : time;
}

std::string memory_cost(const plan::StepChange& change, Bytes now) {
  const double more = (change.peak_memory - now).si() / 0x1p30;
  return fmt::format("{:.1f} GiB ({:+.1f})", change.peak_memory.si() / 0x1p30, more);
}

std::string changes_table(const std::vector<const plan::StepChange*>& changes, Bytes memory,
                          TextStyle style) {
  TextTable table({kLeft, kRight, kRight, kLeft, kLeft, kLeft});
  table.row({style.dim("change"), style.dim("step"), style.dim("saves"), style.dim("of the run"),
             style.dim("memory"), ""});
  for (const plan::StepChange* change : changes) {
    table.row({change->change, human(change->step), style.bold(percent(change->saved_share)),
               run_saving(*change), memory_cost(*change, memory), style.dim(change->caution)});
  }
  return table.render();
}

std::string tried_line(const plan::StepExplanation& explanation) {
  std::size_t slower = 0;
  for (const plan::StepChange& change : explanation.changes) {
    if (change.saved_share < kLeastSaved) ++slower;
  }
  return wrapped(fmt::format(
      "{} single changes tried: {} would save less than {} or cost time, {} cannot run (--json "
      "says why). Savings do not add up.",
      explanation.changes.size() + explanation.rejected.size(), slower, percent(kLeastSaved),
      explanation.rejected.size()));
}

Json optional_json(const auto& value) { return value ? Json(value->si()) : Json(); }

Json change_json(const plan::StepChange& change) {
  return {{"change", change.change},
          {"kind", enum_name(change.kind)},
          {"step_s", change.step.si()},
          {"saved_s", change.saved.si()},
          {"saved_share", change.saved_share},
          {"peak_memory_bytes", change.peak_memory.si()},
          {"run_saved_s", optional_json(change.run_saved)},
          {"cost_saved_usd", optional_json(change.cost_saved)},
          {"caution", change.caution}};
}

}  // namespace

Json parts_json(const StepInputs& inputs, const StepProfile& step) {
  Json parts = Json::array();
  for (const Part& part : parts_of(step)) {
    parts.push_back({{"part", enum_name(part.part)},
                     {"time_s", part.time.si()},
                     {"share", part.share},
                     {"why", part_sentence(part.part, inputs, step)}});
  }
  return parts;
}

std::string parts_text(const StepInputs& inputs, const StepProfile& step, TextStyle style) {
  std::string text;
  for (const Part& part : parts_of(step)) {
    text += fmt::format("  {} {}, {}\n", style.bold(words(enum_name(part.part))),
                        percent(part.share), human(part.time));
    text += wrapped(part_sentence(part.part, inputs, step), 4);
  }
  return text;
}

Json explain_json(const plan::PlanResult& result, const plan::StepExplanation& explanation) {
  Json changes = Json::array();
  for (const plan::StepChange& change : explanation.changes) {
    changes.push_back(change_json(change));
  }
  Json rejected = Json::array();
  for (const plan::RejectedChange& change : explanation.rejected) {
    rejected.push_back({{"change", change.change}, {"why", change.why}});
  }
  return {{"breakdown", parts_json(result.step_inputs, result.step)},
          {"changes", std::move(changes)},
          {"rejected", std::move(rejected)}};
}

std::string explain_text(const plan::PlanResult& result, const plan::StepExplanation& explanation,
                         TextStyle style) {
  std::string text = "\n" + style.bold("What the step's time is") + "\n";
  text += parts_text(result.step_inputs, result.step, style);
  const Bytes memory = result.step.peak_memory();
  text += "\n" + style.bold("Which changes would save most") + "\n";
  const auto choices = best(explanation, plan::ChangeKind::kChoice);
  text +=
      choices.empty() ? "  none of those that were tried\n" : changes_table(choices, memory, style);
  const auto hardware = best(explanation, plan::ChangeKind::kHardware);
  if (!hardware.empty()) {
    text += "\n" + style.bold("What other hardware would save") + "\n" +
            changes_table(hardware, memory, style);
  }
  return text + "\n" + tried_line(explanation);
}

}  // namespace sextant::report

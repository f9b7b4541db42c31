#include "src/report/plan_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "src/plan/build_info.h"
#include "src/report/data_report.h"
#include "src/report/evidence.h"
#include "src/report/flow_report.h"
#include "src/report/human.h"
#include "src/report/interrupted.h"
#include "src/report/phases_text.h"
#include "src/report/plan_words.h"
#include "src/report/preparation_report.h"
#include "src/report/spares_report.h"
#include "src/report/step_interval.h"
#include "src/report/text_table.h"

namespace sextant::report {
namespace {

using enum TextTable::Align;

constexpr int kBarWidth = 30;
/// Shares below this are not worth a line.
constexpr double kLeastShare = 0.0005;

std::string heading(std::string_view text, TextStyle style) {
  return "\n" + style.bold(text) + "\n";
}

/// The name of an enum's value as words: "training_lost" is "training lost".
std::string words(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

template <class Q>
std::string range_in(const Summary& value, Scale scale) {
  return fmt::format("{} .. {}", in_scale(Q(value.p10), scale), in_scale(Q(value.p90), scale));
}

template <class Q>
void add_answer(TextTable& table, const char* what, const Summary& value, Scale scale,
                TextStyle style, const std::string& note = "") {
  table.row({what, style.bold(in_scale(Q(value.p50), scale)), std::string(scale.unit),
             range_in<Q>(value, scale), style.dim(note)});
}

std::string title(const plan::PlanResult& result, TextStyle style) {
  const scenario::Scenario& scenario = result.scenario;
  std::string text = style.bold(short_name(scenario.name)) + "\n";
  if (!scenario.question.empty()) text += wrapped(scenario.question);
  return text + style.dim(wrapped(work_sentence(result)));
}

Summary in_grams(Summary kilograms) {
  for (double* figure : {&kilograms.p10, &kilograms.p50, &kilograms.p90}) *figure *= 1e3;
  return kilograms;
}

/// In cubic metres above one.
void add_water(TextTable& table, const Summary& litres, TextStyle style) {
  const double unit = litres.p50 < 1e3 ? 1 : 1e3;
  table.row(
      {"water", style.bold(significant(litres.p50 / unit)), unit > 1 ? "m3" : "l",
       fmt::format("{} .. {}", significant(litres.p10 / unit), significant(litres.p90 / unit)),
       style.dim("at the site")});
}

std::string answer(const plan::PlanResult& result, TextStyle style) {
  const plan::Forecast& forecast = result.forecast;
  TextTable table({kLeft, kRight, kLeft, kLeft, kLeft});
  table.row({"", style.dim("p50"), "", style.dim("p10 .. p90"), ""});
  add_answer<Seconds>(table, "done in", forecast.wall_time_s,
                      scale_of(Seconds(forecast.wall_time_s.p50)), style);
  if (forecast.cost_usd) {
    add_answer<Usd>(table, "cost", *forecast.cost_usd, scale_of(Usd(forecast.cost_usd->p50)), style,
                    words(enum_name(result.scenario.purchase.mode)));
  }
  if (forecast.energy_j) {
    add_answer<Joules>(table, "energy", *forecast.energy_j,
                       scale_of(Joules(forecast.energy_j->p50)), style, "at the meter");
  }
  if (forecast.water_l) add_water(table, *forecast.water_l, style);
  if (forecast.co2e_kg) {
    const Summary location = in_grams(forecast.co2e_kg->location);
    const Scale scale = scale_of(GramsCo2e(location.p50));
    add_answer<GramsCo2e>(table, "emissions", location, scale, style, "by the local grid");
    add_answer<GramsCo2e>(table, "", in_grams(forecast.co2e_kg->market), scale, style,
                          "by the provider's contracts");
  }
  if (forecast.embodied_kg) {
    const Summary grams = in_grams(*forecast.embodied_kg);
    add_answer<GramsCo2e>(table, "", grams, scale_of(GramsCo2e(grams.p50)), style,
                          "besides, by making the machines");
  }
  return table.render();
}

std::string warnings(const plan::PlanResult& result, TextStyle style) {
  std::string text =
      interrupted_text(result.forecast.replicas, result.forecast.interrupted_of, style);
  for (const std::string& note : extrapolations(result)) {
    text += wrapped(style.warning("extrapolated:") + " " + note);
  }
  if (const std::string tight = tight_memory(result); !tight.empty()) {
    text += wrapped(style.warning("may not fit:") + " " + tight);
  }
  for (const std::string& note : result.notes) text += wrapped(style.dim("note:") + " " + note);
  const plan::Forecast& forecast = result.forecast;
  if (forecast.finished < forecast.replicas) {
    text += wrapped(style.warning("not finished:") +
                    fmt::format(" {} of {} replicas ran out of time; they count as far as they "
                                "came",
                                grouped(forecast.replicas - forecast.finished),
                                grouped(forecast.replicas)));
  }
  return text.empty() ? text : "\n" + text;
}

std::string ideal_line(const plan::PlanResult& result) {
  if (!result.ideal) return "";
  const plan::IdealRun& ideal = *result.ideal;
  return "\n" + wrapped(fmt::format(
                    "ideal: {} at {} MFU of {} on {} accelerators: {}{}, i.e. no failures, no "
                    "checkpoints",
                    ideal.formula, ideal.mfu_is_stated ? "the stated" : "the forecast's",
                    percent(ideal.mfu), grouped(result.scenario.cluster.accelerators()),
                    human(ideal.wall_time), ideal.cost ? ", " + human(*ideal.cost) : ""));
}

std::string phases_section(const plan::PlanResult& result, TextStyle style) {
  const std::string table = phases_table(result, style);
  if (table.empty()) return "";
  return heading(result.phases.size() > 1 ? "Phases" : "Batches", style) + table;
}

/// " of "name"" where there are several phases.
std::string of_longest(const plan::PlanResult& result) {
  return result.phases.size() > 1 ? fmt::format(" of {}", result.longest().plan.name) : "";
}

std::string step_section(const plan::PlanResult& result, TextStyle style) {
  const StepProfile& step = result.step;
  const double tokens_per_s = step.tokens / step.time.si();
  const auto [low, high] = interval80(step);
  const Scale scale = scale_of(step.time);
  std::string text = heading("One step" + of_longest(result), style);
  text += fmt::format("  {} ({} .. {}) for {} tokens: {} tokens/s, {} per accelerator\n",
                      human(step.time), in_scale(low, scale), in_scale(high, scale),
                      human_count(step.tokens), human_count(tokens_per_s),
                      significant(tokens_per_s / static_cast<double>(step.accelerators)));
  if (result.network) text += wrapped("tier: flow, on the network below");
  text += fmt::format("  MFU {}, HFU {}\n  {}\n", percent(step.mfu), percent(step.hfu),
                      layout_text(result.step_inputs));
  text += stages_line(result.step_inputs);
  TextTable table({kLeft, kRight, kRight, kLeft});
  for (const auto& [part, name] : EnumNames<StepPart>::table) {
    const Seconds time = step.breakdown[static_cast<std::size_t>(part)];
    const double share = time / step.time;
    if (share < kLeastShare) continue;
    table.row({words(name), human(time), percent(share), style.bar(text_bar(share, kBarWidth))});
  }
  return text + table.render();
}

std::string gib(Bytes bytes) { return fmt::format("{:.1f}", bytes.si() / 1073741824.0); }

/// The first, the last and the fullest stage: the others lie between them.
std::vector<std::size_t> telling_stages(const std::vector<StageMemory>& stages) {
  const auto fullest = std::max_element(stages.begin(), stages.end(),
                                        [](auto& a, auto& b) { return a.total() < b.total(); });
  std::vector<std::size_t> indices{0, static_cast<std::size_t>(fullest - stages.begin()),
                                   stages.size() - 1};
  indices.erase(std::unique(indices.begin(), indices.end()), indices.end());
  return indices;
}

std::string memory_of_other_phases(const plan::PlanResult& result) {
  std::vector<std::string> peaks;
  for (const plan::PlannedPhase& phase : result.phases) {
    if (&phase == &result.longest()) continue;
    peaks.push_back(fmt::format("{} {}", phase.plan.name, gib(fullest(phase).step.peak_memory())));
  }
  return peaks.empty() ? ""
                       : wrapped(fmt::format("peak in other phases: {}", fmt::join(peaks, ", ")));
}

std::string memory_section(const plan::PlanResult& result, TextStyle style) {
  const std::vector<StageMemory>& stages = result.step.memory;
  const Bytes capacity = result.step_inputs.node.accelerator.memory.value;
  std::string text = heading("Memory of an accelerator, GiB", style);
  TextTable table({kLeft, kRight, kRight, kRight, kRight, kRight, kRight, kLeft});
  table.row({style.dim("stage"), style.dim("weights"), style.dim("gradients"),
             style.dim("optimizer"), style.dim("activations"), style.dim("buffers"),
             style.dim("peak"), style.dim("of " + gib(capacity))});
  for (const std::size_t index : telling_stages(stages)) {
    const StageMemory& stage = stages[index];
    const double share = stage.total() / capacity;
    table.row({fmt::format("{} of {}", index + 1, stages.size()), gib(stage.weights),
               gib(stage.gradients), gib(stage.optimizer), gib(stage.activations),
               gib(stage.buffers), style.bold(gib(stage.total())),
               fmt::format("{} {}", percent(share), style.bar(text_bar(share, 10)))});
  }
  return text + table.render() + memory_of_other_phases(result);
}

std::string time_section(const plan::PlanResult& result, TextStyle style) {
  const plan::Forecast& forecast = result.forecast;
  std::string text = heading("Where the time goes", style);
  TextTable table({kLeft, kRight, kRight, kLeft});
  for (const auto& [name, time] : forecast.goodput_s) {
    const double share = time.mean / forecast.wall_time_s.mean;
    if (share < kLeastShare) continue;
    table.row({words(name), human(Seconds(time.mean)), percent(share),
               style.bar(text_bar(share, kBarWidth))});
  }
  return text + table.render();
}

/// The commonest causes: "gpu 35 %, gpu hbm 17 %".
std::string commonest(const plan::Forecast::Interruptions& interruptions) {
  constexpr std::size_t kMostNamed = 5;
  auto causes = interruptions.by_cause;
  std::stable_sort(causes.begin(), causes.end(),
                   [](const auto& a, const auto& b) { return a.second.mean > b.second.mean; });
  causes.resize(std::min(causes.size(), kMostNamed));
  std::vector<std::string> shares;
  for (const auto& [name, count] : causes) {
    shares.push_back(
        fmt::format("{} {:.0f} %", words(name), 100.0 * count.mean / interruptions.total.mean));
  }
  return fmt::format("{}", fmt::join(shares, ", "));
}

/// "one in 2.78 h, of hardware alone in 3.98 h".
std::string time_between(const TimeToInterruption& times) {
  const std::string all = times.all ? fmt::format(", one in {}", human(*times.all)) : "";
  if (!times.hardware || times.hardware == times.all) return all;
  return fmt::format("{}, of hardware alone in {}", all, human(*times.hardware));
}

std::string interruption_lines(const plan::Forecast& forecast) {
  const Summary& total = forecast.interruptions.total;
  const std::string ettr =
      fmt::format("effective training time (ETTR) {} ({} .. {})", percent(forecast.ettr.p50),
                  percent(forecast.ettr.p10), percent(forecast.ettr.p90));
  if (total.mean <= 0) return wrapped(ettr) + wrapped("no interruptions");
  return wrapped(ettr) + wrapped(fmt::format("{} interruptions in the mean ({} .. {}){}: {}",
                                             significant(total.mean), significant(total.p10),
                                             significant(total.p90),
                                             time_between(forecast.mean_time_to_interruption_s),
                                             commonest(forecast.interruptions)));
}

/// Its costs, and what it costs to be off.
std::string saving(const CheckpointCosts& costs, const plan::TierInterval& interval) {
  const bool asynchronous = costs.mode == CheckpointMode::kAsynchronous;
  std::string text = fmt::format("{}write {}, restore {}",
                                 asynchronous ? "stall " + human(costs.stall) + ", " : "",
                                 human(costs.write), human(costs.restore));
  if (const auto& off = interval.off_by_two) {
    text += fmt::format("; half as often {} of time, twice as often {}", growth(off->half_as_often),
                        growth(off->twice_as_often));
  }
  return text;
}

std::string checkpoint_lines(const plan::PlanResult& result) {
  const plan::IntervalChoice& store = result.interval;
  const CampaignPhase& phase = result.longest().campaign;
  if (store.faster.empty()) {
    return wrapped(fmt::format("a checkpoint every {} ({}; Young {}, Daly {}): {}",
                               human(store.interval), store.chosen_by, human(store.young),
                               human(store.daly), saving(phase.checkpoint, store)));
  }
  std::string text;
  for (std::size_t i = 0; i < store.faster.size(); ++i) {
    const plan::TierInterval& choice = store.faster[i];
    const FasterTier& tier = phase.faster[i];
    const std::string copies = tier.copies > 1 ? fmt::format(", {} copies,", tier.copies) : "";
    text += wrapped(fmt::format("a checkpoint in {}{} every {} ({}; formula {}): {}",
                                words(enum_name(tier.medium)), copies, human(choice.interval),
                                choice.chosen_by, human(choice.young), saving(tier.costs, choice)));
  }
  return text + wrapped(fmt::format("a checkpoint in the store every {} ({}; formula {}): {}",
                                    human(store.interval), store.chosen_by, human(store.young),
                                    saving(phase.checkpoint, store)));
}

/// "5.67 TB in 131,072 PUTs", and how many are refused.
std::string moved(const StoreMove& move) {
  std::string text = human(move.size);
  const auto requests = [](double number, const char* kind) {
    return fmt::format(" in {} {}{}", significant(number), kind, number == 1 ? "" : "s");
  };
  if (move.puts > 0) text += requests(move.puts, "PUT");
  if (move.gets > 0) text += requests(move.gets, "GET");
  if (move.refused >= 1) text += fmt::format(", {} times 503 Slow Down", significant(move.refused));
  return text;
}

std::string storage_lines(const plan::PlanResult& result) {
  if (!result.storage) return "";
  const plan::StorageUse& use = *result.storage;
  std::string text = fmt::format("{}: a save moves {} and takes {}, a restore {} and {}", use.store,
                                 moved(use.save), human(use.save.time), moved(use.restore),
                                 human(use.restore.time));
  if (use.month)
    text += fmt::format("; {} USD a month for what lies there and its requests",
                        significant(use.month->si()));
  text = wrapped(text);
  if (use.first_save) {
    text += wrapped(fmt::format(
        "it throttles until its partitions have split {} {}: the first save moves {} and takes {}",
        use.splits, use.splits == 1 ? "time" : "times", moved(*use.first_save),
        human(use.first_save->time)));
  }
  const plan::Forecast::Traffic& run = *result.forecast.store;
  std::vector<std::string> trouble;
  if (run.refused.mean >= 1) {
    trouble.push_back(fmt::format("{} times 503 Slow Down", significant(run.refused.mean)));
  }
  if (run.failed_writes.mean >= 1) {
    trouble.push_back(
        fmt::format("{} checkpoints that failed", significant(run.failed_writes.mean)));
  }
  if (!trouble.empty()) {
    text += wrapped(fmt::format("over the run, in the mean: {}", fmt::join(trouble, ", ")));
  }
  return text;
}

std::string spares_lines(const plan::PlanResult& result) {
  return result.spares ? spares_text(*result.spares) : "";
}

/// Words take an s, symbols such as GB do not.
std::string plural(const std::string& unit) {
  const bool symbol =
      std::none_of(unit.begin(), unit.end(), [](char c) { return std::islower(c); });
  return symbol ? unit : unit + "s";
}

std::string ledger_section(const plan::Forecast& forecast, TextStyle style) {
  if (forecast.ledger.empty()) return "";
  TextTable table({kLeft, kRight, kLeft, kRight, kRight});
  for (const LedgerItem& item : forecast.ledger) {
    if (item.usd == 0) continue;
    table.row({item.item, significant(item.quantity), plural(item.unit),
               "x " + significant(item.unit_price_usd, 4) + " USD", human(Usd(item.usd))});
  }
  return heading("The bill, in the mean", style) + table.render();
}

/// How many replicas the tolerance took.
std::string replicas_line(const plan::PlanResult& result) {
  const std::optional<double>& tolerance = result.scenario.simulation.tolerance;
  if (!tolerance) return "";
  const double reached = result.forecast.precision();
  const auto in_percent = [](double share) { return significant(100 * share, 2) + " %"; };
  return wrapped(fmt::format("{} replicas: their mean time is known within {} (95 %), {} {}",
                             grouped(result.forecast.replicas), in_percent(reached),
                             reached <= *tolerance ? "as asked for:" : "short of the tolerance of",
                             in_percent(*tolerance)));
}

std::string doubt_section(const plan::PlanResult& result, TextStyle style) {
  const plan::WidthShares& width = result.forecast.width;
  std::string text = heading("How sure this is", style);
  text +=
      wrapped(fmt::format("width of p10 .. p90 in time: {} from the step's forecast, {} from the "
                          "failure rate, {} from the times of recovery, {} from chance",
                          percent(width.step_time), percent(width.failure_rate),
                          percent(width.recovery), percent(width.chance)));
  text += replicas_line(result);
  const std::vector<io::Figure> guesses = assumed(result.figures);
  if (guesses.empty()) return text;
  text += fmt::format("  {} figures are assumed, not measured:\n", guesses.size());
  TextTable table({kLeft, kLeft, kLeft});
  for (const io::Figure& figure : guesses) {
    const std::string range = figure.range.empty() ? "" : "(" + figure.range + ")";
    table.row({figure.key, figure.value, style.dim(range)});
  }
  return text + table.render(4);
}

std::string provenance(const plan::PlanResult& result, TextStyle style) {
  const plan::BuildInfo& build = plan::build_info();
  return style.dim(
      fmt::format("\nsextant {}, commit {}{}, {}; {} files; sources: --json\n"
                  "seed {}, {} replicas, digest {:016x}\n",
                  build.version, build.commit, build.modified ? " with changes" : "",
                  build.compiler, result.files.size(), result.scenario.simulation.seed,
                  grouped(result.forecast.replicas), result.forecast.digest));
}

}  // namespace

std::string plan_text(const plan::PlanResult& result, TextStyle style) {
  return title(result, style) + warnings(result, style) + "\n" + answer(result, style) +
         ideal_line(result) + phases_section(result, style) + step_section(result, style) +
         flow_text(result, style) + memory_section(result, style) + time_section(result, style) +
         interruption_lines(result.forecast) + spares_lines(result) + checkpoint_lines(result) +
         storage_lines(result) + (result.data ? data_text(*result.data) : "") +
         evaluation_lines(result) + tuning_lines(result) + ledger_section(result.forecast, style) +
         preparation_text(result, style) + doubt_section(result, style) + provenance(result, style);
}

}  // namespace sextant::report

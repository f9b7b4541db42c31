#include "src/report/validation_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "src/report/human.h"
#include "src/report/interrupted.h"
#include "src/report/text_table.h"

namespace sextant::report {
namespace {

constexpr std::size_t kWorstRows = 8;

std::string percent_or_dash(const std::optional<double>& share) {
  return share ? fmt::format("{:.1f}", 100.0 * *share) : "-";
}

std::string set_table(const validate::StepValidation& validation) {
  using Align = TextTable::Align;
  TextTable table({Align::kLeft, Align::kRight, Align::kRight, Align::kRight, Align::kRight,
                   Align::kRight, Align::kRight, Align::kRight, Align::kRight, Align::kRight,
                   Align::kRight});
  table.row({"set", "n", "refused", "MAPE %", "median", "p90", "max", "bias", "baseline", "noise",
             "covered"});
  const auto number = [](double share) { return fmt::format("{:.1f}", 100.0 * share); };
  for (const validate::StepSummary& set : validation.sets) {
    const bool any = set.refused < set.n;
    table.row({set.set, fmt::format("{}", set.n), fmt::format("{}", set.refused), number(set.mape),
               number(set.median), number(set.p90), number(set.max),
               any ? fmt::format("{:+.1f}", 100.0 * set.bias) : "-",
               any ? number(set.baseline_mape) : "-", percent_or_dash(set.noise_floor),
               percent_or_dash(set.coverage)});
  }
  return table.render();
}

std::string intervals_table(const validate::StepValidation& validation) {
  using Align = TextTable::Align;
  TextTable table({Align::kLeft, Align::kRight, Align::kRight, Align::kRight});
  table.row({"80 % intervals", "covered %", "score", "one width"});
  for (const validate::StepSummary& set : validation.sets) {
    if (!set.intervals) continue;
    table.row({set.set, percent_or_dash(set.coverage), fmt::format("{:.3f}", set.intervals->ours),
               fmt::format("{:.3f}", set.intervals->constant)});
  }
  return table.render();
}

std::string memory_table(const validate::StepValidation& validation) {
  using Align = TextTable::Align;
  TextTable table(
      {Align::kLeft, Align::kRight, Align::kRight, Align::kRight, Align::kRight, Align::kRight});
  table.row({"peak memory", "n", "MAPE %", "median", "max", "bias"});
  const auto number = [](double share) { return fmt::format("{:.1f}", 100.0 * share); };
  int sets = 0;
  for (const validate::StepSummary& set : validation.sets) {
    if (!set.memory) continue;
    ++sets;
    table.row({set.set, fmt::format("{}", set.memory->n), number(set.memory->mape),
               number(set.memory->median), number(set.memory->max),
               fmt::format("{:+.1f}", 100.0 * set.memory->bias)});
  }
  return sets == 0 ? "" : table.render();
}

std::string order_table(const validate::StepValidation& validation) {
  using Align = TextTable::Align;
  TextTable table(
      {Align::kLeft, Align::kRight, Align::kRight, Align::kRight, Align::kRight, Align::kRight});
  table.row({"order of layouts", "clusters", "pairs", "ordered %", "regret %", "worst"});
  int sets = 0;
  for (const validate::StepSummary& set : validation.sets) {
    if (!set.order) continue;
    ++sets;
    const validate::LayoutOrder& order = *set.order;
    table.row({set.set, fmt::format("{}", order.clusters), fmt::format("{}", order.pairs),
               percent_or_dash(order.share_ordered()), fmt::format("{:.1f}", 100.0 * order.regret),
               fmt::format("{:.1f}", 100.0 * order.worst_regret)});
  }
  return sets == 0 ? "" : table.render();
}

/// What the validation says besides errors of the step time, each part with its explanation.
std::string further_tables(const validate::StepValidation& validation) {
  std::string text;
  if (validation.coverage_of_sets) {
    text += "\n" + intervals_table(validation);
    text += fmt::format(
        "  coverage averaged over sets: {:.1f} %. score: mean interval score of log time\n"
        "  (Gneiting & Raftery 2007), smaller is better; one width: the best that is the same for\n"
        "  all rows of the set.\n",
        100.0 * *validation.coverage_of_sets);
  }
  if (const std::string memory = memory_table(validation); !memory.empty()) {
    text += "\n" + memory +
            "  reserved memory of the first rank, as frameworks print it; above 85 % of the\n"
            "  accelerator's memory only forecasts that are too low count.\n";
  }
  if (const std::string order = order_table(validation); !order.empty()) {
    text +=
        "\n" + order +
        "  layouts of one model on one cluster. pairs: measured more than 3 % apart. regret: how\n"
        "  much longer the layout that is forecast to be fastest took than the fastest.\n";
  }
  return text;
}

/// Ours and the baseline on the rows that were predicted: the baseline has no refusals.
std::string predicted_line(const validate::StepValidation& validation) {
  double ours = 0.0, baseline = 0.0;
  int n = 0;
  for (const validate::StepRow& row : validation.rows) {
    if (!row.refused.empty()) continue;
    ours += std::abs(row.error);
    baseline += std::abs(row.baseline_error);
    ++n;
  }
  if (n == 0) return "";
  return fmt::format("\n  The {} rows that were predicted: MAPE {:.1f} %, baseline {:.1f} %.\n", n,
                     100.0 * ours / n, 100.0 * baseline / n);
}

std::string breakdown_text(const StepProfile& profile) {
  std::vector<std::pair<double, std::string>> parts;
  for (std::size_t i = 0; i < kStepParts; ++i) {
    const double share = profile.breakdown[i] / profile.time;
    if (share < 0.02) continue;
    parts.emplace_back(
        -share, fmt::format("{} {:.0f} %", enum_name(static_cast<StepPart>(i)), 100.0 * share));
  }
  std::sort(parts.begin(), parts.end());
  std::string text;
  for (const auto& [share, part] : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

std::string worst_rows(const validate::StepValidation& validation) {
  std::vector<const validate::StepRow*> rows;
  for (const validate::StepRow& row : validation.rows) {
    if (row.refused.empty()) rows.push_back(&row);
  }
  std::stable_sort(rows.begin(), rows.end(), [](const auto* a, const auto* b) {
    return std::abs(a->error) > std::abs(b->error);
  });
  rows.resize(std::min(rows.size(), kWorstRows));
  using Align = TextTable::Align;
  TextTable table({Align::kLeft, Align::kRight, Align::kRight, Align::kRight, Align::kLeft});
  table.row({"worst rows", "measured", "predicted", "error", "predicted time consists of"});
  for (const validate::StepRow* row : rows) {
    table.row({row->id, human(row->measured), human(row->profile.time),
               fmt::format("{:+.1f} %", 100.0 * row->error), breakdown_text(row->profile)});
  }
  return table.empty() ? "" : table.render();
}

std::string refusals(const validate::StepValidation& validation) {
  std::map<std::string, int> reasons;
  for (const validate::StepRow& row : validation.rows) {
    if (!row.refused.empty()) ++reasons[row.refused];
  }
  std::string text;
  for (const auto& [reason, n] : reasons) text += fmt::format("  {:>4}  {}\n", n, reason);
  return text;
}

nlohmann::ordered_json optional_json(const std::optional<double>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

nlohmann::ordered_json intervals_json(const std::optional<validate::IntervalScores>& scores) {
  if (!scores) return nullptr;
  return {{"score", scores->ours}, {"score_of_one_width", scores->constant}};
}

nlohmann::ordered_json memory_json(const std::optional<validate::MemoryErrors>& errors) {
  if (!errors) return nullptr;
  return {{"n", errors->n},
          {"mape", errors->mape},
          {"median", errors->median},
          {"max", errors->max},
          {"bias", errors->bias}};
}

nlohmann::ordered_json order_json(const std::optional<validate::LayoutOrder>& order) {
  if (!order) return nullptr;
  return {{"clusters", order->clusters}, {"pairs", order->pairs},
          {"ordered", order->ordered},   {"share_ordered", optional_json(order->share_ordered())},
          {"regret", order->regret},     {"worst_regret", order->worst_regret}};
}

nlohmann::ordered_json row_json(const validate::StepRow& row) {
  nlohmann::ordered_json json;
  json["id"] = row.id;
  json["set"] = row.set;
  json["measured_s"] = row.measured.si();
  if (!row.refused.empty()) {
    json["refused"] = row.refused;
    return json;
  }
  json["predicted_s"] = row.profile.time.si();
  json["error"] = row.error;
  json["baseline_error"] = row.baseline_error;
  if (row.memory_error) json["memory_error"] = *row.memory_error;
  for (std::size_t i = 0; i < kStepParts; ++i) {
    json["breakdown"][std::string(enum_name(static_cast<StepPart>(i)))] =
        row.profile.breakdown[i].si();
  }
  json["extrapolated"] = row.profile.extrapolated;
  return json;
}

}  // namespace

std::string failed_layouts_text(const validate::FailedLayoutValidation& validation,
                                TextStyle style) {
  using Align = TextTable::Align;
  TextTable table({Align::kLeft, Align::kRight, Align::kRight, Align::kRight, Align::kRight,
                   Align::kRight, Align::kRight, Align::kRight});
  table.row(
      {"model", "n", "impossible", "too large", "infeasible %", "doubtful", "fits", "below 70 %"});
  for (const validate::FailedLayoutSummary& set : validation.sets) {
    table.row({set.set, fmt::format("{}", set.n), fmt::format("{}", set.impossible),
               fmt::format("{}", set.too_large),
               fmt::format("{:.1f}", 100.0 * set.share_infeasible()),
               fmt::format("{}", set.doubtful), fmt::format("{}", set.fits),
               fmt::format("{}", set.fits_easily)});
  }
  std::string text =
      fmt::format("{}\n\n", style.bold("Layouts that failed, and what the forecast says of them"));
  text += table.render();
  text += fmt::format(
      "\n  The source does not tell crashes from want of memory, so not every layout need be\n"
      "  infeasible. impossible: its framework refuses it. too large: needs more memory than "
      "there\n"
      "  is, by more than {:.0f} %; doubtful: as much as there is, within {:.0f} %. Layouts that "
      "also\n"
      "  succeeded are left out.\n",
      100.0 * kMemoryError, 100.0 * kMemoryError);
  std::string easily;
  for (const validate::FailedLayoutRow& row : validation.rows) {
    const bool fits = row.verdict == validate::LayoutVerdict::kFits;
    if (!fits || row.also_succeeded || row.filled >= validate::kEasily) continue;
    easily += fmt::format("  {:>3.0f} %  {}\n", 100.0 * row.filled, row.id);
  }
  if (easily.empty()) return text;
  return text + fmt::format("\n{}\n{}",
                            style.bold("Declared to fit in less than 70 % of the memory"), easily);
}

std::string validation_text(const validate::StepValidation& validation, TextStyle style) {
  std::string text = fmt::format("{}\n{}\n\n", style.bold("Step time, predicted against measured"),
                                 validation.method);
  text += interrupted_text(std::ssize(validation.rows), validation.interrupted_of, style, "rows");
  text += set_table(validation);
  text += predicted_line(validation);
  text +=
      "\n  errors are predicted / measured - 1 in %; a refused row counts as 100 %.\n"
      "  baseline: one MFU per source, accelerator and precision, fitted to these rows.\n"
      "  noise: spread of rows that are equal in every input. covered: inside the 80 % "
      "interval.\n";
  text += further_tables(validation);
  if (const std::string worst = worst_rows(validation); !worst.empty()) text += "\n" + worst;
  if (const std::string refused = refusals(validation); !refused.empty()) {
    text += fmt::format("\n{}\n{}", style.bold("Refused"), refused);
  }
  return text;
}

nlohmann::ordered_json failed_layouts_json(const validate::FailedLayoutValidation& validation) {
  nlohmann::ordered_json json;
  json["sets"] = nlohmann::ordered_json::array();
  for (const validate::FailedLayoutSummary& set : validation.sets) {
    json["sets"].push_back({{"kind", "failed_layouts"},
                            {"set", set.set},
                            {"n", set.n},
                            {"impossible", set.impossible},
                            {"too_large", set.too_large},
                            {"doubtful", set.doubtful},
                            {"fits", set.fits},
                            {"fits_easily", set.fits_easily},
                            {"share_infeasible", set.share_infeasible()}});
  }
  json["rows"] = nlohmann::ordered_json::array();
  for (const validate::FailedLayoutRow& row : validation.rows) {
    json["rows"].push_back({{"id", row.id},
                            {"set", row.set},
                            {"verdict", std::string(enum_name(row.verdict))},
                            {"reason", row.reason},
                            {"memory_bytes", row.memory.si()},
                            {"filled", row.filled},
                            {"also_succeeded", row.also_succeeded}});
  }
  return json;
}

nlohmann::ordered_json validation_json(const validate::StepValidation& validation) {
  nlohmann::ordered_json json;
  json["schema"] = "sextant.validate/1";
  json["method"] = validation.method;
  add_interrupted(std::ssize(validation.rows), validation.interrupted_of, json, "rows");
  json["sets"] = nlohmann::ordered_json::array();
  for (const validate::StepSummary& set : validation.sets) {
    json["sets"].push_back({{"kind", "published_runs"},
                            {"set", set.set},
                            {"n", set.n},
                            {"refused", set.refused},
                            {"mape", set.mape},
                            {"median", set.median},
                            {"p90", set.p90},
                            {"max", set.max},
                            {"bias", set.bias},
                            {"baseline_mape", set.baseline_mape},
                            {"noise_floor", optional_json(set.noise_floor)},
                            {"coverage", optional_json(set.coverage)},
                            {"intervals", intervals_json(set.intervals)},
                            {"memory", memory_json(set.memory)},
                            {"order", order_json(set.order)}});
  }
  json["coverage_averaged_over_sets"] = optional_json(validation.coverage_of_sets);
  json["rows"] = nlohmann::ordered_json::array();
  for (const validate::StepRow& row : validation.rows) json["rows"].push_back(row_json(row));
  return json;
}

}  // namespace sextant::report

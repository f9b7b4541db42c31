#include "src/report/validation_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "src/report/human.h"
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

std::string validation_text(const validate::StepValidation& validation, TextStyle style) {
  std::string text = fmt::format("{}\n{}\n\n", style.bold("Step time, predicted against measured"),
                                 validation.method);
  text += set_table(validation);
  text += predicted_line(validation);
  text +=
      "\n  errors are predicted / measured - 1 in %; a refused row counts as 100 %.\n"
      "  baseline: one MFU per source, accelerator and precision, fitted to these rows.\n"
      "  noise: spread of rows that are equal in every input. covered: inside the 80 % "
      "interval.\n";
  if (const std::string worst = worst_rows(validation); !worst.empty()) text += "\n" + worst;
  if (const std::string refused = refusals(validation); !refused.empty()) {
    text += fmt::format("\n{}\n{}", style.bold("Refused"), refused);
  }
  return text;
}

nlohmann::ordered_json validation_json(const validate::StepValidation& validation) {
  nlohmann::ordered_json json;
  json["schema"] = "sextant.validate/1";
  json["method"] = validation.method;
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
                            {"coverage", optional_json(set.coverage)}});
  }
  json["rows"] = nlohmann::ordered_json::array();
  for (const validate::StepRow& row : validation.rows) json["rows"].push_back(row_json(row));
  return json;
}

}  // namespace sextant::report

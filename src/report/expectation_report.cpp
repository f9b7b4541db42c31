#include "src/report/expectation_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "src/report/human.h"
#include "src/report/text_table.h"

namespace sextant::report {
namespace {

using scenario::ExpectationKind;
using validate::ExpectationRow;

std::string title(ExpectationKind kind) {
  return kind == ExpectationKind::kVerification
             ? "Verification: outcomes that follow from the inputs"
             : "Validation: measured outcomes";
}

/// Four digits; joules of a run have thirteen.
std::string figure(double value) {
  constexpr double kReadable = 1e7;
  return std::abs(value) < kReadable ? significant(value, 4) : fmt::format("{:.3e}", value);
}

std::string result_text(const ExpectationRow& row) {
  if (!row.got) return row.problem;
  return row.expected.value == 0 ? figure(*row.got)
                                 : fmt::format("{:+.2f} %", 100.0 * *row.error());
}

std::string table(const std::vector<ExpectationRow>& rows, ExpectationKind kind, TextStyle style) {
  using enum TextTable::Align;
  TextTable table({kLeft, kLeft, kRight, kRight, kRight, kRight, kLeft});
  table.row({"scenario", "quantity", "expected", "got", "allowed", "", "off by"});
  int passed = 0, n = 0;
  for (const ExpectationRow& row : rows) {
    if (row.expected.kind != kind) continue;
    ++n;
    passed += row.ok();
    table.row({row.id, row.expected.quantity, figure(row.expected.value),
               row.got ? figure(*row.got) : "-",
               fmt::format("{:g} %", 100.0 * row.expected.tolerance),
               row.ok() ? "ok" : style.warning("FAILED"), result_text(row)});
  }
  if (n == 0) return "";
  return fmt::format("{}\n{}\n  {} of {} hold\n", style.bold(title(kind)), table.render(), passed,
                     n);
}

}  // namespace

std::string expectation_text(const std::vector<ExpectationRow>& rows, TextStyle style) {
  const std::string verification = table(rows, ExpectationKind::kVerification, style);
  const std::string validation = table(rows, ExpectationKind::kValidation, style);
  return verification + (verification.empty() || validation.empty() ? "" : "\n") + validation;
}

nlohmann::ordered_json expectation_json(const std::vector<ExpectationRow>& rows) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const ExpectationRow& row : rows) {
    json.push_back({{"id", row.id},
                    {"kind", enum_name(row.expected.kind)},
                    {"quantity", row.expected.quantity},
                    {"expected", row.expected.value},
                    {"got", row.got ? nlohmann::ordered_json(*row.got) : nullptr},
                    {"tolerance", row.expected.tolerance},
                    {"ok", row.ok()},
                    {"source", row.expected.source}});
    if (!row.problem.empty()) json.back()["problem"] = row.problem;
  }
  return json;
}

}  // namespace sextant::report

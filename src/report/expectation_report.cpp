#include "src/report/expectation_report.h"

#include <fmt/format.h>

#include <cmath>

#include "src/report/human.h"
#include "src/report/text_table.h"

namespace sextant::report {
namespace {

using Json = nlohmann::ordered_json;
using scenario::Expectation;
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

std::string outcome_text(const Expectation& expected) {
  if (expected.value) return figure(*expected.value);
  if (!expected.at_most) return "≥ " + figure(*expected.at_least);
  if (!expected.at_least) return "≤ " + figure(*expected.at_most);
  return figure(*expected.at_least) + " .. " + figure(*expected.at_most);
}

std::string allowed_text(const Expectation& expected) {
  if (expected.tolerance) return fmt::format("{:g} %", 100.0 * *expected.tolerance);
  if (expected.absolute_tolerance) return "± " + figure(*expected.absolute_tolerance);
  return "";
}

std::string error_text(const ExpectationRow& row) {
  if (!row.got) return row.problem;
  const double off = *row.error();
  if (row.error_is_relative()) return fmt::format("{:+.2f} %", 100.0 * off);
  if (!row.expected.value && row.ok()) return "";
  return fmt::format("{}{}", off < 0 ? "" : "+", figure(off));
}

std::string interval_text(const ExpectationRow& row) {
  if (!row.interval) return "";
  return figure(row.interval->p10) + " .. " + figure(row.interval->p90);
}

std::string inside_text(const ExpectationRow& row) {
  if (!row.inside()) return "";
  return *row.inside() ? "inside" : "outside";
}

/// Cells of one row. Intervals are held against measured outcomes only.
std::vector<std::string> cells(const ExpectationRow& row, bool measured, TextStyle style) {
  std::vector<std::string> cells{row.id, row.expected.quantity, outcome_text(row.expected),
                                 row.got ? figure(*row.got) : "-", allowed_text(row.expected)};
  if (measured) cells.insert(cells.end(), {interval_text(row), inside_text(row)});
  cells.insert(cells.end(), {row.ok() ? "ok" : style.warning("FAILED"), error_text(row)});
  return cells;
}

std::string table(const std::vector<ExpectationRow>& rows, ExpectationKind kind, TextStyle style) {
  using enum TextTable::Align;
  const validate::ExpectationCounts counts = count(rows, kind);
  if (counts.rows == 0) return "";
  const bool measured = kind == ExpectationKind::kValidation;
  std::vector<TextTable::Align> columns{kLeft, kLeft, kRight, kRight, kRight};
  std::vector<std::string> head{"scenario", "quantity", "expected", "got", "allowed"};
  if (measured) {
    columns.insert(columns.end(), {kLeft, kLeft});
    head.insert(head.end(), {"p10 .. p90", "expected is"});
  }
  columns.insert(columns.end(), {kRight, kLeft});
  head.insert(head.end(), {"", "off by"});
  TextTable table(columns);
  table.row(head);
  for (const ExpectationRow& row : rows) {
    if (row.expected.kind == kind) table.row(cells(row, measured, style));
  }
  std::string text = fmt::format("{}\n{}\n  {} of {} hold\n", style.bold(title(kind)),
                                 table.render(), counts.hold, counts.rows);
  if (counts.with_interval > 0 && measured) {
    text += fmt::format("  {} of {} measured values lie inside p10 .. p90, where 8 of 10 should\n",
                        counts.inside, counts.with_interval);
  }
  return text;
}

Json row_json(const ExpectationRow& row) {
  const Expectation& expected = row.expected;
  Json json = {{"id", row.id},
               {"kind", enum_name(expected.kind)},
               {"quantity", expected.quantity},
               {"expected", expected.value ? Json(*expected.value) : Json()}};
  if (expected.at_least) json["at_least"] = *expected.at_least;
  if (expected.at_most) json["at_most"] = *expected.at_most;
  json["got"] = row.got ? Json(*row.got) : Json();
  if (expected.tolerance) json["tolerance"] = *expected.tolerance;
  if (expected.absolute_tolerance) json["absolute_tolerance"] = *expected.absolute_tolerance;
  json["ok"] = row.ok();
  if (row.interval) json["p10_p90"] = {row.interval->p10, row.interval->p90};
  if (row.inside()) json["inside"] = *row.inside();
  json["source"] = expected.source;
  if (!row.problem.empty()) json["problem"] = row.problem;
  return json;
}

}  // namespace

std::string expectation_text(const std::vector<ExpectationRow>& rows, TextStyle style) {
  const std::string verification = table(rows, ExpectationKind::kVerification, style);
  const std::string validation = table(rows, ExpectationKind::kValidation, style);
  return verification + (verification.empty() || validation.empty() ? "" : "\n") + validation;
}

Json expectation_json(const std::vector<ExpectationRow>& rows) {
  Json json = Json::array();
  for (const ExpectationRow& row : rows) json.push_back(row_json(row));
  return json;
}

Json expectation_counts_json(const std::vector<ExpectationRow>& rows) {
  Json json = Json::object();
  for (const auto& [kind, name] : EnumNames<ExpectationKind>::table) {
    const validate::ExpectationCounts counts = count(rows, kind);
    json[name] = {{"n", counts.rows}, {"hold", counts.hold}};
    if (kind == ExpectationKind::kVerification) continue;
    json[name]["with_interval"] = counts.with_interval;
    json[name]["inside_p10_p90"] = counts.inside;
  }
  return json;
}

}  // namespace sextant::report

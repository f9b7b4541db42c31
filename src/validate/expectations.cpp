#include "src/validate/expectations.h"

#include <fmt/format.h>

#include <cmath>
#include <string_view>

namespace sextant::validate {
namespace {

using Json = nlohmann::ordered_json;

/// p10 .. p90 of the estimate that a pointer names a part of.
std::optional<Interval80> interval_around(const Json& document, const Json::json_pointer& part) {
  if (part.empty()) return std::nullopt;
  const Json& parent = document.at(part.parent_pointer());
  const auto number = [&](std::string_view key) {
    return parent.is_object() && parent.contains(key) && parent.at(std::string(key)).is_number();
  };
  if (!number("p10") || !number("p90")) return std::nullopt;
  return Interval80{parent.at("p10").get<double>(), parent.at("p90").get<double>()};
}

/// The number that a pointer names in the document, or why there is none.
void look_up(const Json& document, ExpectationRow& row) {
  const std::string& quantity = row.expected.quantity;
  try {
    const Json::json_pointer pointer(quantity);
    if (!document.contains(pointer)) {
      row.problem = "the forecast has no such quantity";
      return;
    }
    const Json& value = document.at(pointer);
    if (value.is_number()) {
      row.got = value.get<double>();
      row.interval = interval_around(document, pointer);
    } else if (value.is_object() && value.contains("p50")) {
      row.problem = fmt::format("an estimate: name {}/p50, or another part", quantity);
    } else {
      row.problem =
          fmt::format("{}, not a number", value.is_null() ? "not forecast" : value.type_name());
    }
  } catch (const Json::exception&) {
    row.problem = "not a JSON pointer";
  }
}

}  // namespace

bool ExpectationRow::error_is_relative() const {
  return expected.tolerance && expected.value != 0.0;
}

std::optional<double> ExpectationRow::error() const {
  if (!got) return std::nullopt;
  if (error_is_relative()) return *got / *expected.value - 1;
  if (expected.value) return *got - *expected.value;
  if (expected.at_least && *got < *expected.at_least) return *got - *expected.at_least;
  if (expected.at_most && *got > *expected.at_most) return *got - *expected.at_most;
  return 0.0;
}

bool ExpectationRow::ok() const {
  const std::optional<double> off = error();
  const double allowed = expected.tolerance.value_or(expected.absolute_tolerance.value_or(0.0));
  return off && std::abs(*off) <= allowed;
}

std::optional<bool> ExpectationRow::inside() const {
  if (!interval || !expected.value) return std::nullopt;
  return interval->p10 <= *expected.value && *expected.value <= interval->p90;
}

ExpectationCounts count(const std::vector<ExpectationRow>& rows, scenario::ExpectationKind kind) {
  ExpectationCounts counts;
  for (const ExpectationRow& row : rows) {
    if (row.expected.kind != kind) continue;
    ++counts.rows;
    counts.hold += row.ok();
    counts.with_interval += row.inside().has_value();
    counts.inside += row.inside().value_or(false);
  }
  return counts;
}

std::vector<ExpectationRow> check_expectations(const scenario::Scenario& scenario,
                                               const Json& document) {
  std::vector<ExpectationRow> rows;
  for (const scenario::Expectation& expected : scenario.expect) {
    ExpectationRow& row = rows.emplace_back(ExpectationRow{scenario.name, expected, {}, {}, {}});
    look_up(document, row);
  }
  return rows;
}

std::vector<ExpectationRow> failed_expectations(const scenario::Scenario& scenario,
                                                const std::string& problem) {
  std::vector<ExpectationRow> rows;
  for (const scenario::Expectation& expected : scenario.expect) {
    rows.push_back({scenario.name, expected, {}, problem, {}});
  }
  return rows;
}

}  // namespace sextant::validate

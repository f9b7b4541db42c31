#include "src/validate/expectations.h"

#include <fmt/format.h>

#include <cmath>

namespace sextant::validate {
namespace {

using Json = nlohmann::ordered_json;

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

std::optional<double> ExpectationRow::error() const {
  if (!got) return std::nullopt;
  return expected.value == 0 ? *got : *got / expected.value - 1;
}

bool ExpectationRow::ok() const {
  const std::optional<double> off = error();
  return off && std::abs(*off) <= expected.tolerance;
}

std::vector<ExpectationRow> check_expectations(const scenario::Scenario& scenario,
                                               const Json& document) {
  std::vector<ExpectationRow> rows;
  for (const scenario::Expectation& expected : scenario.expect) {
    ExpectationRow& row = rows.emplace_back(ExpectationRow{scenario.name, expected, {}, {}});
    look_up(document, row);
  }
  return rows;
}

std::vector<ExpectationRow> failed_expectations(const scenario::Scenario& scenario,
                                                const std::string& problem) {
  std::vector<ExpectationRow> rows;
  for (const scenario::Expectation& expected : scenario.expect) {
    rows.push_back({scenario.name, expected, std::nullopt, problem});
  }
  return rows;
}

}  // namespace sextant::validate

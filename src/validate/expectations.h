#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "src/scenario/scenario.h"

namespace sextant::validate {

/// One published outcome against what the forecast says.
struct ExpectationRow {
  std::string id;  ///< the scenario's name
  scenario::Expectation expected;
  std::optional<double> got;
  std::string problem;  ///< why there is nothing to compare; empty: there is

  /// got / expected - 1; got itself where 0 is expected.
  std::optional<double> error() const;
  bool ok() const;
};

/// Holds a scenario's expectations against the document that `plan --json` prints for it.
std::vector<ExpectationRow> check_expectations(const scenario::Scenario& scenario,
                                               const nlohmann::ordered_json& document);

/// Where there is no document: every expectation fails, for this reason.
std::vector<ExpectationRow> failed_expectations(const scenario::Scenario& scenario,
                                                const std::string& problem);

}  // namespace sextant::validate

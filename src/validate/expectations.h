#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "src/scenario/scenario.h"

namespace sextant::validate {

/// The middle 80 % of an estimate.
struct Interval80 {
  double p10 = 0;
  double p90 = 0;
};

/// One published outcome against what the forecast says.
struct ExpectationRow {
  std::string id;  ///< the scenario's name
  scenario::Expectation expected;
  std::optional<double> got;
  std::string problem;                 ///< why there is nothing to compare; empty: there is
  std::optional<Interval80> interval;  ///< where the quantity is a part of an estimate

  /// got / expected - 1; the difference where the tolerance is absolute or 0 is expected; how far
  /// it is out of its bounds. Absent: nothing was got.
  std::optional<double> error() const;
  bool error_is_relative() const;
  bool ok() const;
  /// Whether the outcome, which was measured, lies within the interval. Absent: no interval, or
  /// only bounds are known.
  std::optional<bool> inside() const;
};

/// How many rows of one kind hold, and how many measured values their intervals cover.
struct ExpectationCounts {
  int rows = 0;
  int hold = 0;
  int with_interval = 0;
  int inside = 0;
};
ExpectationCounts count(const std::vector<ExpectationRow>& rows, scenario::ExpectationKind kind);

/// Holds a scenario's expectations against the document that `plan --json` prints for it.
std::vector<ExpectationRow> check_expectations(const scenario::Scenario& scenario,
                                               const nlohmann::ordered_json& document);

/// Where there is no document: every expectation fails, for this reason.
std::vector<ExpectationRow> failed_expectations(const scenario::Scenario& scenario,
                                                const std::string& problem);

}  // namespace sextant::validate

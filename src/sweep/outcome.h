#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sextant/kernel/enum_names.h"
#include "src/plan/plan.h"

namespace sextant::sweep {

/// ok: forecast. infeasible: it cannot work. error: its values do not go together.
enum class PointStatus { kOk, kInfeasible, kError };

/// A column of outputs.
struct Figure {
  const char* name;
  const char* unit;
  const char* doc;
};

/// What is kept of every forecast, in the order of the columns.
std::span<const Figure> figures();

/// Position of a column. @pre there is one of that name
std::size_t figure_index(std::string_view name);

/// What became of one point.
struct Outcome {
  std::int64_t point = 0;
  PointStatus status = PointStatus::kOk;
  std::string message = {};                         ///< why there is no forecast; one line
  std::vector<std::optional<double>> figures = {};  ///< as figures(); empty without a forecast
  std::string layout = {};                          ///< JSON, as a scenario has it
  std::string digest = {};                          ///< of the simulated runs, hexadecimal
};

Outcome outcome_of(std::int64_t point, const plan::PlanResult& plan);

/// As bytes, from one process to another.
std::string packed(const Outcome& outcome);
Outcome unpacked(const std::string& bytes);

/// What the reference says of the file that a sweep writes. `columns`: rows of Markdown.
std::string table_reference(const std::string& columns);

}  // namespace sextant::sweep

namespace sextant {

template <>
struct EnumNames<sweep::PointStatus> {
  static constexpr std::array table{std::pair{sweep::PointStatus::kOk, "ok"},
                                    std::pair{sweep::PointStatus::kInfeasible, "infeasible"},
                                    std::pair{sweep::PointStatus::kError, "error"}};
};

}  // namespace sextant

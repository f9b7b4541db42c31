#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/sample.h"
#include "src/plan/forecast.h"

namespace sextant::optimize {

/// What of a run should be small. CO2e: of operation, by the local grid.
enum class Quantity { kCost, kTime, kEnergy, kCo2e };

}  // namespace sextant::optimize

namespace sextant {
template <>
struct EnumNames<optimize::Quantity> {
  static constexpr std::array table{std::pair{optimize::Quantity::kCost, "cost"},
                                    std::pair{optimize::Quantity::kTime, "time"},
                                    std::pair{optimize::Quantity::kEnergy, "energy"},
                                    std::pair{optimize::Quantity::kCo2e, "co2e"}};
};
}  // namespace sextant

namespace sextant::optimize {

/// One quantity, or a sum of several in which each has its worth in money.
struct Objective {
  struct Term {
    Quantity quantity = Quantity::kCost;
    double worth = 1;  ///< USD for a USD, an hour, a MWh or a tonne of CO2e; of one term 1
  };
  std::vector<Term> terms{Term{}};

  bool is_sum() const { return terms.size() > 1; }
};

/// The quantity replica by replica: USD, s, J, kg. Absent where the forecast has none.
std::optional<Sample> values_of(Quantity quantity, const plan::Forecast& forecast);

/// The objective replica by replica: in SI units of its one quantity (kg of CO2e), or in USD.
/// @returns nothing where the forecast lacks a quantity: no prices, no region
std::optional<Sample> values_of(const Objective& objective, const plan::Forecast& forecast);

/// One unit in which worths are given, in that of the samples: an hour is 3600 s.
double unit_of_worth(Quantity quantity);

}  // namespace sextant::optimize

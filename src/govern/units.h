#pragma once

#include <cstdint>
#include <vector>

#include "sextant/governance/governance.h"

namespace sextant::govern {

/// Thousandths of accelerators in one, and of cores in a core.
inline constexpr double kUnits = 1000;

/// What a flavor's units are pieces of.
enum class UnitKind { kAccelerator, kCore };

/// Cores where "cpu" counts, accelerators otherwise.
UnitKind unit_kind(const GovernanceInputs& inputs, FlavorIndex flavor);

/// Accelerators if a flavor has any, else cores. Sums over flavors are taken over those whose unit
/// it is.
UnitKind counted_kind(const GovernanceInputs& inputs);

/// Units of so much of a flavor's resources.
std::int64_t units_of(const GovernanceInputs& inputs, FlavorIndex flavor,
                      const std::vector<ResourceAmount>& amounts);

/// Units of all nodes of a flavor; of all nominal quota where it has no nodes.
std::int64_t capacity_units(const GovernanceInputs& inputs, FlavorIndex flavor);

/// What quota groups grant of a flavor, in units. Limits that are absent count as unlimited.
struct QuotaUnits {
  std::int64_t nominal = 0;
  std::int64_t borrowing = 0;  ///< at most; kUnlimited
  std::int64_t lending = 0;    ///< at most; the nominal quota where nothing is said
  static constexpr std::int64_t kUnlimited = INT64_MAX;
};
QuotaUnits quota_units(const GovernanceInputs& inputs, FlavorIndex flavor,
                       const std::vector<ResourceGroup>& groups);

/// Nominal quota of a queue in the flavors whose unit is counted.
std::int64_t nominal_units(const GovernanceInputs& inputs, const AdmissionQueue& queue);

}  // namespace sextant::govern

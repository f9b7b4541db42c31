#include "src/govern/units.h"

#include <algorithm>

namespace sextant::govern {
namespace {

std::int64_t weight(const GovernanceInputs& inputs, FlavorIndex flavor, ResourceIndex resource) {
  return inputs.supply[static_cast<std::size_t>(flavor)]
      .unit_weights[static_cast<std::size_t>(resource)];
}

}  // namespace

UnitKind unit_kind(const GovernanceInputs& inputs, FlavorIndex flavor) {
  const std::vector<std::string>& resources = inputs.policy.resources;
  const auto cpu = std::find(resources.begin(), resources.end(), "cpu");
  if (cpu == resources.end()) return UnitKind::kAccelerator;
  const auto index = static_cast<ResourceIndex>(cpu - resources.begin());
  return weight(inputs, flavor, index) > 0 ? UnitKind::kCore : UnitKind::kAccelerator;
}

UnitKind counted_kind(const GovernanceInputs& inputs) {
  for (std::size_t i = 0; i < inputs.policy.flavors.size(); ++i) {
    const auto flavor = static_cast<FlavorIndex>(i);
    if (unit_kind(inputs, flavor) == UnitKind::kAccelerator) return UnitKind::kAccelerator;
  }
  return UnitKind::kCore;
}

std::int64_t units_of(const GovernanceInputs& inputs, FlavorIndex flavor,
                      const std::vector<ResourceAmount>& amounts) {
  std::int64_t units = 0;
  for (const ResourceAmount& each : amounts) {
    units += each.amount * weight(inputs, flavor, each.resource);
  }
  return units;
}

std::int64_t capacity_units(const GovernanceInputs& inputs, FlavorIndex flavor) {
  const AdmissionFlavor& nodes = inputs.policy.flavors[static_cast<std::size_t>(flavor)];
  if (nodes.nodes > 0) return nodes.nodes * units_of(inputs, flavor, nodes.node_capacity);
  std::int64_t units = 0;
  for (const AdmissionQueue& queue : inputs.policy.queues) {
    units += quota_units(inputs, flavor, queue.groups).nominal;
  }
  for (const AdmissionCohort& cohort : inputs.policy.cohorts) {
    units += quota_units(inputs, flavor, cohort.groups).nominal;
  }
  return units;
}

QuotaUnits quota_units(const GovernanceInputs& inputs, FlavorIndex flavor,
                       const std::vector<ResourceGroup>& groups) {
  QuotaUnits sum;
  for (const ResourceGroup& group : groups) {
    for (const FlavorQuotas& quotas : group.flavors) {
      if (quotas.flavor != flavor) continue;
      for (const ResourceQuota& quota : quotas.resources) {
        const std::int64_t units = weight(inputs, flavor, quota.resource);
        if (units == 0) continue;
        sum.nominal += units * quota.nominal;
        sum.lending += units * quota.lending_limit.value_or(quota.nominal);
        const bool unlimited = !quota.borrowing_limit || sum.borrowing == QuotaUnits::kUnlimited;
        sum.borrowing =
            unlimited ? QuotaUnits::kUnlimited : sum.borrowing + units * *quota.borrowing_limit;
      }
    }
  }
  return sum;
}

std::int64_t nominal_units(const GovernanceInputs& inputs, const AdmissionQueue& queue) {
  const UnitKind counted = counted_kind(inputs);
  std::int64_t units = 0;
  for (std::size_t i = 0; i < inputs.policy.flavors.size(); ++i) {
    const auto flavor = static_cast<FlavorIndex>(i);
    if (unit_kind(inputs, flavor) != counted) continue;
    units += quota_units(inputs, flavor, queue.groups).nominal;
  }
  return units;
}

}  // namespace sextant::govern

#include "src/govern/quota_holdings.h"

#include <algorithm>
#include <cmath>

#include "src/govern/units.h"

namespace sextant::govern {

QuotaHoldings::QuotaHoldings(const GovernanceInputs& inputs)
    : inputs_(inputs),
      flavors_(inputs.policy.flavors.size()),
      held_(inputs.policy.queues.size() * flavors_),
      team_held_(inputs.teams.size() * flavors_) {
  const UnitKind kind = counted_kind(inputs);
  for (std::size_t f = 0; f < flavors_; ++f) {
    counted_.push_back(unit_kind(inputs, static_cast<FlavorIndex>(f)) == kind);
  }
  for (const AdmissionQueue& queue : inputs.policy.queues) {
    for (std::size_t f = 0; f < flavors_; ++f) {
      nominal_.push_back(quota_units(inputs, static_cast<FlavorIndex>(f), queue.groups).nominal);
    }
  }
  for (const CapacityWindow& window : inputs.windows) {
    const AdmissionFlavor& flavor = inputs.policy.flavors[static_cast<std::size_t>(window.flavor)];
    window_.push_back(window.nodes * units_of(inputs, window.flavor, flavor.node_capacity));
  }
}

void QuotaHoldings::add(const QuotaChange& change) {
  now_ns_ = change.time_ns;
  held_[account_of(change.queue, change.flavor)] += change.units;
  team_held_[static_cast<std::size_t>(change.team) * flavors_ +
             static_cast<std::size_t>(change.flavor)] += change.units;
}

std::int64_t QuotaHoldings::borrowed(QueueIndex queue, FlavorIndex flavor) const {
  return std::max<std::int64_t>(0, held_[account_of(queue, flavor)] - nominal(queue, flavor));
}

QuotaHoldings::Held QuotaHoldings::of(TeamIndex team) const {
  const QueueIndex queue = inputs_.teams[static_cast<std::size_t>(team)].queue;
  Held sum;
  for (std::size_t f = 0; f < flavors_; ++f) {
    const std::int64_t held = team_held_[static_cast<std::size_t>(team) * flavors_ + f];
    if (!counted_[f] || held == 0) continue;
    const auto flavor = static_cast<FlavorIndex>(f);
    const double share = static_cast<double>(borrowed(queue, flavor)) /
                         static_cast<double>(held_[account_of(queue, flavor)]);
    const auto beyond = std::llround(share * static_cast<double>(held));
    sum.borrowed += beyond;
    sum.own += held - beyond;
  }
  return sum;
}

std::size_t QuotaHoldings::account_of(QueueIndex queue, FlavorIndex flavor) const {
  return static_cast<std::size_t>(queue) * flavors_ + static_cast<std::size_t>(flavor);
}

std::int64_t QuotaHoldings::nominal(QueueIndex queue, FlavorIndex flavor) const {
  std::int64_t units = nominal_[account_of(queue, flavor)];
  const std::string& name = inputs_.policy.queues[static_cast<std::size_t>(queue)].name;
  for (std::size_t w = 0; w < window_.size(); ++w) {
    const CapacityWindow& window = inputs_.windows[w];
    const bool open =
        window.from.ns() <= now_ns_ && (window.to == SimTime::never() || now_ns_ < window.to.ns());
    if (open && window.flavor == flavor && window.queue_or_cohort == name) units += window_[w];
  }
  return units;
}

}  // namespace sextant::govern

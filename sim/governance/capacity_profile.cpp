#include "capacity_profile.h"

#include <algorithm>
#include <iterator>

namespace sextant {

void CapacityProfile::reset(const AdmissionPolicy& policy, SimTime now) {
  std::vector<Amount> free(pool_.slots());
  for (std::size_t f = 0; f < policy.flavors.size(); ++f) {
    for (std::size_t r = 0; r < policy.resources.size(); ++r) {
      const FlavorIndex flavor{static_cast<std::uint16_t>(f)};
      const ResourceIndex resource{static_cast<std::uint16_t>(r)};
      free[pool_.slot(flavor, resource)] = pool_.free(flavor, resource);
    }
  }
  steps_.clear();
  steps_.emplace(now, std::move(free));
}

void CapacityProfile::advance(SimTime now) {
  const auto present = step_at(now);
  steps_.erase(steps_.begin(), present);
}

/// The step that begins at `time`, split off if need be. Before the first one nothing changes.
CapacityProfile::Steps::iterator CapacityProfile::step_at(SimTime time) {
  const auto next = steps_.lower_bound(time);
  if (next != steps_.end() && next->first == time) return next;
  const auto before = next == steps_.begin() ? next : std::prev(next);
  return steps_.emplace_hint(next, time, before->second);
}

void CapacityProfile::add(const RequestOption& option, SimTime from, SimTime to, int sign) {
  if (to <= from) return;
  const auto begin = step_at(from);
  const auto end = to == SimTime::never() ? steps_.end() : step_at(to);
  for (auto step = begin; step != end; ++step) {
    for (const FlavorAmount& need : option.total) {
      step->second[pool_.slot(need.flavor, need.resource)] += sign * need.amount;
    }
  }
  join(begin);
  if (end != steps_.end()) join(end);
}

/// Forgets a step that is like the one before it.
void CapacityProfile::join(Steps::iterator step) {
  if (step != steps_.begin() && std::prev(step)->second == step->second) steps_.erase(step);
}

CapacityProfile::Start CapacityProfile::earliest(const RequestShape& shape, SimDuration length,
                                                 SimTime from) const {
  Start best;
  for (std::size_t i = 0; i < shape.options.size(); ++i) {
    const SimTime at = earliest(shape.options[i], length, from);
    if (at < best.at) best = {.at = at, .option = static_cast<int>(i)};
  }
  return best;
}

SimTime CapacityProfile::earliest(const RequestOption& option, SimDuration length,
                                  SimTime from) const {
  const auto after = steps_.upper_bound(from);
  auto step = after == steps_.begin() ? after : std::prev(after);
  SimTime start = from;
  for (; step != steps_.end(); ++step) {
    const auto next = std::next(step);
    if (!has_room(step->second, option)) {
      start = next == steps_.end() ? SimTime::never() : next->first;
    } else if (next == steps_.end() || next->first >= start + length) {
      return start;
    }
  }
  return SimTime::never();
}

bool CapacityProfile::has_room(const std::vector<Amount>& free, const RequestOption& option) const {
  return std::all_of(option.total.begin(), option.total.end(), [&](const FlavorAmount& need) {
    return need.amount <= free[pool_.slot(need.flavor, need.resource)];
  });
}

}  // namespace sextant

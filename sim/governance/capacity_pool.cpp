#include "capacity_pool.h"

#include <algorithm>

#include "sextant/kernel/assert.h"

namespace sextant {
namespace {

std::size_t position(ResourceIndex resource) { return static_cast<std::size_t>(resource); }

/// Nodes are sorted by what is scarce on them: the first resource that is neither cores nor memory.
std::size_t key_resource(const AdmissionPolicy& policy, const AdmissionFlavor& flavor) {
  for (const ResourceAmount& has : flavor.node_capacity) {
    const std::string& name = policy.resources[position(has.resource)];
    if (name != "cpu" && name != "memory" && has.amount > 0) return position(has.resource);
  }
  return flavor.node_capacity.empty() ? 0 : position(flavor.node_capacity.front().resource);
}

/// Whether somebody has quota of the resource in the flavor.
bool has_quota(const AdmissionPolicy& policy, const AdmissionFlavor& flavor, std::size_t resource) {
  const auto in_group = [&](const ResourceGroup& group) {
    for (const FlavorQuotas& quotas : group.flavors) {
      if (&policy.flavors[static_cast<std::size_t>(quotas.flavor)] != &flavor) continue;
      for (const ResourceQuota& quota : quotas.resources) {
        if (position(quota.resource) == resource && quota.nominal > 0) return true;
      }
    }
    return false;
  };
  const auto in = [&](const auto& owner) {
    return std::any_of(owner.groups.begin(), owner.groups.end(), in_group);
  };
  return std::any_of(policy.queues.begin(), policy.queues.end(), in) ||
         std::any_of(policy.cohorts.begin(), policy.cohorts.end(), in);
}

/// Of a node of a flavor, by resource. What has quota but is not said of the nodes is there in
/// plenty.
std::vector<Amount> node_capacity(const AdmissionPolicy& policy, const AdmissionFlavor& flavor) {
  constexpr Amount kPlentyOnAll = Amount{1} << 61;
  std::vector<std::optional<Amount>> said(policy.resources.size());
  for (const auto& [resource, amount] : flavor.node_capacity) said[position(resource)] = amount;
  std::vector<Amount> capacity(std::max<std::size_t>(said.size(), 1));
  for (std::size_t r = 0; r < said.size(); ++r) {
    const bool plenty = !said[r] && has_quota(policy, flavor, r);
    capacity[r] = plenty ? kPlentyOnAll / flavor.nodes : said[r].value_or(0);
  }
  return capacity;
}

/// What a pod of a hold takes.
const RequestPart& part_of(const RequestShape& shape, const PoolPlacement& placement,
                           const PoolPlacement::Hold& hold) {
  const RequestOption& option = shape.options[static_cast<std::size_t>(placement.option)];
  return option.podsets[static_cast<std::size_t>(hold.podset)][static_cast<std::size_t>(hold.part)];
}

/// Raises what may be used on a node by so many pods, if that is limited.
void change_limit(CapacityPool::Limits* limits, int node, const RequestPart& part, Amount pods) {
  if (limits == nullptr) return;
  const auto limit = limits->find(node);
  if (limit == limits->end()) return;
  for (const auto& [resource, amount] : part.per_pod) {
    limit->second[position(resource)] += amount * pods;
  }
}

}  // namespace

CapacityPool::CapacityPool(const AdmissionPolicy& policy)
    : resources_(std::max<std::size_t>(policy.resources.size(), 1)),
      total_free_(policy.flavors.size() * resources_) {
  for (const AdmissionFlavor& kind : policy.flavors) {
    Flavor& flavor = flavors_.emplace_back();
    flavor.first = static_cast<int>(there_.size());
    flavor.counted = kind.nodes == 0;
    flavor.key = key_resource(policy, kind);
    flavor.node_capacity.resize(resources_);
    if (!flavor.counted) flavor.node_capacity = node_capacity(policy, kind);
    for (int node = 0; node < std::max(kind.nodes, 1); ++node) {
      there_.push_back(true);
      free_.insert(free_.end(), flavor.node_capacity.begin(), flavor.node_capacity.end());
      count(flavor, flavor.first + node, +1);
      flavor.by_room.emplace(flavor.node_capacity[flavor.key], flavor.first + node);
    }
  }
  add_quotas(policy);
}

void CapacityPool::add_quotas(const AdmissionPolicy& policy) {
  for (const AdmissionQueue& queue : policy.queues) add_quota(queue.name, queue.groups);
  for (const AdmissionCohort& cohort : policy.cohorts) add_quota(cohort.name, cohort.groups);
}

void CapacityPool::add_quota(const std::string& name, const std::vector<ResourceGroup>& groups) {
  for (const ResourceGroup& group : groups) {
    for (const FlavorQuotas& flavor : group.flavors) {
      for (const ResourceQuota& quota : flavor.resources) {
        set_nominal(name, flavor.flavor, quota.resource, quota.nominal);
      }
    }
  }
}

void CapacityPool::set_nominal(const std::string& queue_or_cohort, FlavorIndex flavor,
                               ResourceIndex resource, Amount nominal) {
  Amount& known = nominal_[{queue_or_cohort, slot(flavor, resource)}];
  const Amount more = nominal - std::exchange(known, nominal);
  Flavor& kind = flavors_[static_cast<std::size_t>(flavor)];
  if (kind.counted && more != 0) change(kind, kind.first, {{resource, more}}, 1);
}

void CapacityPool::set_node(FlavorIndex flavor, int node, bool there) {
  Flavor& kind = flavors_[static_cast<std::size_t>(flavor)];
  const int number = kind.first + node;
  const auto place = static_cast<std::size_t>(number);
  if (kind.counted || there_[place] == there) return;
  const std::pair entry(free_[place * resources_ + kind.key], number);
  if (there) {
    kind.by_room.insert(entry);
  } else {
    kind.by_room.erase(entry);
  }
  there_[place] = there;
  count(kind, number, there ? +1 : -1);
}

/// Counts what is free on a node, or no longer.
void CapacityPool::count(const Flavor& flavor, int node, int sign) {
  const auto which = static_cast<std::size_t>(&flavor - flavors_.data());
  for (std::size_t r = 0; r < resources_; ++r) {
    total_free_[which * resources_ + r] +=
        sign * free_[static_cast<std::size_t>(node) * resources_ + r];
  }
}

/// Frees room for so many pods on a node; takes it if negative.
void CapacityPool::change(Flavor& flavor, int node, const std::vector<ResourceAmount>& per_pod,
                          Amount pods) {
  const auto which = static_cast<std::size_t>(&flavor - flavors_.data());
  const auto place = static_cast<std::size_t>(node);
  Amount& key = free_[place * resources_ + flavor.key];
  const Amount before = key;
  for (const auto& [resource, amount] : per_pod) {
    free_[place * resources_ + position(resource)] += amount * pods;
    if (there_[place]) total_free_[which * resources_ + position(resource)] += amount * pods;
  }
  if (!there_[place] || key == before) return;
  auto entry = flavor.by_room.extract({before, node});
  entry.value().first = key;
  flavor.by_room.insert(std::move(entry));
}

std::optional<PoolPlacement> CapacityPool::place(const RequestShape& shape, Limits* limits) {
  for (std::size_t option = 0; option < shape.options.size(); ++option) {
    std::optional<PoolPlacement> found = place(shape, static_cast<int>(option), limits);
    if (found) return found;
  }
  return std::nullopt;
}

std::optional<PoolPlacement> CapacityPool::place(const RequestShape& shape, int option,
                                                 Limits* limits) {
  const RequestOption& wanted = shape.options[static_cast<std::size_t>(option)];
  for (const FlavorAmount& need : wanted.total) {
    if (free(need.flavor, need.resource) < need.amount) return std::nullopt;
  }
  PoolPlacement placement{.option = option, .holds = {}};
  for (std::size_t set = 0; set < wanted.podsets.size(); ++set) {
    for (std::size_t part = 0; part < wanted.podsets[set].size(); ++part) {
      const PoolPlacement::Hold hold{.podset = static_cast<int>(set),
                                     .part = static_cast<int>(part)};
      if (place_part(wanted.podsets[set][part], shape.pods[set], hold, limits, placement)) continue;
      release(shape, placement);
      for (const PoolPlacement::Hold& taken : placement.holds) {
        change_limit(limits, node_of(shape, placement, taken), part_of(shape, placement, taken),
                     taken.pods);
      }
      return std::nullopt;
    }
  }
  return placement;
}

bool CapacityPool::place_part(const RequestPart& part, int pods, PoolPlacement::Hold hold,
                              Limits* limits, PoolPlacement& placement) {
  Flavor& flavor = flavors_[static_cast<std::size_t>(part.flavor)];
  const int together = pods_per_node(flavor, part, pods);
  if (together == 0 && pods > 0) return false;
  while (pods > 0) {
    hold.pods = std::min(pods, together);
    const std::optional<int> node = best_node(flavor, part, hold.pods, limits);
    if (!node) return false;
    change(flavor, *node, part.per_pod, -hold.pods);
    change_limit(limits, *node, part, -hold.pods);
    hold.node = *node - flavor.first;
    placement.holds.push_back(hold);
    pods -= hold.pods;
  }
  return true;
}

/// So many of `pods` an empty node holds.
int CapacityPool::pods_per_node(const Flavor& flavor, const RequestPart& part, int pods) const {
  if (flavor.counted) return pods;
  Amount most = pods;
  for (const auto& [resource, amount] : part.per_pod) {
    most = std::min(most, flavor.node_capacity[position(resource)] / amount);
  }
  return static_cast<int>(most);
}

std::optional<int> CapacityPool::best_node(const Flavor& flavor, const RequestPart& part, int pods,
                                           const Limits* limits) const {
  Amount key = 0;
  for (const auto& [resource, amount] : part.per_pod) {
    if (position(resource) == flavor.key) key = amount * pods;
  }
  for (auto at = flavor.by_room.lower_bound({key, -1}); at != flavor.by_room.end(); ++at) {
    if (has_room(at->second, part, pods, limits)) return at->second;
  }
  return std::nullopt;
}

bool CapacityPool::has_room(int node, const RequestPart& part, int pods,
                            const Limits* limits) const {
  const Amount* free = &free_[static_cast<std::size_t>(node) * resources_];
  for (const auto& [resource, amount] : part.per_pod) {
    if (free[position(resource)] < amount * pods) return false;
  }
  if (limits == nullptr) return true;
  const auto limit = limits->find(node);
  if (limit == limits->end()) return true;
  return std::all_of(part.per_pod.begin(), part.per_pod.end(), [&](const ResourceAmount& need) {
    return need.amount * pods <= limit->second[position(need.resource)];
  });
}

void CapacityPool::take(const RequestShape& shape, const PoolPlacement& placement) {
  for (const PoolPlacement::Hold& hold : placement.holds) {
    const RequestPart& part = part_of(shape, placement, hold);
    Flavor& flavor = flavors_[static_cast<std::size_t>(part.flavor)];
    change(flavor, flavor.first + hold.node, part.per_pod, -hold.pods);
  }
}

void CapacityPool::release(const RequestShape& shape, const PoolPlacement& placement) {
  for (const PoolPlacement::Hold& hold : placement.holds) {
    const RequestPart& part = part_of(shape, placement, hold);
    Flavor& flavor = flavors_[static_cast<std::size_t>(part.flavor)];
    change(flavor, flavor.first + hold.node, part.per_pod, hold.pods);
  }
}

int CapacityPool::node_of(const RequestShape& shape, const PoolPlacement& placement,
                          const PoolPlacement::Hold& hold) const {
  const RequestPart& part = part_of(shape, placement, hold);
  return flavors_[static_cast<std::size_t>(part.flavor)].first + hold.node;
}

std::vector<Amount> CapacityPool::free_on(int node) const {
  const auto first =
      free_.begin() + static_cast<std::ptrdiff_t>(node) * static_cast<std::ptrdiff_t>(resources_);
  return {first, first + static_cast<std::ptrdiff_t>(resources_)};
}

}  // namespace sextant

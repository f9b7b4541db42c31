#include "request_shape.h"

#include <algorithm>
#include <utility>

namespace sextant {
namespace {

bool counts_cores(const std::string& resource) { return resource == "cpu"; }

bool is_accelerator(const std::string& resource) {
  return !counts_cores(resource) && resource != "memory" && resource != "ephemeral-storage" &&
         resource != "pods";
}

/// The resources of a group are the same in each of its flavors.
bool covers(const ResourceGroup& group, ResourceIndex resource) {
  if (group.flavors.empty()) return false;
  const std::vector<ResourceQuota>& quotas = group.flavors.front().resources;
  return std::any_of(quotas.begin(), quotas.end(),
                     [&](const ResourceQuota& quota) { return quota.resource == resource; });
}

/// Of a pod's requests those that the group covers, none of them zero.
std::vector<ResourceAmount> covered(const ResourceGroup& group, const PodSet& podset) {
  std::vector<ResourceAmount> found;
  for (const ResourceAmount& request : podset.per_pod) {
    if (request.amount > 0 && covers(group, request.resource)) found.push_back(request);
  }
  return found;
}

void add(std::vector<FlavorAmount>& total, const FlavorAmount& more) {
  for (FlavorAmount& known : total) {
    if (known.flavor == more.flavor && known.resource == more.resource) {
      known.amount += more.amount;
      return;
    }
  }
  total.push_back(more);
}

/// One more group: every option so far with each flavor of the group.
std::vector<RequestOption> with_group(const std::vector<RequestOption>& options,
                                      const ResourceGroup& group,
                                      const std::vector<PodSet>& podsets) {
  std::vector<RequestOption> all;
  for (const RequestOption& option : options) {
    for (const FlavorQuotas& flavor : group.flavors) {
      RequestOption next = option;
      for (std::size_t i = 0; i < podsets.size(); ++i) {
        std::vector<ResourceAmount> per_pod = covered(group, podsets[i]);
        if (per_pod.empty()) continue;
        for (const auto& [resource, amount] : per_pod) {
          add(next.total, {flavor.flavor, resource, amount * podsets[i].count});
        }
        next.podsets[i].push_back({flavor.flavor, std::move(per_pod)});
      }
      all.push_back(std::move(next));
    }
  }
  return all;
}

bool every_request_covered(const AdmissionQueue& queue, const std::vector<PodSet>& podsets) {
  for (const PodSet& podset : podsets) {
    for (const ResourceAmount& request : podset.per_pod) {
      const bool known =
          std::any_of(queue.groups.begin(), queue.groups.end(),
                      [&](const ResourceGroup& group) { return covers(group, request.resource); });
      if (request.amount > 0 && !known) return false;
    }
  }
  return true;
}

double units_of(const std::vector<std::string>& resources, const std::vector<PodSet>& podsets) {
  double accelerators = 0;
  double cores = 0;
  for (const PodSet& podset : podsets) {
    for (const auto& [resource, amount] : podset.per_pod) {
      const std::string& name = resources[static_cast<std::size_t>(resource)];
      const double sum = static_cast<double>(amount) * podset.count;
      if (is_accelerator(name)) accelerators += sum;
      if (counts_cores(name)) cores += sum / 1000;
    }
  }
  return accelerators > 0 ? accelerators : cores;
}

/// What two queues must have in common to share shapes: groups, flavors and resources.
std::vector<std::int64_t> flavors_of(const AdmissionQueue& queue) {
  std::vector<std::int64_t> key;
  for (const ResourceGroup& group : queue.groups) {
    key.push_back(-1);
    for (const FlavorQuotas& flavor : group.flavors) {
      key.push_back(-2);
      key.push_back(static_cast<std::int64_t>(flavor.flavor));
      for (const ResourceQuota& quota : flavor.resources) {
        key.push_back(static_cast<std::int64_t>(quota.resource));
      }
    }
  }
  return key;
}

}  // namespace

ShapeTable::ShapeTable(const AdmissionPolicy& policy) : policy_(policy) {
  std::map<std::vector<std::int64_t>, std::int64_t> classes;
  for (const AdmissionQueue& queue : policy.queues) {
    const auto next = static_cast<std::int64_t>(classes.size());
    queue_classes_.push_back(classes.emplace(flavors_of(queue), next).first->second);
  }
}

ShapeIndex ShapeTable::of(QueueIndex queue, const std::vector<PodSet>& podsets) {
  const auto number = static_cast<std::size_t>(queue);
  std::vector<std::int64_t> key{queue_classes_[number]};
  for (const PodSet& podset : podsets) {
    key.push_back(podset.count);
    key.push_back(static_cast<std::int64_t>(podset.per_pod.size()));
    for (const auto& [resource, amount] : podset.per_pod) {
      key.push_back(static_cast<std::int64_t>(resource));
      key.push_back(amount);
    }
  }
  const auto [place, is_new] = known_.emplace(std::move(key), ShapeIndex(shapes_.size()));
  if (is_new) shapes_.push_back(work_out(policy_.queues[number], podsets));
  return place->second;
}

RequestShape ShapeTable::work_out(const AdmissionQueue& queue,
                                  const std::vector<PodSet>& podsets) const {
  RequestShape shape;
  for (const PodSet& podset : podsets) shape.pods.push_back(podset.count);
  shape.units = units_of(policy_.resources, podsets);
  if (!every_request_covered(queue, podsets)) return shape;
  shape.options.emplace_back().podsets.resize(podsets.size());
  for (const ResourceGroup& group : queue.groups) {
    const bool used = std::any_of(podsets.begin(), podsets.end(), [&](const PodSet& podset) {
      return !covered(group, podset).empty();
    });
    if (used) shape.options = with_group(shape.options, group, podsets);
  }
  return shape;
}

}  // namespace sextant

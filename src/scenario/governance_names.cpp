#include "src/scenario/governance_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace sextant::scenario {
namespace {

template <class Range>
std::optional<std::size_t> position(const Range& range, const std::string& name) {
  const auto found = std::find_if(range.begin(), range.end(),
                                  [&](const auto& entry) { return entry.name == name; });
  if (found == range.end()) return std::nullopt;
  return static_cast<std::size_t>(found - range.begin());
}

template <class Range>
std::vector<std::string> names_of(const Range& range) {
  std::vector<std::string> names;
  for (const auto& entry : range) names.push_back(entry.name);
  return names;
}

std::string counted(std::int64_t count, const std::string& what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

/// The fewest equal pods of at most so many accelerators.
int equal_pods(std::int64_t accelerators, std::int64_t most) {
  std::int64_t pods = (accelerators + most - 1) / most;
  while (accelerators % pods != 0) ++pods;
  return static_cast<int>(pods);
}

}  // namespace

GovernanceNames::GovernanceNames(const GovernanceScenario& scenario)
    : scenario_(scenario), policy_(scenario.admission), kinds_(node_kinds(scenario.cluster)) {
  for (const std::string& name : scenario.flavor_nodes) {
    const auto kind = position(kinds_, name);
    nodes_.push_back(kind ? &kinds_[*kind] : nullptr);
  }
}

std::optional<FlavorIndex> GovernanceNames::flavor(const std::string& name) const {
  if (name.empty() && policy_.flavors.size() == 1) return FlavorIndex{0};
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i] && nodes_[i]->name == name) return static_cast<FlavorIndex>(i);
  }
  const auto found = position(policy_.flavors, name);
  return found ? std::optional(static_cast<FlavorIndex>(*found)) : std::nullopt;
}

std::vector<std::string> GovernanceNames::flavors() const { return names_of(policy_.flavors); }

const NodeKind* GovernanceNames::nodes(FlavorIndex flavor) const {
  return nodes_[static_cast<std::size_t>(flavor)];
}

std::optional<GovernedTeam> GovernanceNames::queue(const std::string& name) const {
  const auto& locals = policy_.local_queues;
  for (std::size_t i = 0; i < locals.size(); ++i) {
    const std::string& local = locals[i].name;
    if (local == name || local == "hyperpod-ns-" + name + "-localqueue" ||
        local.ends_with("/" + name) || local.ends_with("/hyperpod-ns-" + name + "-localqueue")) {
      return GovernedTeam{"", locals[i].queue, static_cast<std::int32_t>(i)};
    }
  }
  for (const std::string& candidate : {name, "hyperpod-ns-" + name + "-clusterqueue"}) {
    const auto found = position(policy_.queues, candidate);
    if (!found) continue;
    GovernedTeam team{"", static_cast<QueueIndex>(*found), -1};
    const auto in_queue = [&](const LocalQueue& local) { return local.queue == team.queue; };
    if (std::count_if(locals.begin(), locals.end(), in_queue) == 1) {
      const auto only = std::find_if(locals.begin(), locals.end(), in_queue);
      team.local_queue = static_cast<std::int32_t>(only - locals.begin());
    }
    return team;
  }
  return std::nullopt;
}

std::vector<std::string> GovernanceNames::queues() const {
  std::vector<std::string> names = names_of(policy_.queues);
  for (const LocalQueue& local : policy_.local_queues) names.push_back(local.name);
  return names;
}

std::optional<std::string> GovernanceNames::quota(const std::string& name) const {
  if (const auto index = team(name)) {
    const auto found = queue_of(scenario_.teams[static_cast<std::size_t>(*index)]);
    if (found) return policy_.queues[static_cast<std::size_t>(found->queue)].name;
  }
  if (const auto found = queue(name)) {
    return policy_.queues[static_cast<std::size_t>(found->queue)].name;
  }
  const auto& queues = policy_.queues;
  const bool cohort =
      position(policy_.cohorts, name) ||
      std::any_of(queues.begin(), queues.end(),
                  [&](const AdmissionQueue& candidate) { return candidate.cohort == name; });
  return cohort ? std::optional(name) : std::nullopt;
}

std::optional<TeamIndex> GovernanceNames::team(const std::string& name) const {
  const auto found = position(scenario_.teams, name);
  return found ? std::optional(static_cast<TeamIndex>(*found)) : std::nullopt;
}

std::optional<GovernedTeam> GovernanceNames::queue_of(const TeamPlan& team) const {
  std::optional<GovernedTeam> found = queue(team.queue.empty() ? team.name : team.queue);
  // One queue that nobody named is everybody's.
  if (!found && team.queue.empty() && !scenario_.policy.kueue && !scenario_.policy.hyperpod) {
    found = GovernedTeam{"", QueueIndex{0}, -1};
  }
  if (found) found->name = team.name;
  return found;
}

std::optional<ClassIndex> GovernanceNames::priority_class(const std::string& name,
                                                          const TeamPlan& team) const {
  const std::string& asked = name.empty() ? team.priority_class : name;
  const auto found = position(policy_.priority_classes, asked.empty() ? kNoClass : asked);
  return found ? std::optional(static_cast<ClassIndex>(*found)) : std::nullopt;
}

std::vector<std::string> GovernanceNames::priority_classes() const {
  return names_of(policy_.priority_classes);
}

std::optional<ResourceIndex> GovernanceNames::resource(const std::string& name) const {
  const auto found = std::find(policy_.resources.begin(), policy_.resources.end(), name);
  if (found == policy_.resources.end()) return std::nullopt;
  return static_cast<ResourceIndex>(found - policy_.resources.begin());
}

bool GovernanceNames::offers(const NodeKind& kind, const JobSize& size) const {
  if (!size.partition.empty()) return kind.device == partition_resource(size.partition);
  if (size.pods && size.per_pod == 0) return kind.amount_of("cpu") > 0;
  return !kind.device.empty() && !kind.partition;
}

std::variant<GovernanceNames::Shape, SizeFault> GovernanceNames::shape(const JobSize& size,
                                                                       const NodeKind& kind) const {
  if (size.pods) return Shape{*size.pods, size.per_pod};
  if (size.nodes) return Shape{*size.nodes, kind.devices};
  const int pods = equal_pods(*size.accelerators, kind.devices);
  return Shape{pods, *size.accelerators / pods};
}

/// The largest part of the job that can begin must have room on the empty cluster.
std::optional<SizeFault> GovernanceNames::too_large(const PodSet& pods,
                                                    const NodeKind& kind) const {
  std::int64_t per_node = std::numeric_limits<int>::max();
  for (const ResourceAmount& asked : pods.per_pod) {
    const std::string& resource = policy_.resources[static_cast<std::size_t>(asked.resource)];
    if (asked.amount == 0) continue;
    const Amount there = kind.amount_of(resource);
    per_node = std::min(per_node, there / asked.amount);
    if (per_node > 0) continue;
    return SizeFault{
        fmt::format("found pods with more {} than a node of {} has", resource, kind.name),
        fmt::format("a node has {}", resource == "cpu" ? there / 1000 : there)};
  }
  const std::int64_t room = per_node * kind.nodes;
  if (pods.min_count.value_or(pods.count) <= room) return std::nullopt;
  return SizeFault{
      fmt::format("found {} at least, more than the {} of {} can hold",
                  counted(pods.min_count.value_or(pods.count), "pod"), counted(kind.nodes, "node"),
                  kind.name),
      fmt::format("{} of this size fit, {} on each node", counted(room, "pod"), per_node)};
}

std::variant<TopologyRequest, SizeFault> GovernanceNames::topology(
    const PlacementPlan& placement, const AdmissionFlavor& flavor) const {
  const auto level = [&](const std::string& name) -> std::optional<int> {
    if (name.empty() || name == "node") return static_cast<int>(flavor.levels.size());
    const auto found = position(flavor.levels, name);
    return found ? std::optional(static_cast<int>(*found)) : std::nullopt;
  };
  if (flavor.levels.empty()) {
    return SizeFault{fmt::format("found a placement, but {} has no topology", flavor.name),
                     "\"topology\" of the cluster's flavor lists its levels"};
  }
  TopologyRequest request;
  request.mode = placement.mode == PlacementMode::kRequired    ? TopologyMode::kRequired
                 : placement.mode == PlacementMode::kPreferred ? TopologyMode::kPreferred
                                                               : TopologyMode::kUnconstrained;
  request.slice = placement.slice;
  for (const auto& [name, index] : {std::pair{&placement.level, &request.level},
                                    std::pair{&placement.slice_level, &request.slice_level}}) {
    const auto found = level(*name);
    if (!found) {
      const auto levels = names_of(flavor.levels);
      return SizeFault{
          fmt::format("found level \"{}\", which {} does not have", *name, flavor.name),
          fmt::format("levels: {}{}node", fmt::join(levels, ", "), levels.empty() ? "" : ", ")};
    }
    *index = *found;
  }
  return request;
}

std::variant<std::vector<PodSet>, SizeFault> GovernanceNames::pods_on(
    const JobSize& size, const std::optional<PlacementPlan>& placement, std::size_t flavor) const {
  const NodeKind& kind = *nodes_[flavor];
  const auto shaped = shape(size, kind);
  if (const auto* fault = std::get_if<SizeFault>(&shaped)) return *fault;
  const Shape& shape = std::get<Shape>(shaped);
  if (size.min_pods && *size.min_pods > shape.pods) {
    return SizeFault{fmt::format("found at least {}, more than the {} that there are in all",
                                 counted(*size.min_pods, "pod"), shape.pods)};
  }
  PodSet pods;
  pods.count = shape.pods;
  pods.min_count = size.min_pods;
  const auto ask = [&](const std::string& name, Amount amount) {
    const auto index = resource(name);
    if (index && amount > 0) pods.per_pod.push_back({*index, amount});
    return index.has_value();
  };
  if (shape.per_pod > 0 && !ask(kind.device, shape.per_pod)) {
    return SizeFault{fmt::format("found {}, of which no queue has a quota", kind.device)};
  }
  ask("cpu", std::llround(1000 * size.cpu));
  ask("memory", std::llround(size.memory.si()));
  if (pods.per_pod.empty()) return SizeFault{"found pods that ask for nothing with a quota"};
  std::sort(pods.per_pod.begin(), pods.per_pod.end(),
            [](const auto& a, const auto& b) { return a.resource < b.resource; });
  if (auto fault = too_large(pods, kind)) return *fault;
  if (placement) {
    const auto request = topology(*placement, policy_.flavors[flavor]);
    if (const auto* fault = std::get_if<SizeFault>(&request)) return *fault;
    pods.topology = std::get<TopologyRequest>(request);
  }
  return std::vector{std::move(pods)};
}

std::variant<std::vector<PodSet>, SizeFault> GovernanceNames::pods(
    const JobSize& size, const std::optional<PlacementPlan>& placement) const {
  const int given =
      int{size.nodes.has_value()} + int{size.accelerators.has_value()} + int{size.pods.has_value()};
  if (given != 1) {
    return SizeFault{
        fmt::format("found {} of \"nodes\", \"accelerators\" and \"pods\", expected one",
                    given == 0 ? "none" : "several")};
  }
  if (size.nodes && !size.partition.empty()) {
    return SizeFault{"found partitions of whole nodes, expected \"accelerators\" or \"pods\""};
  }
  std::optional<FlavorIndex> asked;
  if (!size.flavor.empty()) {
    asked = flavor(size.flavor);
    if (!asked) {
      return SizeFault{
          fmt::format("found flavor \"{}\", which the cluster does not have", size.flavor),
          fmt::format("flavors: {}", fmt::join(flavors(), ", "))};
    }
  }
  std::optional<SizeFault> first_fault;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (asked && static_cast<std::size_t>(*asked) != i) continue;
    if (!nodes_[i] || nodes_[i]->nodes == 0 || !offers(*nodes_[i], size)) continue;
    auto result = pods_on(size, placement, i);
    if (!std::holds_alternative<SizeFault>(result)) return result;
    if (!first_fault) first_fault = std::get<SizeFault>(result);
  }
  if (first_fault) return *first_fault;
  return SizeFault{size.partition.empty()
                       ? std::string("found no nodes with accelerators that it could run on")
                       : fmt::format("found partition \"{}\", which no nodes have", size.partition),
                   size.partition.empty() ? "" : "\"partitions\" of a flavor says which have any"};
}

std::variant<std::vector<PodSet>, SizeFault> GovernanceNames::whole_nodes(
    const Instance& instance, int nodes, const std::optional<PlacementPlan>& placement) const {
  JobSize size;
  size.nodes = nodes;
  std::vector<std::string> instances;
  std::optional<SizeFault> fault;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (!nodes_[i] || nodes_[i]->partition) continue;
    instances.push_back(nodes_[i]->flavor->instance->name);
    if (instances.back() != instance.name) continue;
    auto result = pods_on(size, placement, i);
    if (!std::holds_alternative<SizeFault>(result)) return result;
    fault = std::get<SizeFault>(result);
  }
  if (fault) return *fault;
  return SizeFault{fmt::format("found a run on {}, which the cluster does not have", instance.name),
                   fmt::format("it has {}", fmt::join(instances, ", "))};
}

}  // namespace sextant::scenario

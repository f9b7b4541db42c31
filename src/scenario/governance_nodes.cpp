#include "src/scenario/governance_nodes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace sextant::scenario {
namespace {

const std::string kCpu = "cpu";
constexpr std::int64_t kUnit = 1000;  ///< of an accelerator, or a core

std::string accelerator_resource(const FlavorPlan& flavor) {
  const std::string& generation = (*flavor.accelerator)->generation;
  const bool neuron = generation.starts_with("trn") || generation.starts_with("inf");
  return neuron ? "aws.amazon.com/neurondevice" : "nvidia.com/gpu";
}

NodeKind kind_of(const FlavorPlan& flavor) {
  NodeKind kind;
  kind.flavor = &flavor;
  kind.name = flavor.title();
  kind.nodes = flavor.whole_nodes();
  const Instance& instance = *flavor.instance;
  if (instance.host) {
    kind.capacity.emplace_back(kCpu, kUnit * instance.host->vcpus.value);
    kind.capacity.emplace_back("memory", std::llround(instance.host->memory.value.si()));
  }
  if (instance.fabric == "efa") {
    const int interfaces = instance.interfaces_per_card ? instance.interfaces_per_card->value : 1;
    kind.capacity.emplace_back("vpc.amazonaws.com/efa",
                               std::int64_t{instance.network_cards.value} * interfaces);
  }
  return kind;
}

void add_device(NodeKind& kind, std::string resource, std::int64_t parts) {
  kind.device = std::move(resource);
  kind.devices = parts * kind.flavor->instance->accelerators;
  kind.unit_weight = kUnit / parts;
  kind.capacity.emplace_back(kind.device, kind.devices);
}

NodeKind whole_nodes(const FlavorPlan& flavor) {
  NodeKind kind = kind_of(flavor);
  if (flavor.accelerator && flavor.instance->accelerators > 0) {
    add_device(kind, accelerator_resource(flavor), 1);
  } else {
    kind.unit_weight = 1;  // of "cpu", which counts thousandths of a core
  }
  return kind;
}

NodeKind divided_nodes(const FlavorPlan& flavor, const PartitionPlan& partition) {
  NodeKind kind = kind_of(flavor);
  kind.partition = &partition;
  kind.nodes = partition.nodes;
  const std::string way = partition.shared_by ? "shared" : "mig-" + partition.profile;
  kind.name = partition.name.empty() ? kind.name + "-" + way : partition.name;
  const Bytes memory = (*flavor.accelerator)->memory.value;
  const int parts =
      partition.shared_by.value_or(mig_instances(partition.profile, memory).value_or(1));
  add_device(kind, partition_resource(partition.shared_by ? "shared" : partition.profile), parts);
  return kind;
}

}  // namespace

const std::string& NodeKind::main_resource() const { return device.empty() ? kCpu : device; }

Amount NodeKind::amount_of(std::string_view resource) const {
  const auto found = std::find_if(capacity.begin(), capacity.end(),
                                  [&](const auto& entry) { return entry.first == resource; });
  return found == capacity.end() ? 0 : found->second;
}

std::vector<NodeKind> node_kinds(const GovernanceCluster& cluster) {
  std::vector<NodeKind> kinds;
  for (const FlavorPlan& flavor : cluster.flavors) {
    kinds.push_back(whole_nodes(flavor));
    if (!flavor.accelerator) continue;
    for (const PartitionPlan& partition : flavor.partitions) {
      kinds.push_back(divided_nodes(flavor, partition));
    }
  }
  return kinds;
}

std::string partition_resource(std::string_view kind) {
  if (kind == "shared") return "nvidia.com/gpu.shared";
  return fmt::format("nvidia.com/mig-{}", kind);
}

std::optional<int> mig_instances(std::string_view profile, Bytes memory) {
  int slices = 0, gigabytes = 0;
  const char* end = profile.data() + profile.size();
  const auto [after_slices, slices_error] = std::from_chars(profile.data(), end, slices);
  if (slices_error != std::errc() || !std::string_view(after_slices, end).starts_with("g.")) {
    return std::nullopt;
  }
  const auto [after_memory, memory_error] = std::from_chars(after_slices + 2, end, gigabytes);
  if (memory_error != std::errc() || std::string_view(after_memory, end) != "gb" || slices < 1 ||
      gigabytes < 1) {
    return std::nullopt;
  }
  // Profiles round the memory up: two of 3g.71gb share 141 GB.
  const double by_memory = std::floor(memory.si() / (1e9 * gigabytes) + 0.1);
  const int instances = std::min(7 / slices, static_cast<int>(std::min(by_memory, 7.0)));
  return instances > 0 ? std::optional(instances) : std::nullopt;
}

}  // namespace sextant::scenario

#include "src/import/hyperpod_amounts.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace sextant::importer {
namespace {

__extension__ typedef __int128 Int128;

constexpr std::int64_t kSlices = 7;  // of an accelerator that is divided

Amount clipped(Int128 amount) {
  constexpr Int128 kMost = std::numeric_limits<Amount>::max();
  return static_cast<Amount>(std::clamp(amount, -kMost, kMost));
}

/// What an entry asks for, of what an instance has.
struct Ratio {
  std::int64_t part = 0;
  std::int64_t whole = 0;
};

/// "mig-3g.40gb" has three slices.
std::int64_t slices_of(const std::string& type) { return type[4] - '0'; }

bool is_partition(const std::string& resource) { return resource.starts_with("nvidia.com/mig-"); }

bool wants_accelerators(const ComputeQuotaResource& resource) {
  return resource.accelerators.value_or(0) > 0 || resource.partition;
}

Ratio ratio_of(const ComputeQuotaResource& resource, const InstanceShape& shape) {
  if (wants_accelerators(resource)) {
    std::int64_t slices = kSlices * resource.accelerators.value_or(0);
    if (resource.partition) {
      slices += resource.partition->count * slices_of(resource.partition->type);
    }
    return {slices, kSlices * shape.accelerators};
  }
  if (resource.memory_bytes) return {*resource.memory_bytes, shape.memory_bytes};
  return {resource.millicores.value_or(0), shape.vcpus * 1000};
}

void note_inferred(const ComputeQuotaResource& resource, const InstanceShape& shape,
                   ImportContext& context) {
  if (resource.partition) {
    context.note(
        "inferred mapping: of cores and memory a partition gets its slices' share of an "
        "accelerator's, n/7 for mig-ng");
  }
  if (!shape.devices.empty()) {
    context.note("inferred mapping: a part of an instance has that part of its network interfaces");
  }
}

}  // namespace

std::string partition_resource(const std::string& type) { return "nvidia.com/" + type; }

Amount share_of(Amount amount, std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : clipped(Int128{amount} * part / whole);
}

Amount sum_of(Amount a, Amount b) { return clipped(Int128{a} + b); }

Amounts amounts_of(const InstanceShape& shape, std::int64_t instances) {
  Amounts amounts{{"cpu", instances * shape.vcpus * 1000},
                  {"memory", share_of(shape.memory_bytes, instances, 1)}};
  if (shape.accelerators > 0) {
    amounts[shape.accelerator_resource] = instances * shape.accelerators;
  }
  for (const auto& [name, count] : shape.devices) {
    amounts[name] = sum_of(amounts[name], instances * count);
  }
  return amounts;
}

Amounts capacity_of(const InstanceShape& shape) {
  Amounts capacity = amounts_of(shape, shape.count);
  for (const DividedInstances& divided : shape.divided) {
    Amount& whole = capacity[shape.accelerator_resource];
    whole = sum_of(whole, -divided.count * shape.accelerators);
    Amount& parts = capacity[divided.resource];
    parts = sum_of(parts, divided.count * divided.parts);
  }
  return capacity;
}

Amounts amounts_of(const ComputeQuotaResource& resource, const InstanceShape& shape,
                   ImportContext& context) {
  Amounts amounts;
  if (resource.count) {
    amounts = amounts_of(shape, *resource.count);
  } else {
    const Ratio ratio = ratio_of(resource, shape);
    if (wants_accelerators(resource) && shape.accelerators == 0) {
      context.diagnostics.error(
          resource.place, fmt::format("found accelerators of {}, which has none", shape.type));
    }
    for (const auto& [name, whole] : amounts_of(shape, 1)) {
      if (name != shape.accelerator_resource && !is_partition(name)) {
        amounts[name] = share_of(whole, ratio.part, ratio.whole);
      }
    }
    note_inferred(resource, shape, context);
  }
  if (resource.accelerators) amounts[shape.accelerator_resource] = *resource.accelerators;
  if (resource.millicores) amounts["cpu"] = *resource.millicores;
  if (resource.memory_bytes) amounts["memory"] = *resource.memory_bytes;
  if (resource.partition) {
    amounts[partition_resource(resource.partition->type)] = resource.partition->count;
  }
  return amounts;
}

}  // namespace sextant::importer

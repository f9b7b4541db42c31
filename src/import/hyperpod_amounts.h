#pragma once

#include <map>
#include <string>

#include "sextant/governance/admission_policy.h"
#include "src/import/hyperpod.h"
#include "src/import/hyperpod_bodies.h"

namespace sextant::importer {

/// By the resource's name.
using Amounts = std::map<std::string, Amount>;

/// What so many instances have whose accelerators are whole: cores, memory, accelerators, devices.
Amounts amounts_of(const InstanceShape& shape, std::int64_t instances);

/// What all instances have together, those whose accelerators are divided among them.
Amounts capacity_of(const InstanceShape& shape);

/// What an entry of a quota stands for. Whole instances have everything; otherwise what is not
/// given follows from what is, in the ratio of it to the instance: cores, memory and devices from
/// accelerators or partitions, cores from memory, memory from cores; and accelerators only if they
/// are given. Fractions are rounded down.
/// @source AWS API reference, ComputeQuotaResourceConfig
Amounts amounts_of(const ComputeQuotaResource& resource, const InstanceShape& shape,
                   ImportContext& context);

/// "nvidia.com/mig-1g.5gb"
std::string partition_resource(const std::string& type);

/// amount * part / whole, rounded down; 0 of nothing. Neither exceeds 63 bits.
Amount share_of(Amount amount, std::int64_t part, std::int64_t whole);
Amount sum_of(Amount a, Amount b);

}  // namespace sextant::importer

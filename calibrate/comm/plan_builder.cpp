#include "calibrate/comm/plan_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/quantity.h"
#include "src/io/quantity_text.h"

namespace sextant::comm {
namespace {

using ingest::Operation;

/// How many ranks of a group are on each of its nodes.
std::map<int, int> ranks_by_node(const std::vector<int>& ranks, const std::vector<int>& node_of) {
  std::map<int, int> counts;
  for (const int rank : ranks) ++counts[node_of[static_cast<std::size_t>(rank)]];
  return counts;
}

std::size_t whole_elements(Operation operation, const PlannedGroups& groups) {
  return granule(operation, static_cast<int>(groups.ranks.front().size()));
}

}  // namespace

std::size_t PlanBuilder::add_groups(PlannedGroups groups) {
  plan_.groups.push_back(std::move(groups));
  return plan_.groups.size() - 1;
}

/// Groups of a kind have as many ranks each; where one spans more nodes than others, it counts.
ingest::Sample PlanBuilder::sample_of(const PlannedGroups& groups) const {
  ingest::Sample sample;
  sample.ranks = static_cast<int>(groups.ranks.front().size());
  int fewest = sample.ranks;
  int most = 0;
  for (const std::vector<int>& ranks : groups.ranks) {
    const std::map<int, int> counts = ranks_by_node(ranks, node_of_);
    sample.nodes = std::max(sample.nodes, static_cast<int>(counts.size()));
    for (const auto& [node, count] : counts) {
      fewest = std::min(fewest, count);
      most = std::max(most, count);
    }
  }
  sample.ranks_per_node = fewest == most ? most : 0;
  return sample;
}

/// Elements come out whole on the ranks of both operations; both ways have as many bytes.
std::size_t PlanBuilder::granule_of(Operation operation, const PlannedGroups& groups,
                                    const Particulars& particulars) const {
  std::size_t granule = whole_elements(operation, groups);
  if (operation == Operation::kPointToPointBidirectional) granule *= 2;
  if (!particulars.beside) return granule;
  const PlannedPoint::Beside& beside = *particulars.beside;
  return std::lcm(granule, whole_elements(beside.operation, plan_.groups[beside.groups]));
}

void PlanBuilder::add(std::size_t groups, Operation operation, Pattern pattern,
                      const Particulars& particulars) {
  const auto& asked = options_.operations;
  if (!asked.empty() && std::find(asked.begin(), asked.end(), operation) == asked.end()) return;
  const PlannedGroups& where = plan_.groups[groups];
  ingest::Sample sample = sample_of(where);
  sample.operation = operation;
  sample.precision = "float";
  sample.flags = particulars.flags;
  sample.flags.insert(sample.flags.end(), options_.flags.begin(), options_.flags.end());
  if (!options_.check) sample.flags.emplace_back("unchecked");
  for (const std::size_t bytes :
       message_sizes(options_, granule_of(operation, where, particulars))) {
    sample.bytes = static_cast<double>(bytes);
    const std::string size = io::format_quantity(Bytes(sample.bytes));
    plan_.points.push_back(
        {fmt::format("{}{}, {}, {}", enum_name(operation),
                     particulars.skew != 0.0 ? " (uneven)" : "", where.name, size),
         sample, pattern, particulars.skew, groups, particulars.beside});
  }
}

}  // namespace sextant::comm

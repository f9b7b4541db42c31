#include "calibrate/comm/layout_groups.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <set>

#include "calibrate/comm/comm_error.h"
#include "sextant/training/group_members.h"

namespace sextant::comm {
namespace {

using ingest::Operation;

/// What a kind of group does in a step; the first stands for it beside others.
struct Kind {
  RankGroup group;
  const char* name;
  std::vector<Operation> operations;
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> kKinds{
      {RankGroup::kTensor,
       "tensor",
       {Operation::kAllReduce, Operation::kAllGather, Operation::kReduceScatter}},
      {RankGroup::kContext, "context", {Operation::kSendRecv, Operation::kAllToAll}},
      {RankGroup::kExpert, "expert", {Operation::kAllToAll}},
      {RankGroup::kPipeline, "pipeline", {Operation::kSendRecv}},
      {RankGroup::kReplica, "replica", {Operation::kAllReduce}},
      {RankGroup::kShard,
       "shard",
       {Operation::kAllReduce, Operation::kAllGather, Operation::kReduceScatter}}};
  return kKinds;
}

Pattern pattern_of(Operation operation) {
  return operation == Operation::kSendRecv ? Pattern::kRing : Pattern::kCollective;
}

void require_divides(int divisor, const std::string& divisor_name, int value,
                     const std::string& value_name) {
  if (divisor <= value && value % divisor == 0) return;
  throw CommError(
      fmt::format("--layout: {} ({}) does not divide {} ({}); start as many processes "
                  "as the layout needs, or give another one",
                  divisor_name, divisor, value_name, value));
}

StepInputs inputs_of(const Layout& layout, int ranks) {
  StepInputs inputs;
  inputs.layout = layout;
  inputs.accelerators = ranks;
  const int copy = layout.tensor * layout.pipeline * layout.context;
  require_divides(copy, "tensor x pipeline x context", ranks, "the number of processes");
  if (inputs.data() * copy != ranks) {
    throw CommError(fmt::format("--layout: data is {}, but {} processes make {}: leave it out",
                                inputs.data(), ranks, ranks / copy));
  }
  const int replicas = inputs.data() * layout.context;
  require_divides(inputs.shard_ranks(), "shard_group", replicas, "context x data");
  require_divides(layout.expert * layout.expert_tensor_ranks(), "expert x expert_tensor",
                  replicas * layout.tensor, "tensor x context x data");
  return inputs;
}

/// All groups of a kind, each once, by their lowest ranks.
std::vector<std::vector<int>> groups_of(const StepInputs& inputs, RankGroup kind) {
  std::set<std::vector<int>> groups;
  for (int rank = 0; rank < static_cast<int>(inputs.accelerators); ++rank) {
    groups.insert(group_members(inputs, kind, rank));
  }
  return {groups.begin(), groups.end()};
}

void add_beside_shard(PlanBuilder& builder, const Kind& kind, std::size_t groups,
                      std::size_t shard) {
  const Operation operation = kind.operations.front();
  const Operation other = Operation::kAllReduce;
  builder.add(groups, operation, pattern_of(operation),
              {.flags = {fmt::format("group:{}", kind.name), "concurrent:shard"},
               .beside = PlannedPoint::Beside{shard, other, pattern_of(other)}});
}

}  // namespace

void add_layout_groups(PlanBuilder& builder, const Layout& layout) {
  const StepInputs inputs = inputs_of(layout, static_cast<int>(builder.node_of().size()));
  std::map<RankGroup, std::size_t> planned;
  for (const Kind& kind : kinds()) {
    PlannedGroups groups{fmt::format("{} groups", kind.name), groups_of(inputs, kind.group)};
    if (groups.ranks.front().size() < 2) continue;
    const std::size_t index = planned[kind.group] = builder.add_groups(std::move(groups));
    for (const Operation operation : kind.operations) {
      builder.add(index, operation, pattern_of(operation),
                  {.flags = {fmt::format("group:{}", kind.name)}});
    }
  }
  const auto shard = planned.find(RankGroup::kShard);
  if (shard == planned.end()) return;
  for (const Kind& kind : kinds()) {
    const auto found = planned.find(kind.group);
    if (found == planned.end() || found == shard) continue;
    add_beside_shard(builder, kind, found->second, shard->second);
  }
}

}  // namespace sextant::comm

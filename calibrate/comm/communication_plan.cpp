#include "calibrate/comm/communication_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/layout_groups.h"
#include "calibrate/comm/plan_builder.h"

namespace sextant::comm {
namespace {

using ingest::Operation;

/// As asked for; else 1, 2, 4 … and all. All and one come first: if time runs out, what lies
/// between them is missed least.
std::vector<int> node_counts(int nodes, const std::vector<int>& asked) {
  if (!asked.empty()) {
    const int most = *std::max_element(asked.begin(), asked.end());
    if (most <= nodes) return asked;
    throw CommError(
        fmt::format("--nodes {}: the processes are on {} node{}; start more of them, "
                    "or ask for fewer nodes",
                    most, nodes, nodes == 1 ? "" : "s"));
  }
  std::vector<int> counts{nodes};
  for (int count = 1; count < nodes; count *= 2) counts.push_back(count);
  return counts;
}

std::vector<int> ranks_on_first(const std::vector<int>& node_of, int nodes) {
  std::vector<int> ranks;
  for (std::size_t rank = 0; rank < node_of.size(); ++rank) {
    if (node_of[rank] < nodes) ranks.push_back(static_cast<int>(rank));
  }
  return ranks;
}

void add_all_ranks(PlanBuilder& builder, int nodes) {
  const std::vector<int> ranks = ranks_on_first(builder.node_of(), nodes);
  if (ranks.size() < 2) return;
  const std::size_t groups =
      builder.add_groups({fmt::format("{} node{}", nodes, nodes == 1 ? "" : "s"), {ranks}});
  for (const Operation operation :
       {Operation::kAllReduce, Operation::kAllGather, Operation::kReduceScatter,
        Operation::kAllToAll, Operation::kBroadcast}) {
    builder.add(groups, operation, Pattern::kCollective);
  }
  for (const double skew : builder.options().skews) {
    builder.add(groups, Operation::kAllToAll, Pattern::kCollective,
                {.flags = {"uneven", fmt::format("skew:{:g}", skew)}, .skew = skew});
  }
  builder.add(groups, Operation::kSendRecv, Pattern::kRing);
  if (ranks.size() % 2 != 0) return;
  builder.add(groups, Operation::kPointToPointBidirectional, Pattern::kAcross,
              {.flags = {"bisection"}});
}

void add_pair(PlanBuilder& builder, const std::string& name, const std::vector<int>& ranks) {
  const std::size_t groups = builder.add_groups({name, {ranks}});
  builder.add(groups, Operation::kPointToPoint, Pattern::kPingPong);
  builder.add(groups, Operation::kPointToPointStream, Pattern::kStream);
}

/// Two ranks of the first node that has them, and the first ranks of nodes 0 and 1.
void add_pairs(PlanBuilder& builder) {
  const std::vector<int>& node_of = builder.node_of();
  const auto same = std::adjacent_find(node_of.begin(), node_of.end());
  if (same != node_of.end()) {
    const int first = static_cast<int>(same - node_of.begin());
    add_pair(builder, "in a node", {first, first + 1});
  }
  const auto second = std::find(node_of.begin(), node_of.end(), 1);
  if (second != node_of.end()) {
    add_pair(builder, "between nodes", {0, static_cast<int>(second - node_of.begin())});
  }
}

}  // namespace

CommunicationPlan plan_communication(const std::vector<int>& node_of,
                                     const CommunicationOptions& options) {
  if (node_of.size() < 2) {
    throw CommError("one process has nobody to talk to: start at least two, with mpirun or srun");
  }
  PlanBuilder builder(node_of, options);
  const int nodes = *std::max_element(node_of.begin(), node_of.end()) + 1;
  const std::vector<int> counts = node_counts(nodes, options.nodes);
  const std::span<const int> first =
      std::span(counts).first(std::min<std::size_t>(2, counts.size()));
  add_pairs(builder);
  for (const int count : first) add_all_ranks(builder, count);
  if (options.layout) add_layout_groups(builder, *options.layout);
  for (const int count : std::span(counts).subspan(first.size())) add_all_ranks(builder, count);
  return builder.take();
}

}  // namespace sextant::comm

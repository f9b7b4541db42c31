#include "src/plan/fabric_traffic.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <set>

#include "sextant/cluster/network_cards.h"
#include "sextant/kernel/assert.h"
#include "sextant/network/flow_patterns.h"
#include "src/plan/data.h"
#include "src/plan/ip_pattern.h"

namespace sextant::plan {
namespace {

using scenario::BackgroundKind;
using scenario::BackgroundPlan;
using scenario::Scenario;

/// Another job's buffer where the scenario does not say: a bucket of gradients. It is sent again
/// and again, so its size says little.
constexpr Bytes kOtherJobsBuffer{1e9};

class Traffic {
 public:
  Traffic(const Scenario& scenario, const StepInputs& inputs, const Fabric& fabric,
          const FabricNodes& nodes, const std::optional<CheckpointCosts>& checkpoint)
      : scenario_(scenario),
        inputs_(inputs),
        fabric_(fabric),
        nodes_(nodes),
        checkpoint_(checkpoint),
        free_(nodes.free) {}

  BackgroundTraffic of(const BackgroundPlan& plan) {
    switch (plan.kind) {
      case BackgroundKind::kCheckpoint:
        return checkpoint(plan);
      case BackgroundKind::kData:
        return data(plan);
      case BackgroundKind::kJob:
        break;
    }
    return other_job(plan, fabric_, scenario_.network->seed, free_);
  }

 private:
  BackgroundTraffic checkpoint(const BackgroundPlan& plan) const;
  BackgroundTraffic data(const BackgroundPlan& plan) const;
  std::vector<int> writers() const;
  std::vector<int> senders(const BackgroundPlan& plan, std::vector<int> otherwise) const;
  double rate(const BackgroundPlan& plan, double otherwise) const;
  double ip_limit() const;

  const Scenario& scenario_;
  const StepInputs& inputs_;
  const Fabric& fabric_;
  const FabricNodes& nodes_;
  const std::optional<CheckpointCosts>& checkpoint_;
  std::vector<int> free_;  ///< of other jobs, so far
};

/// Nodes with ranks of the first data-parallel replica.
std::vector<int> nodes_of_a_replica(const StepInputs& inputs, const std::vector<int>& job) {
  const auto ranks_per_node =
      static_cast<std::size_t>(inputs.accelerators) / std::max<std::size_t>(1, job.size());
  const auto ranks_per_stage = static_cast<std::size_t>(inputs.accelerators) /
                               static_cast<std::size_t>(inputs.layout.pipeline);
  const auto width = static_cast<std::size_t>(inputs.layout.tensor * inputs.layout.context);
  std::set<std::size_t> places;
  for (std::size_t stage = 0; stage < static_cast<std::size_t>(inputs.layout.pipeline); ++stage) {
    for (std::size_t i = 0; i < width; ++i) {
      places.insert((stage * ranks_per_stage + i) / ranks_per_node);
    }
  }
  std::vector<int> nodes;
  for (const std::size_t place : places) nodes.push_back(job[place]);
  return nodes;
}

std::vector<int> Traffic::writers() const {
  switch (scenario_.checkpoint.writers) {
    case CheckpointWriters::kAll:
      return nodes_.job;
    case CheckpointWriters::kOneReplica:
      return nodes_of_a_replica(inputs_, nodes_.job);
    case CheckpointWriters::kOne:
      break;
  }
  return {nodes_.job.front()};
}

/// The first ones of the job where the plan says how many.
std::vector<int> Traffic::senders(const BackgroundPlan& plan, std::vector<int> otherwise) const {
  if (plan.nodes == 0) return otherwise;
  return {nodes_.job.begin(), nodes_.job.begin() + plan.nodes};
}

double Traffic::rate(const BackgroundPlan& plan, double otherwise) const {
  return plan.rate ? plan.rate->si() : otherwise;
}

double Traffic::ip_limit() const {
  return NetworkCards(*scenario_.cluster.instance).ip_limit().si();
}

BackgroundTraffic Traffic::checkpoint(const BackgroundPlan& plan) const {
  SEXTANT_ASSERT(plan.bytes || checkpoint_, "a checkpoint of unknown size");
  const std::vector<int> nodes = senders(plan, writers());
  const Bytes bytes =
      plan.bytes ? *plan.bytes : checkpoint_->size / static_cast<double>(nodes.size());
  const Instance& instance = *scenario_.cluster.instance;
  const bool over_fabric = checkpoint_ && checkpoint_->saved.over_fabric;
  // What the campaign's write reaches, which its store and its requests limit too.
  double limit = over_fabric ? std::numeric_limits<double>::infinity() : ip_limit();
  if (checkpoint_ && checkpoint_->write > Seconds(0)) {
    limit = std::min(limit, (bytes / checkpoint_->write).si());
  }
  BackgroundTraffic traffic{
      .name = "checkpoint writes", .transfers = {}, .rate = rate(plan, limit)};
  for (const int node : nodes) {
    const Fabric::VertexId host = fabric_.host(node), store = fabric_.storage();
    traffic.transfers.push_back(over_fabric ? message_pattern(fabric_, host, store, bytes)
                                            : ip_pattern(fabric_, instance, host, store, bytes));
  }
  return traffic;
}

BackgroundTraffic Traffic::data(const BackgroundPlan& plan) const {
  const std::vector<int> nodes = senders(plan, nodes_.job);
  const auto bytes_per_node = [&] {
    const Bytes sample = *data_plan_of(scenario_, inputs_.sequence_length).sample;
    return static_cast<double>(inputs_.global_batch) * sample / static_cast<double>(nodes.size());
  };
  const Bytes bytes = plan.bytes ? *plan.bytes : bytes_per_node();
  BackgroundTraffic traffic{
      .name = "data loading", .transfers = {}, .rate = rate(plan, ip_limit())};
  for (const int node : nodes) {
    traffic.transfers.push_back(ip_pattern(fabric_, *scenario_.cluster.instance, fabric_.storage(),
                                           fabric_.host(node), bytes));
  }
  return traffic;
}

}  // namespace

BackgroundTraffic other_job(const BackgroundPlan& plan, const Fabric& fabric, std::uint64_t seed,
                            std::vector<int>& free) {
  const std::vector<int> nodes =
      choose_nodes(fabric, free, plan.nodes, PlacementPolicy::kScattered, seed);
  std::erase_if(
      free, [&](int node) { return std::find(nodes.begin(), nodes.end(), node) != nodes.end(); });
  const int ranks = plan.nodes * fabric.accelerators_per_node();
  const Placement placed = place_ranks(fabric, nodes, ranks, 1, true);
  // One ring per card.
  const double limit = plan.rate ? plan.rate->si() / fabric.cards_per_node()
                                 : std::numeric_limits<double>::infinity();
  return {.name = fmt::format("a job on {} other nodes", plan.nodes),
          .transfers = {all_reduce_pattern(fabric, placed.accelerators,
                                           plan.bytes.value_or(kOtherJobsBuffer),
                                           FlowAlgorithm::kRing)},
          .rate = limit,
          .endless = true};
}

FabricNodes fabric_nodes(const Scenario& scenario, const Fabric& fabric,
                         PlacementPolicy placement) {
  std::vector<int> all(static_cast<std::size_t>(fabric.nodes()));
  std::iota(all.begin(), all.end(), 0);
  FabricNodes nodes;
  nodes.job = choose_nodes(fabric, all, scenario.cluster.nodes, placement, scenario.network->seed);
  const std::set<int> taken(nodes.job.begin(), nodes.job.end());
  std::erase_if(all, [&](int node) { return taken.contains(node); });
  nodes.free = std::move(all);
  return nodes;
}

std::vector<BackgroundTraffic> fabric_traffic(const Scenario& scenario, const StepInputs& inputs,
                                              const Fabric& fabric, const FabricNodes& nodes,
                                              const std::optional<CheckpointCosts>& checkpoint,
                                              bool with_checkpoints) {
  Traffic traffic(scenario, inputs, fabric, nodes, checkpoint);
  std::vector<BackgroundTraffic> all;
  for (const BackgroundPlan& plan : scenario.network->background) {
    if (plan.kind == BackgroundKind::kCheckpoint && !with_checkpoints) continue;
    // A single node has no network, and shares nothing.
    const bool has_way = plan.kind == BackgroundKind::kJob || fabric.storage() >= 0;
    if (has_way) all.push_back(traffic.of(plan));
  }
  return all;
}

}  // namespace sextant::plan

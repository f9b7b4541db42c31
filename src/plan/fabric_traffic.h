#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sextant/campaign/checkpoint_costs.h"
#include "sextant/cluster/fabric.h"
#include "sextant/training/step_flows.h"
#include "sextant/training/step_inputs.h"
#include "src/scenario/scenario.h"

namespace sextant::plan {

/// Nodes of a fabric that the scenario's job has, in its order, and those that are left.
struct FabricNodes {
  std::vector<int> job;
  std::vector<int> free;
};

/// @pre the fabric holds the job and all others
FabricNodes fabric_nodes(const scenario::Scenario& scenario, const Fabric& fabric,
                         PlacementPolicy placement);

/// Another job's all-reduce in rings over nodes scattered among the free ones, which it takes,
/// again and again.
BackgroundTraffic other_job(const scenario::BackgroundPlan& plan, const Fabric& fabric,
                            std::uint64_t seed, std::vector<int>& free);

/// What goes over the fabric beside the step, in the scenario's order, writes of checkpoints only
/// where they are asked for.
///
/// A checkpoint: each writer's share from its host to the store, over once it is written, at the
/// rate that the campaign writes it with. Data: the next step's samples from the store to every
/// host, at once. Both no faster than the node's IP traffic (NetworkCards::ip_limit). Another job:
/// see other_job, on nodes that the job leaves.
/// @param checkpoint of the phase; where it is absent, checkpoints have their bytes
std::vector<BackgroundTraffic> fabric_traffic(const scenario::Scenario& scenario,
                                              const StepInputs& inputs, const Fabric& fabric,
                                              const FabricNodes& nodes,
                                              const std::optional<CheckpointCosts>& checkpoint,
                                              bool with_checkpoints);

}  // namespace sextant::plan

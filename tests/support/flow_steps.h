#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sextant/training/step_flows.h"
#include "tests/support/reference_flows.h"
#include "tests/support/step_fixtures.h"

/// The machine of step_fixtures.h on a fabric, and steps on it.
namespace sextant::fixtures {

/// Eight accelerators, each with a card of 50 GB/s.
inline Instance flow_instance() {
  Instance instance;
  instance.name = "node";
  instance.accelerator = "chip";
  instance.accelerators = 8;
  instance.fabric = "net";
  instance.network_bandwidth = known<BytesPerSecond>(400e9);
  instance.network_cards = known_count(8);
  return instance;
}

inline FabricPlan fabric_plan(FabricKind kind, int nodes_per_leaf = 8,
                              double oversubscription = 1.0) {
  FabricPlan plan;
  plan.name = "test";
  plan.kind = kind;
  plan.nodes_per_leaf = known_count(nodes_per_leaf);
  plan.oversubscription = known<double>(oversubscription);
  plan.leaves_per_pod = known_count(1000);
  return plan;
}

inline Fabric flow_fabric(const FabricPlan& plan, int nodes) {
  return make_fabric(plan, flow_instance(), accelerator(), nodes);
}

/// On the nodes from `first` on.
inline FlowJob flow_job(const Fabric& fabric, const StepInputs& inputs,
                        const Calibration& calibration, int first = 0) {
  std::vector<int> nodes;
  const int count = static_cast<int>((inputs.accelerators + 7) / 8);
  for (int i = 0; i < count; ++i) nodes.push_back(first + i);
  FlowJob job;
  job.name = "job";
  job.inputs = inputs;
  job.calibration = &calibration;
  job.placement = place_ranks(fabric, nodes, static_cast<int>(inputs.accelerators), 1, true);
  return job;
}

struct RunSteps {
  StepFlows flows;
  FlowResult result;
  std::string asymmetry;

  FlowedStep step(std::size_t job = 0) const { return flowed_step(flows, result, job); }
  double seconds(std::size_t job = 0) const { return step(job).time.si(); }
};

inline RunSteps run_steps(const Fabric& fabric, const std::vector<FlowJob>& jobs,
                          const std::vector<BackgroundTraffic>& background = {},
                          const StepFlowsOptions& options = {}) {
  RunSteps run;
  run.flows = step_flows(fabric, jobs, background, options, &run.asymmetry);
  run.result = reference_flows(run.flows.problem);
  return run;
}

}  // namespace sextant::fixtures

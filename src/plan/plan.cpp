#include "src/plan/plan.h"

#include <fmt/format.h>

#include <cmath>

#include "sextant/training/parameters.h"
#include "sextant/training/step_model.h"
#include "src/io/diagnostics.h"
#include "src/plan/feasibility.h"
#include "src/plan/figures_used.h"
#include "src/plan/forecast_inputs.h"
#include "src/plan/purchase.h"

namespace sextant::plan {
namespace {

template <class Coefficients>
void require_known(const std::map<std::string, Coefficients>& known, const std::string& key,
                   const char* what, const std::string& calibration) {
  if (known.contains(key)) return;
  std::vector<std::string> names;
  for (const auto& [name, coefficients] : known) names.push_back(name);
  throw io::InputError(
      fmt::format("error: calibration \"{}\" has no coefficients for the {} \"{}\"\n"
                  "  help: it has {}\n",
                  calibration, what, key, fmt::join(names, ", ")));
}

void require_calibrated(const StepInputs& inputs, const Calibration& calibration) {
  require_known(calibration.accelerators, inputs.node.accelerator.generation,
                "accelerator generation", calibration.name);
  require_known(calibration.software, inputs.software.framework, "framework", calibration.name);
  if (inputs.accelerators > inputs.node.accelerators) {
    require_known(calibration.fabrics, inputs.node.fabric, "network", calibration.name);
  }
}

/// Steps of the whole run. A run of given duration has more work than anyone can finish in it.
std::int64_t step_count(const scenario::TrainingPlan& training, const StepProfile& step) {
  constexpr double kPlenty = 10;
  const double steps = training.duration ? kPlenty * (*training.duration / step.time)
                                         : *training.tokens / step.tokens;
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(steps)));
}

CampaignInputs campaign_of(const scenario::Scenario& scenario, const StepProfile& step) {
  const Instance& instance = *scenario.cluster.instance;
  CheckpointedJob job;
  job.parameters = total_parameters(*scenario.model);
  job.nodes = scenario.cluster.nodes;
  if (instance.ip_bandwidth) job.node_ip_bandwidth = instance.ip_bandwidth->value;
  CampaignInputs campaign;
  campaign.nodes = scenario.cluster.nodes;
  campaign.phases = {steady_phase(step.time, step_count(scenario.training, step),
                                  checkpoint_costs(scenario.checkpoint, scenario.recovery, job))};
  campaign.step_log_spread = step.log_spread;
  campaign.duration = scenario.training.duration;
  campaign.failures = *scenario.failures;
  campaign.recovery = scenario.recovery;
  campaign.fleet = scenario.fleet;
  return campaign;
}

/// A rank drives a device, of which an accelerator may have several.
StepNode step_node(const Instance& instance, const Accelerator& accelerator) {
  const int devices = accelerator.device_count();
  return {.accelerator = device_share(accelerator),
          .accelerators = instance.accelerators * devices,
          .network_bandwidth = instance.network_bandwidth.value,
          .fabric = instance.fabric,
          .link_domain = instance.accelerators_per_link_domain() * devices};
}

}  // namespace

StepInputs step_inputs_of(const scenario::Scenario& scenario) {
  const scenario::ClusterPlan& cluster = scenario.cluster;
  const scenario::TrainingPlan& training = scenario.training;
  return {.model = *scenario.model,
          .layout = training.layout,
          .software = training.software,
          .node = step_node(*cluster.instance, **cluster.accelerator),
          .accelerators = cluster.ranks(),
          .sequence_length = training.sequence_length,
          .global_batch = training.global_batch,
          .precision = training.precision};
}

PlanResult make_plan(const scenario::Scenario& scenario, const run::ParallelOptions& parallel) {
  PlanResult result;
  result.scenario = scenario;
  result.step_inputs = step_inputs_of(scenario);
  require_purchase(scenario);
  require_valid_layout(result.step_inputs);
  require_calibrated(result.step_inputs, *scenario.calibration);
  require_memory(result.step_inputs);
  result.step = forecast_step(result.step_inputs, *scenario.calibration);

  result.campaign = campaign_of(scenario, result.step);
  result.interval = choose_interval(scenario.checkpoint.interval, result.campaign,
                                    scenario.simulation.seed, parallel);
  result.campaign.interval = result.interval.interval;
  result.forecast = forecast(forecast_inputs_of(scenario, result.campaign), parallel);
  require_finish(result.campaign, result.forecast);
  require_booking(scenario, result.forecast);
  result.notes = purchase_notes(scenario, result.forecast);
  result.figures = figures_used(scenario);
  return result;
}

}  // namespace sextant::plan

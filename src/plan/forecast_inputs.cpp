#include "src/plan/forecast_inputs.h"

#include <algorithm>

#include "sextant/ledger/power.h"
#include "sextant/training/parameters.h"
#include "src/plan/purchase.h"

namespace sextant::plan {
namespace {

/// Of the phase that saves most.
Bytes checkpoint_size(const scenario::Scenario& scenario) {
  double parameters = 0;
  for (const scenario::PhasePlan* phase : scenario.training.in_order()) {
    parameters = std::max(parameters, trainable_parameters(*scenario.model, phase->tuning));
  }
  return Bytes(parameters * scenario.checkpoint.bytes_per_parameter);
}

std::optional<JobChain> job_chain_of(const scenario::Scenario& scenario,
                                     const CampaignInputs& campaign) {
  const auto rules = scenario.platform.job_rules();
  if (!rules) return std::nullopt;
  Seconds restore{0};  // of the phase that takes longest to read
  for (const CampaignPhase& phase : campaign.phases) {
    restore = std::max(restore, phase.checkpoint.restore);
  }
  return JobChain{.longest_job = rules->longest_run,
                  .start = rules->start,
                  .restart = campaign.recovery.restart,
                  .restore = restore};
}

}  // namespace

ForecastInputs forecast_inputs_of(const scenario::Scenario& scenario,
                                  const CampaignInputs& campaign) {
  const scenario::ClusterPlan& cluster = scenario.cluster;
  ForecastInputs inputs;
  inputs.campaign = campaign;
  inputs.tariff = tariff_of(scenario, checkpoint_size(scenario));
  inputs.booking = booking_of(scenario.purchase);
  inputs.job_chain = job_chain_of(scenario, campaign);
  inputs.power = power_curve(*cluster.instance, **cluster.accelerator);
  inputs.embodied = cluster.instance->embodied;
  if (cluster.region) inputs.region = **cluster.region;
  inputs.grid_factor_set = cluster.grid_factors;
  inputs.replicas = scenario.simulation.replicas;
  inputs.seed = scenario.simulation.seed;
  return inputs;
}

}  // namespace sextant::plan

#include "src/plan/forecast_inputs.h"

#include <algorithm>

#include "sextant/ledger/power.h"
#include "src/plan/purchase.h"

namespace sextant::plan {
namespace {

/// Of the phase that saves most.
Bytes checkpoint_size(const CampaignInputs& campaign) {
  Bytes size;
  for (const CampaignPhase& phase : campaign.phases) size = std::max(size, phase.checkpoint.size);
  return size;
}

}  // namespace

ForecastInputs forecast_inputs_of(const scenario::Scenario& scenario,
                                  const CampaignInputs& campaign,
                                  const std::optional<PlannedData>& data) {
  const scenario::ClusterPlan& cluster = scenario.cluster;
  ForecastInputs inputs;
  inputs.campaign = campaign;
  inputs.tariff = tariff_of(scenario, checkpoint_size(campaign), data);
  inputs.booking = booking_of(scenario.purchase);
  inputs.power = power_curve(*cluster.instance, **cluster.accelerator);
  inputs.embodied = cluster.instance->embodied;
  if (cluster.region) inputs.region = **cluster.region;
  inputs.grid_factor_set = cluster.grid_factors;
  inputs.replicas = scenario.simulation.replicas;
  inputs.tolerance = scenario.simulation.tolerance;
  inputs.max_replicas = scenario.simulation.max_replicas;
  inputs.seed = scenario.simulation.seed;
  return inputs;
}

}  // namespace sextant::plan

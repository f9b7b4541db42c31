#include "src/plan/forecast_inputs.h"

#include <fmt/format.h>

#include <algorithm>

#include "sextant/ledger/power.h"
#include "src/plan/infeasible.h"
#include "src/plan/purchase.h"

namespace sextant::plan {
namespace {

/// Of the phase that saves most.
Bytes checkpoint_size(const CampaignInputs& campaign) {
  Bytes size;
  for (const CampaignPhase& phase : campaign.phases) size = std::max(size, phase.checkpoint.size);
  return size;
}

/// @throws InfeasiblePlan if a job of the chain is over before it trains
void require_time_to_train(const JobChain& chain) {
  const Seconds resume = chain.start + chain.restart + chain.restore;
  if (chain.longest_job > resume) return;
  const auto minutes = [](Seconds time) { return fmt::format("{:.1f} min", time / kMinute); };
  throw InfeasiblePlan(
      {{fmt::format("a training job may run {}, and it takes {} to start",
                    minutes(chain.longest_job), minutes(resume)),
        {fmt::format("machines {}, processes {}, reading the checkpoint {}", minutes(chain.start),
                     minutes(chain.restart), minutes(chain.restore))},
        {"a longer \"longest_run\" in \"training_job\""}}});
}

std::optional<JobChain> job_chain_of(const scenario::Scenario& scenario,
                                     const CampaignInputs& campaign) {
  const auto rules = scenario.platform.job_rules();
  if (!rules) return std::nullopt;
  Seconds restore{0};  // of the phase that takes longest to read
  for (const CampaignPhase& phase : campaign.phases) {
    restore = std::max(restore, phase.checkpoint.restore);
  }
  const JobChain chain{.longest_job = rules->longest_run,
                       .start = rules->start,
                       .restart = campaign.recovery.restart,
                       .restore = restore};
  require_time_to_train(chain);
  return chain;
}

}  // namespace

ForecastInputs forecast_inputs_of(const scenario::Scenario& scenario,
                                  const CampaignInputs& campaign) {
  const scenario::ClusterPlan& cluster = scenario.cluster;
  ForecastInputs inputs;
  inputs.campaign = campaign;
  inputs.tariff = tariff_of(scenario, checkpoint_size(campaign));
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

#include "sextant/campaign/campaign.h"

#include <numeric>

#include "sextant/campaign/hosted_job.h"

namespace sextant {

std::int64_t CampaignResult::total_interruptions() const {
  return std::accumulate(interruptions.begin(), interruptions.end(), std::int64_t{0});
}

std::int64_t CampaignInputs::steps() const {
  std::int64_t sum = 0;
  for (const CampaignPhase& phase : phases) sum += phase.steps();
  return sum;
}

CampaignResult run_campaign(const CampaignInputs& inputs, ReplicaKey key, UsageSink& usage) {
  const double rate_factor = draw_rate_factor(inputs.failures, key);
  Simulation simulation;
  Fleet fleet(simulation,
              {.profile = inputs.failures,
               .recovery = inputs.recovery,
               .plan = inputs.fleet,
               .nodes = inputs.nodes,
               .rate_factor = rate_factor,
               .seed = key.seed,
               .replica = key.replica},
              usage);
  HostedJob job(simulation, fleet,
                {.inputs = inputs,
                 .key = key,
                 .rate_factor = rate_factor,
                 .on_end = [&simulation] { simulation.stop(); }},
                usage);
  job.start();
  simulation.run_until(job.last_moment());
  const bool ended = job.ended();
  if (!ended) job.end_early();
  fleet.report();
  CampaignResult result = job.result();
  if (!ended && !inputs.duration) result.outcome = Outcome::kGaveUp;
  return result;
}

}  // namespace sextant

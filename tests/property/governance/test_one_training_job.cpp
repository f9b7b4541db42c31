#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sextant/campaign/campaign.h"
#include "sextant/governance/governance.h"
#include "sextant/ledger/usage_totals.h"
#include "tests/support/campaign_fixtures.h"
#include "tests/support/governance_fixtures.h"

namespace sextant {
namespace {

CampaignInputs drawn_campaign() {
  CampaignInputs inputs;
  inputs.nodes = *rc::gen::inRange(1, 30);
  const Seconds write(*rc::gen::inRange(0, 60));
  const Seconds restore(*rc::gen::inRange(0, 100));
  inputs.phases = {
      steady_phase(Seconds(*rc::gen::inRange(1, 20)), *rc::gen::inRange(100, 5000),
                   {.mode = CheckpointMode::kBlocking, .write = write, .restore = restore})};
  inputs.interval = Seconds(*rc::gen::inRange(60, 3600));
  inputs.step_log_spread = *rc::gen::element(0.0, 0.05);
  inputs.failures.node_life.value = Seconds(*rc::gen::inRange(100'000, 3'000'000));
  inputs.failures.shape = Coefficient<double>{0.8, "", "", Method::kAssumed, {}};
  inputs.failures.rate_spread_shape = Coefficient<double>{3, "", "", Method::kAssumed, {}};
  inputs.failures.causes = fixtures::nine_crashes_to_a_loss();
  inputs.fleet.spares = *rc::gen::inRange(0, 3);
  inputs.uncertain_recovery = *rc::gen::arbitrary<bool>();
  return inputs;
}

/// A plan's job is alone with the fleet; a governed one on an empty cluster of the same nodes is,
/// too, and meets the same luck.
RC_GTEST_PROP(OneTrainingJob, DoesTheSameInAPlanAndOnAnEmptyCluster, ()) {
  const CampaignInputs campaign = drawn_campaign();
  const ReplicaKey key{.seed = *rc::gen::inRange<std::uint64_t>(0, 1000),
                       .replica = *rc::gen::inRange<std::uint32_t>(0, 100)};
  UsageTotals alone;
  const CampaignResult plan = run_campaign(campaign, key, alone);
  RC_PRE(plan.outcome == Outcome::kFinished);

  GovernanceInputs inputs = fixtures::even_teams(campaign.nodes, 1);
  inputs.scheduler = *rc::gen::element(SchedulerKind::kKueue, SchedulerKind::kFifo);
  inputs.trainings = {campaign};
  inputs.supply.front().failures = campaign.failures;
  inputs.supply.front().recovery = campaign.recovery;
  inputs.supply.front().fleet = campaign.fleet;
  JobSpec spec = fixtures::job("run", 0, 8 * campaign.nodes, Seconds(0), Seconds(0));
  spec.training = 0;
  fixtures::ListedJobs source({spec});
  fixtures::GovernanceLog log;
  run_governance(inputs, source, key, log);

  RC_ASSERT(log.jobs.size() == 1u);
  const JobRecord& record = log.jobs.front();
  RC_ASSERT(record.end == JobEnd::kFinished);
  RC_ASSERT(record.run_ns == SimDuration::rounded(plan.wall_time).ns());
  RC_ASSERT(record.digest == plan.digest);
  const double units = 8000.0 * (campaign.nodes + campaign.fleet.spares);
  RC_ASSERT(std::abs(log.unit_ns() / (units * static_cast<double>(record.run_ns)) - 1) < 1e-12);
}

}  // namespace
}  // namespace sextant

// Training jobs, which live as they do in a plan.
#include <utility>

#include "sim/governance/governed_cluster.h"

namespace sextant {
namespace {

std::vector<NodeIndex> preferred_nodes(const GovernedJob& job) {
  std::vector<NodeIndex> nodes;
  for (const PodsOnNode& where : job.assignment.front().nodes) {
    nodes.push_back(NodeIndex{static_cast<std::uint32_t>(where.node)});
  }
  return nodes;
}

}  // namespace

/// It has quota: it begins, or goes on after an eviction.
void GovernedCluster::start_training(GovernedJob& job) {
  job.state = JobState::kTraining;
  job.holds_since = simulation_.now();
  if (job.training != nullptr) return job.training->resume(preferred_nodes(job));
  const FlavorIndex flavor = *node_flavor(job.assignment.front());
  NodePool& nodes = *pool(flavor);
  CampaignInputs& what = trainings_[static_cast<std::size_t>(job.spec.training)];
  what.failures = nodes.failures();
  hosted_usage_.push_back(
      std::make_unique<UsageScale>(observer_.usage(flavor), nodes.node_units()));
  job.training_usage = hosted_usage_.back().get();
  const HostedJob::Setup setup{.inputs = what,
                               .key = key_,
                               .number = job.training_number,
                               .entity = entity_of(job.record.number),
                               .owner = UsageOwner{static_cast<std::uint32_t>(job.spec.team)},
                               .rate_factor = nodes.rate_factor(),
                               .preferred = preferred_nodes(job),
                               .on_full =
                                   [this, &job] {
                                     job.worked = true;
                                     vain_timeouts_ = 0;
                                     set_ready(job, true);
                                   },
                               .on_left = [this, &job] { training_left(job); },
                               .on_end = [this, &job] { training_ended(job); }};
  hosted_.push_back(
      std::make_unique<HostedJob>(simulation_, nodes.fleet(), setup, *hosted_usage_.back()));
  job.training = hosted_.back().get();
  job.training->start();
}

/// It was evicted, and has given back its nodes.
void GovernedCluster::training_left(GovernedJob& job) {
  note_training(job);
  job.done = SimDuration(job.training->result().steps_done);
  if (job.withdrawn) {
    job.training->end_early();
    report_quota(job, -1);
    end_job(job, JobEnd::kWithdrawn);
  } else {
    requeue(job);
  }
}

void GovernedCluster::training_ended(GovernedJob& job) {
  note_training(job);
  finish(job);
}

void GovernedCluster::note_training(GovernedJob& job) {
  job.record.run_ns += (simulation_.now() - job.holds_since).ns();
  job.record.lost_ns = job.training_usage->lost_ns();
  const CampaignResult result = job.training->result();
  job.record.node_failures = static_cast<std::int32_t>(result.total_interruptions());
  job.record.digest = result.digest;
}

}  // namespace sextant

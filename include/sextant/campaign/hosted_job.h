#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "sextant/campaign/campaign.h"
#include "sextant/fleet/fleet.h"
#include "sextant/kernel/simulation.h"

namespace sextant {

/// One training job on a fleet that it may share with others: the process that run_campaign()
/// simulates alone, with the same luck and the same digest.
class HostedJob {
 public:
  /// All references outlive the job.
  struct Setup {
    const CampaignInputs& inputs;  ///< its fleet, failures and rental term are the host's business
    ReplicaKey key;
    std::uint32_t number = 0;  ///< among the jobs of this replica; that of a run alone is 0
    UsageEntity entity{1};
    UsageOwner owner{};
    double rate_factor = 1;              ///< of the fleet
    std::vector<NodeIndex> preferred{};  ///< nodes that it takes first, if they are there
    std::function<void()> on_full{};     ///< it has all its nodes, at first or after an eviction
    std::function<void()> on_left{};     ///< it was evicted, and has given back all its nodes
    std::function<void()> on_end{};      ///< it has ended by itself
  };

  HostedJob(Simulation& simulation, Fleet& fleet, const Setup& setup, UsageSink& usage);
  ~HostedJob();
  HostedJob(const HostedJob&) = delete;
  HostedJob& operator=(const HostedJob&) = delete;

  /// It begins now, and waits for nodes where too few are there.
  void start();
  /// It must give its nodes back, and can save what takes no longer than `notice`.
  void evict(Seconds notice);
  /// After it has left: it may take nodes again, first those preferred.
  void resume(std::vector<NodeIndex> preferred);
  /// Ends it in the middle of what it does. What it had trained by then counts as kept.
  void end_early();

  bool ended() const;
  bool holds(NodeIndex node) const;
  /// If it has not ended then, it never will in reasonable time; counted from its start, with its
  /// nodes.
  SimTime last_moment() const;
  /// So far; complete when it has ended. Its wall time is that from its start until now.
  CampaignResult result() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// Rate of the failures of a fleet against its profile: drawn once for each replica.
double draw_rate_factor(const FailureProfile& profile, ReplicaKey key);

}  // namespace sextant

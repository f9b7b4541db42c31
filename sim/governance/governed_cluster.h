#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "sextant/governance/governance.h"
#include "sextant/kernel/simulation.h"
#include "sim/governance/endpoint_scaler.h"
#include "sim/governance/governed_job.h"
#include "sim/governance/job_host.h"
#include "sim/governance/node_pool.h"
#include "sim/governance/usage_scales.h"

namespace sextant {

/// Many jobs on one cluster, in simulated time: they arrive, wait for quota, get nodes, work, are
/// evicted or lose nodes, and go. Who gets quota is the scheduler's decision; who gets nodes, the
/// pools'. The two know nothing of each other.
class GovernedCluster final : public JobHost {
 public:
  /// All references outlive the cluster.
  GovernedCluster(const GovernanceInputs& inputs, std::unique_ptr<Scheduler> scheduler,
                  JobSource& source, ReplicaKey key, GovernanceObserver& observer);
  GovernedCluster(const GovernedCluster&) = delete;
  GovernedCluster& operator=(const GovernedCluster&) = delete;

  GovernanceResult run();

  JobNumber submit(JobSpec job) override;
  void withdraw(JobNumber job) override;
  bool working(JobNumber job) const override;
  bool starting(JobNumber job) const override;
  const Event& changed() const override { return replicas_changed_; }

 private:
  /// So many evictions of every job that is there, because its pods are not ready, without any of
  /// them getting nodes or a node coming back: they never will.
  static constexpr std::int64_t kVainTimeouts = 20;

  /// Why the process of a job is interrupted.
  enum class Stop { kMustGo, kRestart };
  /// Order in which jobs with quota get nodes: by priority, then by admission.
  using NodeQueue = std::set<std::tuple<std::int64_t, std::uint64_t, WorkloadIndex>>;
  struct TeamPending {
    std::int64_t jobs = 0;
    std::int64_t units = 0;
  };
  /// Nodes of a window that is closed.
  struct Away {
    FlavorIndex flavor{};
    SimTime since;
    std::int64_t nodes = 0;
  };
  /// The nodes of a finished job, kept for its team.
  struct WarmNodes {
    std::uint64_t number;
    TeamIndex team;
    UsageEntity entity;
    std::vector<PlacedPods> placed;
    std::vector<PodSet> podsets;
    SimTime since;
  };

  // Arrivals and ends.
  Process arrive();
  GovernedJob& new_job(JobSpec spec);
  void end_job(GovernedJob& job, JobEnd how);
  void release_slot(GovernedJob& job);
  void finish(GovernedJob& job);
  bool over() const;
  void end_unfinished();

  // Quota: governed_quota.cpp.
  Process schedule();
  void ask_for_cycle() { asked_.pulse(Priority::kDecision); }
  void admit(GovernedJob& job, std::vector<PodSetAssignment> podsets);
  void evict(GovernedJob& job, EvictionReason reason, WorkloadIndex preemptor);
  void note_loop(GovernedJob& job, WorkloadIndex preemptor);
  void requeue(GovernedJob& job);
  SimTime not_before(GovernedJob& job);
  void report_quota(const GovernedJob& job, int sign);
  void set_pending(const GovernedJob& job, int sign);
  void expect_ready(GovernedJob& job, std::optional<Seconds> within);
  Process watch_pods_ready(GovernedJob& job, JobNumber number, SimTime unready_since,
                           SimDuration timeout);
  bool stuck() const;
  bool nothing_to_come() const;
  void set_ready(GovernedJob& job, bool ready);
  void explain();
  void explain(GovernedJob& job);
  void close_wait(GovernedJob& job);

  // Life with quota: governed_life.cpp.
  Process live(GovernedJob& job);
  Process watch_spares(NodePool& pool);
  bool find_nodes(GovernedJob& job);
  void leave_node_queue(GovernedJob& job);
  bool place_missing(GovernedJob& job);
  void serve_node_queue();
  void let_go(GovernedJob& job);
  void release_nodes(std::span<const PlacedPods> placed, const std::vector<PodSet>& podsets,
                     bool announced = true);
  std::int64_t units_of(const PlacedPods& pods, const std::vector<PodSet>& podsets);
  HeldUnits assigned_units(const GovernedJob& job, bool with_nodes) const;
  void count_units(GovernedJob& job);
  void hold_units(GovernedJob& job, HeldUnits units);
  void enter(GovernedJob& job, JobState state);
  void account(GovernedJob& job, bool complete);
  void report(const GovernedJob& job, NodeState state, SimTime from, SimTime to);
  void hit(FlavorIndex flavor, const std::vector<NodeIndex>& nodes, bool crashed,
           Seconds detection);
  void interrupt(GovernedJob& job, Stop stop);
  SimDuration wall_time(const GovernedJob& job, SimDuration work) const;
  SimDuration remaining(const GovernedJob& job) const;
  SimDuration estimate(const GovernedJob& job) const;
  bool take_warm_nodes(GovernedJob& job);
  Process keep_warm(std::uint64_t number);
  void cool(std::uint64_t number);
  void report_warm(WarmNodes& warm);

  // Training jobs: governed_training.cpp.
  void start_training(GovernedJob& job);
  void training_left(GovernedJob& job);
  void note_training(GovernedJob& job);
  void training_ended(GovernedJob& job);

  // Capacity that comes and goes: governed_capacity.cpp.
  Process open_window(const CapacityWindow& window, Away& away);
  void take_away(const CapacityWindow& window, TenancyIndex tenancy, Away& away);
  void report_away(Away& away);
  void tell_nodes(const CapacityWindow& window, bool there);
  void evict_from(const CapacityWindow& window);
  void raise_nominal(const CapacityWindow& window, int sign);
  std::optional<Amount> change_nominal(const CapacityWindow& window, ResourceIndex resource,
                                       Amount by);
  Process outage(const NodeOutage& outage);

  // Who is where: governed_looks.cpp.
  Process look();
  void tell_nodes_held() const;
  std::map<FlavorIndex, std::set<int>> nodes_of(const GovernedJob& job) const;

  GovernedJob& at(WorkloadIndex slot) { return jobs_[static_cast<std::size_t>(slot)]; }
  const GovernedJob& at(WorkloadIndex slot) const { return jobs_[static_cast<std::size_t>(slot)]; }
  const GovernedJob* find(JobNumber number) const;
  NodePool* pool(FlavorIndex flavor) const {
    return pools_[static_cast<std::size_t>(flavor)].get();
  }
  /// The flavor on whose nodes the pods of a set are; none if only quota counts.
  std::optional<FlavorIndex> node_flavor(const PodSetAssignment& assignment) const;
  std::int64_t units_asked(const JobSpec& spec) const;
  std::string name_of(WorkloadIndex slot) const;
  static UsageEntity entity_of(JobNumber number);

  const GovernanceInputs& inputs_;
  JobSource& source_;
  ReplicaKey key_;
  GovernanceObserver& observer_;
  Simulation simulation_;
  std::unique_ptr<Scheduler> scheduler_;
  std::vector<std::unique_ptr<UsageScale>> node_usage_;  ///< from nodes to units
  std::vector<std::unique_ptr<NodePool>> pools_;         ///< none where only quota counts
  std::vector<CampaignInputs> trainings_;
  std::deque<std::unique_ptr<HostedJob>> hosted_;
  std::deque<std::unique_ptr<UsageScale>> hosted_usage_;
  std::deque<GovernedJob> jobs_;  ///< they stay where they are
  std::vector<WorkloadIndex> free_slots_;
  std::map<JobNumber, WorkloadIndex> slot_of_;
  std::set<WorkloadIndex> explained_;
  NodeQueue node_queue_;
  std::vector<WarmNodes> warm_;
  std::vector<TeamPending> pending_;
  std::vector<Away> away_;  ///< of the windows
  /// By how much windows raise the nominal quota of a queue or cohort now.
  std::map<std::tuple<std::string, FlavorIndex, ResourceIndex>, Amount> raised_;
  std::vector<std::int64_t> unit_weights_;  ///< of a resource, in whatever flavor counts it
  std::vector<std::unique_ptr<EndpointScaler>> endpoints_;
  Event asked_;  ///< something has changed that a scheduling cycle should see
  Event replicas_changed_;
  std::uint64_t next_number_ = 0;
  std::uint64_t next_warm_ = 0;
  std::uint32_t next_training_ = 0;
  std::int64_t live_ = 0;     ///< jobs that are there, replicas of endpoints aside
  std::int64_t holding_ = 0;  ///< jobs with quota
  std::int64_t to_come_ = 0;  ///< changes of capacity
  /// Jobs that were evicted because their pods were not ready, since a job last got nodes or a node
  /// came back.
  std::int64_t vain_timeouts_ = 0;
  bool all_arrived_ = false;
  GovernanceResult result_;
};

}  // namespace sextant

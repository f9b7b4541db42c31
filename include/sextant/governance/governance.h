#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sextant/campaign/campaign.h"
#include "sextant/cluster/usage.h"
#include "sextant/governance/admission_policy.h"
#include "sextant/governance/endpoint.h"
#include "sextant/governance/job.h"
#include "sextant/governance/scheduler.h"

namespace sextant {

/// Who decides.
enum class SchedulerKind {
  kKueue,            ///< Kueue's admission, after the policy
  kStaticPartition,  ///< every queue has its nominal quota and nothing else, first come first
                     ///< served
  kFifo,             ///< first come first served on all capacity; the first one blocks the others
  kSjf,              ///< shortest job first
  kSrtf,             ///< shortest remaining time first; preempts
  kSrsf,             ///< shortest remaining time × accelerators first; preempts
  kEasy,             ///< first come first served, backfill that does not delay the first
  kConservative      ///< backfill that delays nobody
};

template <>
struct EnumNames<SchedulerKind> {
  static constexpr std::array table{std::pair{SchedulerKind::kKueue, "kueue"},
                                    std::pair{SchedulerKind::kStaticPartition, "static_partition"},
                                    std::pair{SchedulerKind::kFifo, "fifo"},
                                    std::pair{SchedulerKind::kSjf, "sjf"},
                                    std::pair{SchedulerKind::kSrtf, "srtf"},
                                    std::pair{SchedulerKind::kSrsf, "srsf"},
                                    std::pair{SchedulerKind::kEasy, "easy"},
                                    std::pair{SchedulerKind::kConservative, "conservative"}};
};

/// Whose jobs go into which queue.
struct GovernedTeam {
  std::string name;
  QueueIndex queue{};
  std::int32_t local_queue = -1;
};

/// What stands behind a flavor's quota.
struct FlavorSupply {
  /// Thousandths of the flavor's unit that one piece of each resource is, in the order of
  /// AdmissionPolicy::resources: of an accelerator 1000, of a seventh of it 142; where a flavor has
  /// no accelerators its unit is a core, and one of "cpu", a thousandth of a core, is 1.
  std::vector<std::int64_t> unit_weights;
  /// Failures of its nodes; absent: they never fail.
  std::optional<FailureProfile> failures{};
  Recovery recovery{};
  FleetPlan fleet{};  ///< its spares are besides the flavor's nodes
};

/// Nodes that are there from one time to another: training plans, spot capacity, maintenance the
/// other way round. Before `from` and after `to` they are away.
struct CapacityWindow {
  FlavorIndex flavor{};
  int first_node = 0;
  int nodes = 1;
  SimTime from;
  SimTime to = SimTime::never();
  /// Whose nominal quota it raises meanwhile; empty: nobody's.
  std::string queue_or_cohort{};
  Seconds notice{0};  ///< before `to`, jobs on them are told to save and go
};

/// Nodes that break at a given time and come back at another.
struct NodeOutage {
  FlavorIndex flavor{};
  int first_node = 0;
  int nodes = 1;
  SimTime from;
  SimTime to = SimTime::never();
};

/// Many teams and the cluster that they share, with everything worked out.
struct GovernanceInputs {
  AdmissionPolicy policy;
  SchedulerKind scheduler = SchedulerKind::kKueue;
  std::vector<GovernedTeam> teams;
  std::vector<FlavorSupply> supply;  ///< of the policy's flavors, in their order
  std::vector<CampaignInputs> trainings;
  std::vector<EndpointSpec> endpoints;
  std::vector<CapacityWindow> windows;
  std::vector<NodeOutage> outages;

  Seconds admission_latency{0};  ///< that each admission takes; the next cycle waits for all
  Seconds grace{30};             ///< from an eviction until the pods have ended
  /// How long the nodes of a finished job are kept for the next one of the same team, which then
  /// starts without its startup. Absent: not at all.
  std::optional<Seconds> warm_pool{};
  /// The simulation ends then, finished or not; absent: when all jobs have.
  std::optional<Seconds> duration{};
  /// So many evictions of one job in a row, by the same other one without progress between them, or
  /// before it has worked at all, are a loop: from then on it is queued again later each time, and
  /// counted.
  int loop_limit = 10;
  std::vector<std::string> explain;  ///< names of jobs whose waits are told to the observer
  /// Moments, ascending, at which the observer is told who holds which nodes. Changes nothing else.
  std::vector<SimTime> looks{};
};

/// Why a job is no longer there.
enum class JobEnd { kFinished, kWithdrawn, kDeactivated, kNeverFits, kUnfinished };
template <>
struct EnumNames<JobEnd> {
  static constexpr std::array table{
      std::pair{JobEnd::kFinished, "finished"}, std::pair{JobEnd::kWithdrawn, "withdrawn"},
      std::pair{JobEnd::kDeactivated, "deactivated"}, std::pair{JobEnd::kNeverFits, "never_fits"},
      std::pair{JobEnd::kUnfinished, "unfinished"}};
};

/// What became of a job. Times in nanoseconds; `units` are thousandths of accelerators (or cores).
struct JobRecord {
  JobNumber number{};
  std::string name;
  TeamIndex team{};
  ClassIndex priority_class{};
  JobKind kind{};
  JobEnd end = JobEnd::kFinished;
  std::int64_t submitted_ns = 0;
  std::optional<std::int64_t> admitted_ns{};  ///< for the first time
  std::int64_t ended_ns = 0;
  std::int64_t first_wait_ns = 0;  ///< until it was admitted for the first time, or ended
  std::int64_t wait_ns = 0;        ///< all times without quota
  std::int64_t no_nodes_ns = 0;    ///< with quota, without nodes
  std::int64_t run_ns = 0;         ///< with nodes
  std::int64_t lost_ns = 0;        ///< of it: work that was done again
  std::int64_t units = 0;          ///< that it asked for
  std::array<std::int32_t, kEvictionReasons> evictions{};
  std::int32_t node_failures = 0;  ///< that interrupted it
  bool missed_deadline = false;
  std::int32_t loops = 0;
  /// Of a training job: its digest, which equals that of a plan that meets the same luck.
  std::optional<std::uint64_t> digest{};

  std::int64_t preemptions() const {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < 4; ++i) sum += evictions[i];
    return sum + evictions[static_cast<std::size_t>(EvictionReason::kShorterJob)];
  }
};

/// A part of a job's wait, with the reason that held all the while.
struct WaitRecord {
  JobNumber job{};
  std::int64_t from_ns = 0;
  std::int64_t to_ns = 0;
  WaitCause cause;
  std::string other;  ///< name of cause.other; empty: nobody
};

struct EvictionRecord {
  std::int64_t time_ns = 0;
  JobNumber job{};
  std::string name;
  std::string preemptor;  ///< empty: nobody
  TeamIndex team{};
  std::optional<TeamIndex> preemptor_team{};
  EvictionReason reason{};
  std::int64_t units = 0;
};

/// Who holds which nodes at a moment. Jobs that share a node both name it.
struct NodesHeld {
  std::int64_t time_ns = 0;
  std::string name;
  TeamIndex team{};
  std::int32_t training = -1;  ///< position in GovernanceInputs::trainings; -1: none
  FlavorIndex flavor{};        ///< a job on nodes of several flavors is told once for each
  /// Numbers among those of the flavor, ascending; from the policy's number of nodes on they are
  /// spares.
  std::vector<int> nodes;
  std::int64_t since_ns = 0;  ///< when it got nodes for the last time
};

/// Quota that a queue holds changes, in units of the flavor. Everything between two such calls is
/// constant.
struct QuotaChange {
  std::int64_t time_ns = 0;
  QueueIndex queue{};
  TeamIndex team{};
  FlavorIndex flavor{};
  std::int64_t units = 0;  ///< more, or fewer
  JobNumber job{};         ///< whose
};

/// Sees what happens, in the order of time.
class GovernanceObserver {
 public:
  virtual ~GovernanceObserver() = default;
  /// Where usage of a flavor goes: in units, with the team as owner; what nobody holds as
  /// kFleetEntity. `entity` is 1 + the job's number.
  virtual UsageSink& usage(FlavorIndex flavor) = 0;
  virtual void job_ended(const JobRecord& job) = 0;
  virtual void job_waited(const WaitRecord& wait) = 0;  ///< only of jobs to explain
  virtual void job_evicted(const EvictionRecord& eviction) = 0;
  virtual void quota_changed(const QuotaChange& change) = 0;
  /// The number of a team's pending jobs and what they ask for has changed.
  virtual void pending_changed(std::int64_t time_ns, TeamIndex team, std::int64_t jobs,
                               std::int64_t units) = 0;
  /// At each of GovernanceInputs::looks, for every job that holds nodes, by number.
  virtual void nodes_held(const NodesHeld& /*held*/) {}
};

/// How the simulation as a whole went.
struct GovernanceResult {
  std::int64_t jobs = 0;
  std::int64_t finished = 0;
  std::int64_t cycles = 0;
  std::int64_t loops = 0;  ///< of preemptions, found
  Seconds wall_time;       ///< until everything had ended
  std::vector<EndpointOutcome> endpoints;
  std::uint64_t digest = 0;
};

/// Simulates one replica. Jobs are pulled from `source` as their time comes; memory grows with the
/// jobs that are there at once, not with all that ever come.
GovernanceResult run_governance(const GovernanceInputs& inputs, JobSource& source, ReplicaKey key,
                                GovernanceObserver& observer);

}  // namespace sextant

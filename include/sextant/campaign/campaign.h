#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sextant/campaign/campaign_phase.h"
#include "sextant/cluster/usage.h"
#include "sextant/fleet/failure_profile.h"
#include "sextant/fleet/fleet_plan.h"
#include "sextant/fleet/recovery.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// How long the job may run on what is rented: a platform that ends jobs, a reservation that is
/// over. It saves in time, and goes on in the next job or reservation.
struct RentalTerm {
  Seconds length;      ///< from its beginning to its end, start included
  Seconds gap;         ///< until the next one begins; nothing is rented meanwhile
  Seconds start;       ///< machines and their health checks, at the beginning of the first
  Seconds next_start;  ///< the same of each that follows
};

/// Time that training data take before a step can be trained, where they are copied to the nodes.
struct DataCosts {
  Seconds load;           ///< to all nodes: before the first step, and in every new term
  Seconds load_new_node;  ///< to nodes that join the job; all at once
};

/// A job that can go on with fewer data-parallel replicas.
struct Elasticity {
  int nodes_per_replica = 1;
  int replicas = 1;  ///< when none is missing
};

/// One training job and the fleet that it runs on, with everything worked out.
struct CampaignInputs {
  int nodes = 1;                      ///< of the job; the fleet has the spares besides
  std::vector<CampaignPhase> phases;  ///< the work, in order; at least one
  /// Standard deviation of the logarithm of the uncertainty of all step times, which share it.
  double step_log_spread = 0;
  /// The run ends after this wall time, finished or not. Absent: when the work is done.
  std::optional<Seconds> duration;
  /// A run that has not ended after this multiple of its failure-free time is given up.
  double give_up_after = 20;

  Seconds interval;  ///< training time between two checkpoints in the store
  /// The same of the phases' faster tiers, in their order.
  std::vector<Seconds> faster_intervals;
  FailureProfile failures;
  Recovery recovery;  ///< its `restore` is not used: the phases have it worked out
  FleetPlan fleet;
  /// The run's times of recovery are drawn within the ranges of their coefficients, all with one
  /// score: who is slow in one stage is slow in the others. Repairs are not among them.
  bool uncertain_recovery = false;
  std::int64_t ranks = 1;  ///< that start together
  std::optional<RentalTerm> term;
  /// Overload after which the store cuts a partition in two; its range is drawn from, evenly.
  /// Absent: the store does not grow.
  std::optional<Coefficient<Seconds>> split_after;
  DataCosts data;
  /// Its numbers, where recovery.elastic is there.
  std::optional<Elasticity> elasticity;

  std::int64_t steps() const;  ///< of all phases
};

/// Whether it is known what the run moves to and from its store of checkpoints.
inline bool counts_requests(const CampaignInputs& inputs) {
  return inputs.phases.front().checkpoint.saved.size > Bytes(0);
}

/// How a run ended.
enum class Outcome {
  kFinished,    ///< the work is done, or the given duration is over
  kGaveUp,      ///< out of time: failures leave too little of it
  kNoProgress,  ///< thousands of failures in a row without a durable checkpoint between them
};

template <>
struct EnumNames<Outcome> {
  static constexpr std::array table{std::pair{Outcome::kFinished, "finished"},
                                    std::pair{Outcome::kGaveUp, "gave_up"},
                                    std::pair{Outcome::kNoProgress, "no_progress"}};
};

/// What a run moved between its nodes and the store of checkpoints. Where the plan names no target,
/// bytes and requests are not known, and 0.
struct StoreTraffic {
  std::int64_t writes = 0;    ///< checkpoints that were written, failed writes included
  std::int64_t durable = 0;   ///< of these
  std::int64_t restores = 0;  ///< checkpoints that were read back
  Bytes written{};
  Bytes read{};
  double puts = 0;  ///< requests that succeeded
  double gets = 0;
  double refused = 0;  ///< 503s
};

/// What became of one replica. Times by state are in the usage that it reported.
struct CampaignResult {
  Outcome outcome = Outcome::kFinished;
  Seconds wall_time;
  /// Of each phase that has begun, from its first moment to its last; they sum to the wall time.
  std::vector<Seconds> phase_times;
  std::int64_t steps_done = 0;
  std::int64_t checkpoints = 0;  ///< durable ones
  std::int64_t nodes_swapped = 0;
  std::int64_t peak_missing = 0;  ///< most nodes that were broken, under repair or taken at once
  std::int64_t calls = 0;         ///< for people
  StoreTraffic store;
  std::int64_t terms = 1;  ///< that were begun
  /// Interruptions by cause, planned ones among them: those of InterruptionCauses.
  std::vector<std::int64_t> interruptions;
  double step_factor = 1;     ///< drawn: step time / median
  double rate_factor = 1;     ///< drawn: failure rate / profile
  double recovery_score = 0;  ///< drawn: of the times of recovery; normal, within ± 1.645
  std::uint64_t digest = 0;

  std::int64_t total_interruptions() const;
};

/// Which luck a replica meets.
struct ReplicaKey {
  std::uint64_t seed = 0;
  std::uint32_t replica = 0;
};

/// Simulates one replica; its usage goes to `usage`, the job's as entity 1.
CampaignResult run_campaign(const CampaignInputs& inputs, ReplicaKey key, UsageSink& usage);

}  // namespace sextant

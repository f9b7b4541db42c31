#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sextant/governance/governance.h"
#include "src/catalog/catalogue.h"
#include "src/govern/answers.h"
#include "src/govern/inputs.h"
#include "src/govern/replica_answers.h"
#include "src/plan/infeasible.h"
#include "src/run/parallel_for.h"
#include "src/scenario/governance_scenario.h"

namespace sextant::govern {

/// A governed cluster, simulated.
struct GovernResult {
  std::string name;
  std::string question;
  GovernanceInputs inputs;
  std::vector<FlavorAccount> accounts;  ///< of the policy's flavors
  std::uint64_t seed = 0;
  std::int64_t replicas = 0;  ///< asked for: those that ran are in `answers`
  /// In the order of the replicas. Only the first one keeps its use over time.
  std::vector<ReplicaAnswers> answers;
  std::vector<SkippedJobs> skipped;  ///< of the first replica
  /// Where a signal ended the work before they were done: how many were to be run.
  std::optional<std::int64_t> interrupted_of;
  bool chance = false;             ///< whether another seed could give another answer
  std::vector<std::string> notes;  ///< what a reader must know, one sentence each
  /// The files that were read. Whoever read the scenario fills them in.
  std::vector<catalog::UsedFile> files;

  const ReplicaAnswers& first() const { return answers.front(); }
  /// Whether somebody knows a price, or a power, of some flavor.
  bool has_prices() const;
  bool has_power() const;
  /// "GPUs", "cores": what a thousand units are.
  std::string unit() const;
};

struct GovernOptions {
  run::ParallelOptions parallel{};  ///< its progress counts replicas
  /// Called for every job of the first replica that has ended, in the order of the ends.
  GovernanceAnswers::JobListener on_job{};
  /// Makes who else sees what happens in the first replica; outlives the call.
  std::function<GovernanceObserver&(const GovernanceInputs&)> observer{};
};

/// Simulates a scenario, with its replicas and its seed. The same at any number of threads.
/// @throws plan::InfeasiblePlan where a training run cannot be planned
/// @throws io::InputError where the scenario, or a log that it names, is wrong
/// @throws run::Interrupted where it is stopped before the first replica's end
GovernResult govern(const scenario::GovernanceScenario& scenario, const GovernOptions& options);

/// What flavors cost and draw.
std::vector<FlavorRates> rates_of(const std::vector<FlavorAccount>& accounts);

/// Whether another seed could give another answer: generated jobs, failures, training runs.
bool has_chance(const scenario::GovernanceScenario& scenario, const GovernanceInputs& inputs);

/// Jobs of the first replica that their queues can never admit, and what would let them in.
std::vector<plan::Obstacle> obstacles(const GovernResult& result);

}  // namespace sextant::govern

#pragma once

#include <span>
#include <vector>

#include "sim/governance/kueue_placement.h"
#include "sim/governance/kueue_state.h"

namespace sextant::kueue {

/// A workload to be evicted, and the rule that allows it.
struct Target {
  WorkloadIndex workload{};
  EvictionReason reason{};
};

/// For whom room is to be made.
struct Preemptor {
  QueueIndex queue{};
  std::int32_t priority = 0;
  SimTime order;
  const QuotaUsage* usage = nullptr;            ///< all that it asks for
  std::span<const FlavorResource> contested{};  ///< of it, what does not fit without preemption
  std::span<const PodSetPlacement> places{};
};

/// What preempting in one flavor could achieve, worst first.
enum class Possibility { kNoCandidates, kPreempt, kReclaim };
struct Simulation {
  Possibility possibility = Possibility::kNoCandidates;
  int borrowing = 0;  ///< level of borrowing afterwards
  std::vector<Target> targets{};
};

/// A workload that might be evicted.
struct Candidate {
  RunningKey key;
  QueueIndex queue{};
  bool evicted = false;
  bool own = false;  ///< in the preemptor's queue
  double local_usage = 0;
  QuotaNode shared = kNoNode;  ///< lowest cohort of it and the preemptor
  EvictionReason reason{};
  bool only_without_borrowing = false;
};

/// Evicted before others, other queues before the own, and the order of RunningKey.
bool comes_first(const Candidate& a, const Candidate& b);
void sort_candidates(std::vector<Candidate>& candidates, bool by_local_usage);
/// Appends those of a queue that `policy` lets the preemptor evict and that use what is contested.
void collect_candidates(State& state, const Preemptor& preemptor, QueueIndex queue,
                        ReclaimPolicy policy, std::vector<Candidate>& found);
void collect_own_candidates(State& state, const Preemptor& preemptor,
                            std::vector<Candidate>& found);
/// Whether it uses no more than its subtree quota of all that is contested.
bool within_quota(const QuotaTree& tree, QuotaNode node, std::span<const FlavorResource> contested);
/// Whether what the preemptor asks for is available now.
bool fits_now(const State& state, const Preemptor& preemptor, bool borrowing);
/// Lets those stay who need not go, last chosen first, and puts everybody back into the state.
void fill_back(State& state, const Preemptor& preemptor, bool borrowing,
               std::vector<Target>& targets);
void put_back(State& state, const std::vector<Target>& targets);

/// Kueue, pkg/scheduler/preemption/preemption.go and classical/.
std::vector<Target> classical_targets(State& state, const Preemptor& preemptor);
/// Kueue, fairPreemptions of the same file and fairsharing/.
std::vector<Target> fair_targets(State& state, const Preemptor& preemptor);

/// By the policy's mode. The state is as before afterwards.
std::vector<Target> preemption_targets(State& state, const Preemptor& preemptor);
/// For one resource in one flavor.
Simulation simulate_preemption(State& state, const Preemptor& preemptor, FlavorResource of,
                               Amount amount);

}  // namespace sextant::kueue

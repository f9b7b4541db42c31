#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// An amount of a resource: thousandths of a core for "cpu", bytes for "memory", pieces of anything
/// else (accelerators, MIG partitions, network interfaces).
using Amount = std::int64_t;

/// Positions in AdmissionPolicy::resources, ::flavors and ::queues.
enum class ResourceIndex : std::uint16_t {};
enum class FlavorIndex : std::uint16_t {};
enum class QueueIndex : std::uint32_t {};

struct ResourceAmount {
  ResourceIndex resource{};
  Amount amount = 0;
};

enum class QueueingStrategy { kBestEffortFifo, kStrictFifo };
enum class WithinQueuePolicy { kNever, kLowerPriority, kLowerOrNewerEqualPriority };
enum class ReclaimPolicy { kNever, kLowerPriority, kAny };
enum class BorrowPreemptionPolicy { kNever, kLowerPriority };
/// What the search does at a flavor that only borrowing, or only preemption, makes possible.
enum class FlavorSearch { kMayStopSearch, kTryNextFlavor };
enum class FungibilityPreference { kBorrowingOverPreemption, kPreemptionOverBorrowing };
enum class FairPreemptionStrategy { kLessThanOrEqualToFinalShare, kLessThanInitialShare };
/// kHold: admits nothing new. kHoldAndDrain: evicts what it has admitted as well.
enum class StopPolicy { kNone, kHold, kHoldAndDrain };

template <>
struct EnumNames<QueueingStrategy> {
  static constexpr std::array table{std::pair{QueueingStrategy::kBestEffortFifo, "BestEffortFIFO"},
                                    std::pair{QueueingStrategy::kStrictFifo, "StrictFIFO"}};
};
template <>
struct EnumNames<WithinQueuePolicy> {
  static constexpr std::array table{
      std::pair{WithinQueuePolicy::kNever, "Never"},
      std::pair{WithinQueuePolicy::kLowerPriority, "LowerPriority"},
      std::pair{WithinQueuePolicy::kLowerOrNewerEqualPriority, "LowerOrNewerEqualPriority"}};
};
template <>
struct EnumNames<ReclaimPolicy> {
  static constexpr std::array table{std::pair{ReclaimPolicy::kNever, "Never"},
                                    std::pair{ReclaimPolicy::kLowerPriority, "LowerPriority"},
                                    std::pair{ReclaimPolicy::kAny, "Any"}};
};
template <>
struct EnumNames<BorrowPreemptionPolicy> {
  static constexpr std::array table{
      std::pair{BorrowPreemptionPolicy::kNever, "Never"},
      std::pair{BorrowPreemptionPolicy::kLowerPriority, "LowerPriority"}};
};
template <>
struct EnumNames<FlavorSearch> {
  static constexpr std::array table{std::pair{FlavorSearch::kMayStopSearch, "MayStopSearch"},
                                    std::pair{FlavorSearch::kTryNextFlavor, "TryNextFlavor"}};
};
template <>
struct EnumNames<FungibilityPreference> {
  static constexpr std::array table{
      std::pair{FungibilityPreference::kBorrowingOverPreemption, "BorrowingOverPreemption"},
      std::pair{FungibilityPreference::kPreemptionOverBorrowing, "PreemptionOverBorrowing"}};
};
template <>
struct EnumNames<FairPreemptionStrategy> {
  static constexpr std::array table{
      std::pair{FairPreemptionStrategy::kLessThanOrEqualToFinalShare,
                "LessThanOrEqualToFinalShare"},
      std::pair{FairPreemptionStrategy::kLessThanInitialShare, "LessThanInitialShare"}};
};
template <>
struct EnumNames<StopPolicy> {
  static constexpr std::array table{std::pair{StopPolicy::kNone, "None"},
                                    std::pair{StopPolicy::kHold, "Hold"},
                                    std::pair{StopPolicy::kHoldAndDrain, "HoldAndDrain"}};
};

/// Quota of one resource in one flavor. Absent limits: all may be borrowed, all is lent.
struct ResourceQuota {
  ResourceIndex resource{};
  Amount nominal = 0;
  std::optional<Amount> borrowing_limit{};
  std::optional<Amount> lending_limit{};
};

struct FlavorQuotas {
  FlavorIndex flavor{};
  std::vector<ResourceQuota> resources;
};

/// Resources that get the same flavor, and the flavors in the order in which they are tried. Every
/// flavor has a quota for the same resources.
struct ResourceGroup {
  std::vector<FlavorQuotas> flavors;
};

/// Who may be preempted for a workload of a queue.
struct PreemptionRules {
  WithinQueuePolicy within_queue = WithinQueuePolicy::kNever;
  ReclaimPolicy reclaim_within_cohort = ReclaimPolicy::kNever;
  BorrowPreemptionPolicy borrow_within_cohort = BorrowPreemptionPolicy::kNever;
  std::optional<std::int32_t> borrow_max_priority_threshold{};
};

struct FungibilityRules {
  FlavorSearch when_can_borrow = FlavorSearch::kMayStopSearch;
  FlavorSearch when_can_preempt = FlavorSearch::kTryNextFlavor;
  std::optional<FungibilityPreference> preference{};
};

/// A ClusterQueue.
struct AdmissionQueue {
  std::string name;
  std::string cohort;  ///< empty: none
  QueueingStrategy strategy = QueueingStrategy::kBestEffortFifo;
  StopPolicy stop = StopPolicy::kNone;
  double fair_weight = 1;
  std::vector<ResourceGroup> groups;
  PreemptionRules preemption;
  FungibilityRules fungibility;
  bool admission_fair_sharing = false;  ///< its local queues take turns by their usage
};

/// A cohort that says something of its own; one that queues only name needs no entry.
struct AdmissionCohort {
  std::string name;
  std::string parent;  ///< empty: a root
  double fair_weight = 1;
  std::vector<ResourceGroup> groups;  ///< quota that belongs to no queue
};

/// Through which jobs come into a queue.
struct LocalQueue {
  std::string name;
  QueueIndex queue{};
  double fair_weight = 1;  ///< with admission fair sharing
  StopPolicy stop = StopPolicy::kNone;
};

struct PriorityClass {
  std::string name;
  std::int32_t value = 0;
};

/// A level of a flavor's topology, from the outside in: domains of so many nodes, next to each
/// other. The nodes themselves are the last level and are not listed.
struct TopologyLevel {
  std::string name;
  int nodes = 1;
};

/// A kind of nodes. Without nodes only its quota counts.
struct AdmissionFlavor {
  std::string name;
  int nodes = 0;
  std::vector<ResourceAmount> node_capacity;
  std::vector<TopologyLevel> levels;  ///< empty: not aware of topology
};

/// After a workload was admitted: all its pods must be ready within this time, or it is evicted and
/// queued again, later each time.
struct WaitForPodsReady {
  Seconds timeout{1800};
  std::optional<Seconds> recovery_timeout{};  ///< after a pod was lost; absent: never
  bool block_admission = false;               ///< nothing else is admitted meanwhile
  Seconds backoff_base{60};
  Seconds backoff_max{3600};
  std::optional<int> backoff_limit{};  ///< evictions until it is given up; absent: never
};

/// Order of a queue's workloads by what their local queues have used, decaying.
struct AdmissionFairSharing {
  Seconds usage_half_life{0};
  Seconds sampling_interval{300};
  std::vector<std::pair<ResourceIndex, double>> resource_weights;  ///< others: 1
};

/// Behaviour that versions of Kueue switch. Defaults are those of 0.20.
struct FeatureGates {
  bool fair_sharing_preempt_within_nominal = true;
  bool fair_sharing_prioritize_non_borrowing = true;
  bool priority_sorting_within_cohort = true;
  bool prioritize_preemptor_workloads = false;
  bool recompute_assignment_upon_overlap = true;
  bool partial_admission = true;
  bool flavor_fungibility = true;
  bool topology_aware_scheduling = true;
};

/// Everything that decides who is admitted.
struct AdmissionPolicy {
  std::vector<std::string> resources;  ///< in alphabetical order, each once
  std::vector<AdmissionFlavor> flavors;
  std::vector<AdmissionCohort> cohorts;
  std::vector<AdmissionQueue> queues;
  std::vector<LocalQueue> local_queues;
  std::vector<PriorityClass> priority_classes;

  bool fair_sharing = false;  ///< else classical preemption and order
  /// One of: [final], [initial], [final, initial].
  std::vector<FairPreemptionStrategy> fair_strategies{
      FairPreemptionStrategy::kLessThanOrEqualToFinalShare,
      FairPreemptionStrategy::kLessThanInitialShare};
  std::optional<WaitForPodsReady> wait_for_pods_ready;
  std::optional<AdmissionFairSharing> admission_fair_sharing;
  FeatureGates gates;
  /// Not part of Kueue: who has run for less than this is not preempted.
  Seconds minimum_runtime{0};
};

}  // namespace sextant

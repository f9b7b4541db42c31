#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sextant/governance/admission_policy.h"
#include "sextant/governance/governance.h"
#include "sextant/kernel/quantity.h"
#include "src/io/node.h"

namespace sextant::scenario {

/// What is different from the policy's files, for one team, queue or all of them.
struct PolicyChange {
  std::string queue;
  std::string resource;
  std::optional<double> nominal_percent;
  std::optional<double> borrow_limit_percent;
  std::optional<double> lend_limit_percent;
  std::optional<double> fair_weight;
  std::optional<QueueingStrategy> strategy;
  std::optional<WithinQueuePolicy> within_queue;
  std::optional<ReclaimPolicy> reclaim_within_cohort;
  std::optional<BorrowPreemptionPolicy> borrow_within_cohort;
};

template <class Archive>
void visit(Archive& a, PolicyChange& s) {
  a.object("policy_change", "What is different from the policy's files: a what-if.");
  a.field("queue", s.queue, {.doc = "Of which team or queue; empty: of all"});
  a.field("resource", s.resource, {.doc = "Quotas of which resource; empty: of all"});
  a.field("nominal_percent", s.nominal_percent,
          {.doc = "Nominal quota, in percent of what it was", .min = 0, .max = 1e6});
  a.field("borrow_limit_percent", s.borrow_limit_percent,
          {.doc = "Borrowing limit, in percent of the nominal quota", .min = 0, .max = 1e6});
  a.field("lend_limit_percent", s.lend_limit_percent,
          {.doc = "Lending limit, in percent of the nominal quota", .min = 0, .max = 100});
  a.field("fair_weight", s.fair_weight, {.doc = "Weight of its fair share", .min = 0, .max = 1e9});
  a.field("strategy", s.strategy, {.doc = "Whether the first of a queue blocks the others"});
  a.field("within_queue", s.within_queue, {.doc = "Whom it preempts in its own queue"});
  a.field("reclaim_within_cohort", s.reclaim_within_cohort,
          {.doc = "Whom it preempts in queues that borrow"});
  a.field("borrow_within_cohort", s.borrow_within_cohort,
          {.doc = "Whom it preempts while it borrows itself"});
}

/// Behaviour that versions of Kueue switch, by the gates' names; absent: as the version has it.
struct GatePlan {
  std::optional<bool> fair_sharing_preempt_within_nominal;
  std::optional<bool> fair_sharing_prioritize_non_borrowing;
  std::optional<bool> priority_sorting_within_cohort;
  std::optional<bool> prioritize_preemptor_workloads;
  std::optional<bool> recompute_assignment_upon_overlap;
  std::optional<bool> partial_admission;
  std::optional<bool> flavor_fungibility;
  std::optional<bool> topology_aware_scheduling;
};

template <class Archive>
void visit(Archive& a, GatePlan& s) {
  a.object("feature_gates", "Kueue's feature gates; absent: as its version has them.");
  a.field("FairSharingPreemptWithinNominal", s.fair_sharing_preempt_within_nominal,
          {.doc = "Fair sharing: who is within the nominal quota preempts without comparing"});
  a.field("FairSharingPrioritizeNonBorrowing", s.fair_sharing_prioritize_non_borrowing,
          {.doc = "Fair sharing: who does not borrow comes first"});
  a.field("PrioritySortingWithinCohort", s.priority_sorting_within_cohort,
          {.doc = "Priority orders the queues' first workloads"});
  a.field("PrioritizePreemptorWorkloads", s.prioritize_preemptor_workloads,
          {.doc = "Who waits for its own preemptions comes first"});
  a.field("RecomputeAssignmentUponPreemptionTargetsOverlap", s.recompute_assignment_upon_overlap,
          {.doc = "Targets are looked for again where another one has taken them"});
  a.field("PartialAdmission", s.partial_admission, {.doc = "With fewer pods, where they allow it"});
  a.field("FlavorFungibility", s.flavor_fungibility,
          {.doc = "Queues say whether to borrow or preempt before the next flavor"});
  a.field("TopologyAwareScheduling", s.topology_aware_scheduling,
          {.doc = "Pods are placed by the topology"});
}

/// Who is admitted.
struct PolicyPlan {
  SchedulerKind scheduler = SchedulerKind::kKueue;
  std::optional<io::Node> kueue;
  std::optional<io::Node> hyperpod;
  std::string kueue_version = "0.20";
  GatePlan gates;
  std::optional<bool> fair_sharing;
  Seconds minimum_runtime{0};
  std::vector<PolicyChange> changes;
};

template <class Archive>
void visit(Archive& a, PolicyPlan& s) {
  a.object("policy", "Who is admitted.");
  a.field("scheduler", s.scheduler, {.doc = "Who decides"});
  a.field(
      "kueue", s.kueue,
      {.doc = "Kueue's objects: a file of them (YAML or JSON), or the list itself; absent: none"});
  a.field("hyperpod", s.hyperpod,
          {.doc = "Instead, SageMaker HyperPod's cluster scheduler configuration and compute "
                  "quotas: a file of them (JSON), or the objects themselves"});
  a.field("kueue_version", s.kueue_version,
          {.doc = "Version of Kueue, which says what its gates are"});
  a.field("gates", s.gates, {.doc = "Gates that are set otherwise"});
  a.field("fair_sharing", s.fair_sharing,
          {.doc = "Fair sharing instead of classical preemption; absent: as the files say"});
  a.field("minimum_runtime", s.minimum_runtime,
          {.doc = "A what-if: who has run for less is not preempted", .min = 0});
  a.field("changes", s.changes, {.doc = "What is different from the files, in this order"});
}

}  // namespace sextant::scenario

// Whatever comes, ends, is evicted and comes back in whatever order: quota is handed out by the
// rules, nobody who fits is forgotten, and in the end everything is free again.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <tuple>
#include <vector>

#include "sextant/governance/kueue_scheduler.h"
#include "sextant/governance/policy_faults.h"

namespace sextant {
namespace {

/// Numbers for a whole storm from one drawn seed.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}
  int upto(int most) { return static_cast<int>(engine_() % static_cast<unsigned>(most + 1)); }
  bool one_in(int n) { return upto(n - 1) == 0; }
  template <class T>
  T pick(std::initializer_list<T> values) {
    return *(values.begin() + upto(static_cast<int>(values.size()) - 1));
  }

 private:
  std::mt19937 engine_;
};

ResourceGroup drawn_group(Dice& dice, int first_flavor, int flavors, int first_resource,
                          int resources, bool has_cohort) {
  ResourceGroup group;
  for (int f = 0; f < flavors; ++f) {
    FlavorQuotas quotas{.flavor = FlavorIndex{static_cast<std::uint16_t>(first_flavor + f)},
                        .resources = {}};
    for (int r = 0; r < resources; ++r) {
      ResourceQuota quota{.resource = ResourceIndex{static_cast<std::uint16_t>(first_resource + r)},
                          .nominal = dice.upto(16)};
      if (has_cohort && dice.one_in(3)) quota.borrowing_limit = dice.upto(12);
      if (has_cohort && dice.one_in(3)) {
        quota.lending_limit = dice.upto(static_cast<int>(quota.nominal));
      }
      quotas.resources.push_back(quota);
    }
    group.flavors.push_back(std::move(quotas));
  }
  return group;
}

/// Trees of cohorts of up to three levels, one or two groups of resources, all the rules.
AdmissionPolicy drawn_policy(Dice& dice) {
  AdmissionPolicy policy;
  policy.resources = {"cpu", "memory", "nvidia.com/gpu"};
  for (const char* name : {"h100", "a100", "cloud", "spare"}) {
    policy.flavors.emplace_back().name = name;
  }
  policy.fair_sharing = dice.one_in(2);
  using enum FairPreemptionStrategy;
  policy.fair_strategies = dice.pick<std::vector<FairPreemptionStrategy>>(
      {{kLessThanOrEqualToFinalShare, kLessThanInitialShare},
       {kLessThanOrEqualToFinalShare},
       {kLessThanInitialShare}});
  const char* const cohorts[] = {"left", "right", "root"};
  for (int i = 0; i < 2; ++i) {
    AdmissionCohort& cohort = policy.cohorts.emplace_back();
    cohort.name = cohorts[i];
    cohort.parent = dice.one_in(3) ? "" : "root";
    cohort.fair_weight = dice.pick({0.0, 1.0, 2.0});
    if (dice.one_in(2)) {
      cohort.groups = {drawn_group(dice, 0, 2, 2, 1, !cohort.parent.empty())};
    }
  }
  const int queues = 2 + dice.upto(4);
  for (int i = 0; i < queues; ++i) {
    AdmissionQueue& queue = policy.queues.emplace_back();
    queue.name = "queue-" + std::to_string(i);
    queue.cohort = dice.one_in(8) ? "" : cohorts[dice.upto(2)];
    queue.strategy = dice.pick({QueueingStrategy::kBestEffortFifo, QueueingStrategy::kStrictFifo});
    queue.fair_weight = dice.pick({0.0, 0.5, 1.0, 3.0});
    const bool has_cohort = !queue.cohort.empty();
    queue.groups = {drawn_group(dice, 0, 1 + dice.upto(1), 2, 1, has_cohort)};
    if (dice.one_in(2)) queue.groups.push_back(drawn_group(dice, 2, 2, 0, 1, has_cohort));
    using enum WithinQueuePolicy;
    queue.preemption.within_queue = dice.pick({kNever, kLowerPriority, kLowerOrNewerEqualPriority});
    queue.preemption.reclaim_within_cohort =
        dice.pick({ReclaimPolicy::kNever, ReclaimPolicy::kLowerPriority, ReclaimPolicy::kAny});
    if (queue.preemption.reclaim_within_cohort != ReclaimPolicy::kNever && dice.one_in(2)) {
      queue.preemption.borrow_within_cohort = BorrowPreemptionPolicy::kLowerPriority;
      if (dice.one_in(2)) queue.preemption.borrow_max_priority_threshold = dice.upto(2);
    }
    queue.fungibility.when_can_borrow =
        dice.pick({FlavorSearch::kMayStopSearch, FlavorSearch::kTryNextFlavor});
    queue.fungibility.when_can_preempt =
        dice.pick({FlavorSearch::kMayStopSearch, FlavorSearch::kTryNextFlavor});
  }
  return policy;
}

struct Life {
  Workload workload;
  QuotaUsage holds;       ///< empty: pending
  bool leaving = false;   ///< evicted, still there
  bool preempts = false;  ///< has waited for victims: stays at the head of its queue
};

/// Does one thing after another to a scheduler and holds what it decides against the rules.
class Storm {
 public:
  Storm(std::uint32_t seed, std::size_t steps)
      : dice_(seed), policy_(drawn_policy(dice_)), scheduler_(policy_) {
    RC_ASSERT(policy_faults(policy_).empty());
    for (std::size_t i = 0; i < steps; ++i) {
      now_ += SimDuration(dice_.upto(3) * 1'000'000'000LL);
      blow();
      settle();
      check_sums();
    }
  }

  void clear() {
    while (!lives_.empty()) remove(lives_.begin()->first);
    for (std::size_t i = 0; i < scheduler_.quota().node_count(); ++i) {
      for (std::size_t key = 0; key < scheduler_.quota().key_count(); ++key) {
        RC_ASSERT(usage(i, key) == 0);
      }
    }
  }

  const std::vector<std::tuple<std::int64_t, std::uint32_t, int>>& diary() const { return diary_; }

 private:
  void blow() {
    const int what = dice_.upto(9);
    if (what < 6 || lives_.empty()) return submit();
    auto one = lives_.begin();
    std::advance(one, dice_.upto(static_cast<int>(lives_.size()) - 1));
    if (one->second.leaving) return requeue(one->first);
    if (what == 6 && !one->second.holds.empty()) {
      scheduler_.evicting(one->first, now_);
      one->second.leaving = true;
      return;
    }
    remove(one->first);
  }

  void submit() {
    Life life;
    const std::size_t queue =
        static_cast<std::size_t>(dice_.upto(static_cast<int>(policy_.queues.size()) - 1));
    life.workload.queue = QueueIndex{static_cast<std::uint32_t>(queue)};
    life.workload.priority = dice_.upto(3);
    life.workload.created = now_;
    life.workload.uid = next_;
    PodSet pods{.count = 1 + dice_.upto(3), .min_count = {}, .per_pod = {}, .topology = {}};
    if (dice_.one_in(4)) pods.min_count = 1;
    pods.per_pod = {{ResourceIndex{2}, 1 + dice_.upto(4)}};
    if (policy_.queues[queue].groups.size() > 1 && dice_.one_in(2)) {
      pods.per_pod.push_back({ResourceIndex{0}, 1 + dice_.upto(4)});
    }
    life.workload.podsets = {pods};
    if (dice_.one_in(4)) life.workload.podsets.push_back(pods);
    const WorkloadIndex index{next_++};
    scheduler_.submit(index, life.workload, now_);
    lives_.emplace(index, std::move(life));
  }

  void remove(WorkloadIndex index) {
    scheduler_.remove(index, now_);
    lives_.erase(index);
  }

  void requeue(WorkloadIndex index) {
    Life& life = lives_.at(index);
    life.leaving = false;
    life.holds.clear();
    scheduler_.requeue(index, EvictionReason::kInClusterQueue, SimDuration(), now_, now_);
  }

  void settle() {
    int cycles = 0;
    while (scheduler_.wants_cycle(now_)) {
      RC_ASSERT(++cycles < 1000);
      check_queues_before();
      take(scheduler_.cycle(now_));
    }
    for (const auto& [index, life] : lives_) {
      if (!life.holds.empty()) continue;
      RC_ASSERT(scheduler_.why_waiting(index).reason != WaitReason::kNotConsidered);
    }
    if (dice_.one_in(4)) forgets_nobody();
  }

  // In which order each queue's workloads stand, and who is parked.
  void check_queues_before() {
    before_.clear();
    for (auto& [index, life] : lives_) {
      if (!life.holds.empty()) continue;
      before_.emplace(index, scheduler_.parked(index));
      if (scheduler_.why_waiting(index).reason == WaitReason::kPreempting) life.preempts = true;
    }
  }

  void take(const Scheduler::Decisions& decisions) {
    // Victims, new ones or chosen again, count as gone for those who come after their preemptor.
    QuotaTree after = tree_of_stayers(decisions.evicted);
    for (const Eviction& eviction : decisions.evicted) {
      Life& victim = lives_.at(eviction.workload);
      RC_ASSERT(!victim.holds.empty() && !victim.leaving);
      check_victim(victim, eviction);
      diary_.emplace_back(now_.ns(), static_cast<std::uint32_t>(eviction.workload),
                          static_cast<int>(eviction.reason));
    }
    for (const Eviction& eviction : decisions.evicted) lives_.at(eviction.workload).leaving = true;
    for (const Admission& admission : decisions.admitted) {
      Life& life = lives_.at(admission.workload);
      check_turn(admission.workload, life);
      life.holds = usage_of(life, admission);
      const QuotaNode node = QuotaTree::node(life.workload.queue);
      for (const QuotaUse& use : life.holds) {
        RC_ASSERT(use.amount <= after.available(node, use.of));
        after.add(node, use.of, use.amount);
      }
      diary_.emplace_back(now_.ns(), static_cast<std::uint32_t>(admission.workload), -1);
    }
  }

  void check_victim(const Life& victim, const Eviction& eviction) {
    const Life& preemptor = lives_.at(eviction.preemptor);
    const AdmissionQueue& queue = queue_of(preemptor);
    const bool lower = victim.workload.priority < preemptor.workload.priority;
    const bool own = victim.workload.queue == preemptor.workload.queue;
    RC_ASSERT(own == (eviction.reason == EvictionReason::kInClusterQueue));
    if (own) {
      RC_ASSERT(lower ||
                (queue.preemption.within_queue == WithinQueuePolicy::kLowerOrNewerEqualPriority &&
                 victim.workload.priority == preemptor.workload.priority &&
                 preemptor.workload.created < victim.workload.created));
    } else {
      RC_ASSERT(lower || queue.preemption.reclaim_within_cohort == ReclaimPolicy::kAny);
      RC_ASSERT((eviction.reason == EvictionReason::kInCohortFairSharing) <= policy_.fair_sharing);
    }
  }

  // StrictFIFO: the first of its queue. BestEffortFIFO: those before it are parked.
  void check_turn(WorkloadIndex index, const Life& life) {
    for (const auto& [other, parked] : before_) {
      const Life& waiting = lives_.at(other);
      if (other == index || waiting.workload.queue != life.workload.queue) continue;
      const bool earlier =
          std::tuple(-waiting.workload.priority, waiting.workload.created, waiting.workload.uid) <
          std::tuple(-life.workload.priority, life.workload.created, life.workload.uid);
      if (!earlier) continue;
      RC_ASSERT(queue_of(life).strategy == QueueingStrategy::kBestEffortFifo);
      RC_ASSERT(parked || life.preempts);
    }
  }

  // A scheduler that knows only who holds quota and who waits finds nobody to admit. But a search
  // goes on from a later flavor, as Kueue's does: under BestEffortFIFO it may then park who would
  // fit in an earlier one, and two searches, of two sets of pods or of two queues, may be at
  // flavors that do not go together time and again.
  void forgets_nobody() {
    KueueScheduler fresh(policy_);
    for (const auto& [index, life] : lives_) {
      if (life.leaving) return;
    }
    for (const auto& [index, life] : lives_) {
      if (!life.holds.empty()) restore(fresh, index, life);
    }
    for (const auto& [index, life] : lives_) {
      if (life.holds.empty()) fresh.submit(index, life.workload, now_);
    }
    for (int i = 0; i < 100 && fresh.wants_cycle(now_); ++i) {
      const Scheduler::Decisions decisions = fresh.cycle(now_);
      if (!decisions.evicted.empty()) return;
      for (const Admission& admission : decisions.admitted) {
        if (is_kept_out(admission.workload)) return;
        RC_ASSERT(chooses(queue_of(lives_.at(admission.workload))));
      }
      if (!decisions.admitted.empty()) return;
    }
  }

  // Among flavors.
  static bool chooses(const AdmissionQueue& queue) {
    return std::any_of(queue.groups.begin(), queue.groups.end(),
                       [](const ResourceGroup& group) { return group.flavors.size() > 1; });
  }

  // By what is kept for another one that still has its turns; or it stands behind one who is.
  bool is_kept_out(WorkloadIndex index) const {
    const WaitCause cause = scheduler_.why_waiting(index);
    if (cause.reason == WaitReason::kBehindOthers) return is_kept_out(cause.other);
    if (cause.reason != WaitReason::kReserved) return false;
    const auto other = lives_.find(cause.other);
    return other != lives_.end() && other->second.holds.empty() && !scheduler_.parked(cause.other);
  }

  void restore(KueueScheduler& fresh, WorkloadIndex index, const Life& life) const {
    Workload workload = life.workload;
    std::vector<PodSetAssignment> podsets;
    workload.podsets.clear();
    for (const QuotaUse& use : life.holds) {
      const ResourceIndex resource = fresh.quota().resource_of(use.of);
      workload.podsets.push_back(
          {.count = 1, .min_count = {}, .per_pod = {{resource, use.amount}}, .topology = {}});
      podsets.push_back(
          {.count = 1, .flavors = {{resource, fresh.quota().flavor_of(use.of)}}, .nodes = {}});
    }
    fresh.restore(index, workload, podsets, now_, false);
  }

  QuotaUsage usage_of(const Life& life, const Admission& admission) const {
    QuotaUsage usage;
    RC_ASSERT(admission.podsets.size() == life.workload.podsets.size());
    for (std::size_t i = 0; i < admission.podsets.size(); ++i) {
      const PodSet& asked = life.workload.podsets[i];
      const PodSetAssignment& given = admission.podsets[i];
      RC_ASSERT(given.count <= asked.count && given.count >= asked.min_count.value_or(asked.count));
      RC_ASSERT(given.flavors.size() == asked.per_pod.size());
      for (const PodSetAssignment::Flavor& flavor : given.flavors) {
        for (const ResourceAmount& one : asked.per_pod) {
          if (one.resource != flavor.resource) continue;
          accumulate(usage, scheduler_.quota().key(flavor.flavor, flavor.resource),
                     one.amount * given.count);
        }
      }
    }
    return usage;
  }

  QuotaTree tree_of_holders() const {
    QuotaTree tree(policy_);
    for (const auto& [index, life] : lives_) {
      tree.add(QuotaTree::node(life.workload.queue), life.holds);
    }
    return tree;
  }

  QuotaTree tree_of_stayers(const std::vector<Eviction>& evicted) const {
    QuotaTree tree(policy_);
    for (const auto& [index, life] : lives_) {
      const bool victim =
          std::any_of(evicted.begin(), evicted.end(),
                      [&, key = index](const Eviction& one) { return one.workload == key; });
      if (!victim && !life.leaving) tree.add(QuotaTree::node(life.workload.queue), life.holds);
    }
    return tree;
  }

  // Usage kept from event to event is what the holders add up to; shares and lending follow.
  void check_sums() {
    const QuotaTree rebuilt = tree_of_holders();
    const QuotaTree& kept = scheduler_.quota();
    for (std::size_t i = 0; i < kept.node_count(); ++i) {
      const QuotaNode node{static_cast<std::uint32_t>(i)};
      bool borrows = false;
      for (std::size_t key = 0; key < kept.key_count(); ++key) {
        const FlavorResource of{static_cast<std::uint32_t>(key)};
        RC_ASSERT(kept.usage(node, of) == rebuilt.usage(node, of));
        borrows = borrows || kept.usage(node, of) > kept.subtree_quota(node, of);
      }
      if (!borrows || !kept.has_parent(node)) RC_ASSERT(kept.share(node).ratio == 0);
      if (borrows && kept.has_parent(node)) RC_ASSERT(kept.share(node).borrowing);
    }
    check_lending();
  }

  // Of a cohort without cohorts around it: what the others use is covered by their own quota, the
  // cohort's, and what this queue lends.
  void check_lending() {
    for (const auto& [index, life] : lives_) {
      if (life.leaving) return;  // with victims on their way out, sums may be above the quota
    }
    const QuotaTree& tree = scheduler_.quota();
    for (std::size_t i = 0; i < policy_.queues.size(); ++i) {
      const QuotaNode queue{static_cast<std::uint32_t>(i)};
      if (!tree.has_parent(queue)) continue;
      const QuotaNode cohort = tree.parent(queue);
      if (tree.has_parent(cohort) || !tree.child_cohorts(cohort).empty()) continue;
      check_lending(tree, cohort, queue);
    }
  }

  void check_lending(const QuotaTree& tree, QuotaNode cohort, QuotaNode lender) {
    std::map<FlavorResource, Amount> room;
    for (const AdmissionCohort& one : policy_.cohorts) {
      if (one.name == tree.name(cohort)) add_quota(tree, one.groups, false, room);
    }
    for (const QuotaNode queue : tree.child_queues(cohort)) {
      add_quota(tree, policy_.queues[static_cast<std::size_t>(queue)].groups, queue == lender,
                room);
    }
    for (const auto& [of, quota] : room) {
      Amount used = 0;
      for (const QuotaNode queue : tree.child_queues(cohort)) {
        if (queue != lender) used += tree.usage(queue, of);
      }
      RC_ASSERT(used <= quota);
    }
  }

  static void add_quota(const QuotaTree& tree, const std::vector<ResourceGroup>& groups, bool lends,
                        std::map<FlavorResource, Amount>& room) {
    for (const ResourceGroup& group : groups) {
      for (const FlavorQuotas& flavor : group.flavors) {
        for (const ResourceQuota& quota : flavor.resources) {
          room[tree.key(flavor.flavor, quota.resource)] +=
              lends ? quota.lending_limit.value_or(quota.nominal) : quota.nominal;
        }
      }
    }
  }

  Amount usage(std::size_t node, std::size_t key) const {
    return scheduler_.quota().usage(QuotaNode{static_cast<std::uint32_t>(node)},
                                    FlavorResource{static_cast<std::uint32_t>(key)});
  }
  const AdmissionQueue& queue_of(const Life& life) const {
    return policy_.queues[static_cast<std::size_t>(life.workload.queue)];
  }

  Dice dice_;
  AdmissionPolicy policy_;
  KueueScheduler scheduler_;
  SimTime now_;
  std::uint32_t next_ = 0;
  std::map<WorkloadIndex, Life> lives_;
  std::map<WorkloadIndex, bool> before_;
  std::vector<std::tuple<std::int64_t, std::uint32_t, int>> diary_;
};

RC_GTEST_PROP(Admission, FollowsTheRulesAndGivesEverythingBack, ()) {
  Storm storm(*rc::gen::arbitrary<std::uint32_t>(), 120);
  storm.clear();
}

RC_GTEST_PROP(Admission, IsTheSameEveryTime, ()) {
  const std::uint32_t seed = *rc::gen::arbitrary<std::uint32_t>();
  RC_ASSERT(Storm(seed, 60).diary() == Storm(seed, 60).diary());
}

}  // namespace
}  // namespace sextant

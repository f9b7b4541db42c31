#include "sextant/governance/policy_faults.h"

#include <fmt/format.h>

#include <map>
#include <set>

namespace sextant {
namespace {

constexpr double kLeastWeight = 1e-9;

class Checker {
 public:
  explicit Checker(const AdmissionPolicy& policy) : policy_(policy) {}

  std::vector<PolicyFault> run() {
    for (const AdmissionFlavor& flavor : policy_.flavors) check_flavor(flavor);
    names_once(policy_.flavors, "flavor");
    names_once(policy_.cohorts, "cohort");
    names_once(policy_.queues, "queue");
    names_once(policy_.local_queues, "local queue");
    for (const AdmissionCohort& cohort : policy_.cohorts) check_cohort(cohort);
    for (const AdmissionQueue& queue : policy_.queues) check_queue(queue);
    for (const LocalQueue& queue : policy_.local_queues) check_local_queue(queue);
    check_cycles();
    check_fair_strategies();
    check_times();
    return std::move(faults_);
  }

 private:
  void fault(PolicyFaultKind kind, std::string where, std::string what) {
    faults_.push_back({kind, std::move(where), std::move(what)});
  }

  template <class Named>
  void names_once(const std::vector<Named>& list, const char* kind) {
    std::set<std::string> seen;
    for (const Named& entry : list) {
      if (entry.name.empty()) {
        fault(PolicyFaultKind::kNameMissing, "", fmt::format("a {} has no name", kind));
      } else if (!seen.insert(entry.name).second) {
        fault(PolicyFaultKind::kNameTwice, fmt::format("{} '{}'", kind, entry.name),
              "found twice, expected once");
      }
    }
  }

  void check_flavor(const AdmissionFlavor& flavor) {
    const std::string where = fmt::format("flavor '{}'", flavor.name);
    int above = 0;
    for (const TopologyLevel& level : flavor.levels) {
      if (level.nodes < 1 || (above != 0 && (level.nodes > above || above % level.nodes != 0))) {
        fault(PolicyFaultKind::kTopologyLevels, where,
              fmt::format("level '{}' has domains of {} nodes, expected a divisor of the {} of the "
                          "level above",
                          level.name, level.nodes, above));
        return;
      }
      above = level.nodes;
    }
    for (const ResourceAmount& amount : flavor.node_capacity) {
      if (static_cast<std::size_t>(amount.resource) >= policy_.resources.size()) {
        fault(PolicyFaultKind::kUnknownIndex, where, "its nodes have an unknown resource");
      }
    }
  }

  void check_weight(double weight, const std::string& where) {
    if (weight >= 0 && (weight == 0 || weight > kLeastWeight)) return;
    fault(PolicyFaultKind::kWeight, where,
          fmt::format("found a fair-share weight of {}, expected 0 or more than 1e-9", weight));
  }

  void check_cohort(const AdmissionCohort& cohort) {
    const std::string where = fmt::format("cohort '{}'", cohort.name);
    check_weight(cohort.fair_weight, where);
    check_groups(cohort.groups, !cohort.parent.empty(), where);
  }

  void check_queue(const AdmissionQueue& queue) {
    const std::string where = fmt::format("queue '{}'", queue.name);
    check_weight(queue.fair_weight, where);
    check_groups(queue.groups, !queue.cohort.empty(), where);
    check_lending(queue, where);
    const FungibilityRules& search = queue.fungibility;
    if (search.preference && (search.when_can_borrow != FlavorSearch::kTryNextFlavor ||
                              search.when_can_preempt != FlavorSearch::kTryNextFlavor)) {
      fault(PolicyFaultKind::kFungibilityPreference, where,
            "found a preference among flavors although the search may stop at the first, expected "
            "TryNextFlavor for both, borrowing and preempting");
    }
    const PreemptionRules& rules = queue.preemption;
    if (rules.borrow_within_cohort != BorrowPreemptionPolicy::kNever &&
        rules.reclaim_within_cohort == ReclaimPolicy::kNever) {
      fault(PolicyFaultKind::kBorrowWithoutReclaim, where,
            "found preemption while borrowing without reclaim within the cohort, expected "
            "reclaimWithinCohort LowerPriority or Any");
    }
  }

  void check_groups(const std::vector<ResourceGroup>& groups, bool has_cohort,
                    const std::string& where) {
    std::set<ResourceIndex> covered;
    std::set<FlavorIndex> flavors;
    for (const ResourceGroup& group : groups) {
      std::set<ResourceIndex> first;
      for (std::size_t i = 0; i < group.flavors.size(); ++i) {
        const FlavorQuotas& flavor = group.flavors[i];
        if (static_cast<std::size_t>(flavor.flavor) >= policy_.flavors.size()) {
          fault(PolicyFaultKind::kUnknownIndex, where, "a quota has an unknown flavor");
          return;
        }
        if (!flavors.insert(flavor.flavor).second) {
          fault(PolicyFaultKind::kFlavorTwice, where,
                fmt::format("flavor '{}' found twice, expected once", name(flavor.flavor)));
        }
        const std::set<ResourceIndex> own = check_quotas(flavor, has_cohort, where);
        if (i == 0) first = own;
        if (own != first) {
          fault(PolicyFaultKind::kUnequalResources, where,
                fmt::format("flavor '{}' has quotas for other resources than '{}' of the same "
                            "group, expected the same",
                            name(flavor.flavor), name(group.flavors.front().flavor)));
        }
      }
      for (const ResourceIndex resource : first) {
        if (!covered.insert(resource).second) {
          fault(PolicyFaultKind::kResourceTwice, where,
                fmt::format("resource '{}' found in two groups, expected in one", name(resource)));
        }
      }
    }
  }

  std::set<ResourceIndex> check_quotas(const FlavorQuotas& flavor, bool has_cohort,
                                       const std::string& where) {
    std::set<ResourceIndex> own;
    for (const ResourceQuota& quota : flavor.resources) {
      if (static_cast<std::size_t>(quota.resource) >= policy_.resources.size()) {
        fault(PolicyFaultKind::kUnknownIndex, where, "a quota has an unknown resource");
        return own;
      }
      if (!own.insert(quota.resource).second) {
        fault(PolicyFaultKind::kResourceTwice, where,
              fmt::format("resource '{}' found twice for flavor '{}', expected once",
                          name(quota.resource), name(flavor.flavor)));
      }
      check_quota(quota, has_cohort, where,
                  fmt::format("'{}' in flavor '{}'", name(quota.resource), name(flavor.flavor)));
    }
    return own;
  }

  void check_quota(const ResourceQuota& quota, bool has_cohort, const std::string& where,
                   const std::string& of) {
    if (quota.nominal < 0 || quota.borrowing_limit.value_or(0) < 0 ||
        quota.lending_limit.value_or(0) < 0) {
      fault(PolicyFaultKind::kNegativeQuota, where,
            fmt::format("found a negative quota or limit of {}, expected 0 or more", of));
    }
    if (!has_cohort && (quota.borrowing_limit || quota.lending_limit)) {
      fault(PolicyFaultKind::kLimitWithoutCohort, where,
            fmt::format("found a {} limit of {} without a cohort to {}, expected a cohort or no "
                        "limit",
                        quota.borrowing_limit ? "borrowing" : "lending", of,
                        quota.borrowing_limit ? "borrow from" : "lend to"));
    }
  }

  /// A cohort may lend more than its own: what its members have is in it.
  void check_lending(const AdmissionQueue& queue, const std::string& where) {
    for (const ResourceGroup& group : queue.groups) {
      for (const FlavorQuotas& flavor : group.flavors) {
        for (const ResourceQuota& quota : flavor.resources) {
          if (!quota.lending_limit || *quota.lending_limit <= quota.nominal) continue;
          fault(PolicyFaultKind::kLendingLimit, where,
                fmt::format("found a lending limit of {} above the nominal quota of {} of '{}' in "
                            "flavor '{}', expected at most that",
                            *quota.lending_limit, quota.nominal, name(quota.resource),
                            name(flavor.flavor)));
        }
      }
    }
  }

  void check_local_queue(const LocalQueue& queue) {
    const std::string where = fmt::format("local queue '{}'", queue.name);
    check_weight(queue.fair_weight, where);
    if (static_cast<std::size_t>(queue.queue) >= policy_.queues.size()) {
      fault(PolicyFaultKind::kUnknownIndex, where, "leads to an unknown queue");
    }
  }

  void check_cycles() {
    std::map<std::string, std::string> parents;
    for (const AdmissionCohort& cohort : policy_.cohorts) {
      parents.try_emplace(cohort.name, cohort.parent);
    }
    std::set<std::string> told;
    for (const AdmissionCohort& cohort : policy_.cohorts) {
      std::set<std::string> path;
      std::string at = cohort.name;
      while (!at.empty() && path.insert(at).second) {
        const auto next = parents.find(at);
        at = next == parents.end() ? "" : next->second;
      }
      if (at != cohort.name || !told.insert(at).second) continue;
      told.insert(path.begin(), path.end());
      fault(PolicyFaultKind::kCohortCycle, fmt::format("cohort '{}'", at),
            "is its own ancestor, expected a tree: take one of its parents away");
    }
  }

  void check_fair_strategies() {
    using enum FairPreemptionStrategy;
    const std::vector<FairPreemptionStrategy>& list = policy_.fair_strategies;
    const bool one = list.size() == 1;
    const bool both = list == std::vector{kLessThanOrEqualToFinalShare, kLessThanInitialShare};
    if (one || both) return;
    fault(PolicyFaultKind::kFairStrategies, "",
          "found another list of fair-sharing preemption strategies than the three that exist, "
          "expected LessThanOrEqualToFinalShare, or LessThanInitialShare, or both in this order");
  }

  void check_times() {
    const auto check = [&](Seconds time, const char* what) {
      if (time.si() >= 0) return;
      fault(PolicyFaultKind::kTimes, "",
            fmt::format("found {} s as {}, expected 0 or more", time.si(), what));
    };
    check(policy_.minimum_runtime, "minimum runtime");
    if (policy_.admission_fair_sharing) {
      check(policy_.admission_fair_sharing->usage_half_life, "half-life of usage");
      check(policy_.admission_fair_sharing->sampling_interval, "sampling interval of usage");
    }
    if (policy_.wait_for_pods_ready) {
      check(policy_.wait_for_pods_ready->timeout, "timeout of pods");
      check(policy_.wait_for_pods_ready->backoff_base, "base of the backoff");
      check(policy_.wait_for_pods_ready->backoff_max, "limit of the backoff");
    }
  }

  const std::string& name(FlavorIndex flavor) const {
    return policy_.flavors[static_cast<std::size_t>(flavor)].name;
  }
  const std::string& name(ResourceIndex resource) const {
    return policy_.resources[static_cast<std::size_t>(resource)];
  }

  const AdmissionPolicy& policy_;
  std::vector<PolicyFault> faults_;
};

}  // namespace

std::vector<PolicyFault> policy_faults(const AdmissionPolicy& policy) {
  return Checker(policy).run();
}

}  // namespace sextant

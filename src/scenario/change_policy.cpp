#include "src/scenario/change_policy.h"

#include <fmt/format.h>

#include <cmath>

#include "sextant/governance/policy_faults.h"
#include "src/io/nearest_name.h"
#include "src/scenario/governance_names.h"

namespace sextant::scenario {
namespace {

Amount percent_of(Amount amount, double percent) {
  return std::llround(static_cast<double>(amount) * percent / 100);
}

void change_quota(ResourceQuota& quota, const PolicyChange& change) {
  if (change.nominal_percent) quota.nominal = percent_of(quota.nominal, *change.nominal_percent);
  if (change.borrow_limit_percent) {
    quota.borrowing_limit = percent_of(quota.nominal, *change.borrow_limit_percent);
  }
  if (change.lend_limit_percent) {
    quota.lending_limit = percent_of(quota.nominal, *change.lend_limit_percent);
  }
}

void change_rules(AdmissionQueue& queue, const PolicyChange& change) {
  if (change.fair_weight) queue.fair_weight = *change.fair_weight;
  if (change.strategy) queue.strategy = *change.strategy;
  if (change.within_queue) queue.preemption.within_queue = *change.within_queue;
  if (change.reclaim_within_cohort) {
    queue.preemption.reclaim_within_cohort = *change.reclaim_within_cohort;
  }
  if (change.borrow_within_cohort) {
    queue.preemption.borrow_within_cohort = *change.borrow_within_cohort;
  }
}

class Changes {
 public:
  Changes(GovernanceScenario& scenario, const io::PlaceMap& places, io::Diagnostics& diagnostics)
      : scenario_(scenario), names_(scenario), places_(places), diagnostics_(diagnostics) {}

  void run() {
    for (const PolicyChange& change : scenario_.policy.changes) make(change);
    if (!diagnostics_.has_errors()) check_result();
  }

 private:
  /// What neither the files nor the changes show by themselves.
  void check_result() {
    const PolicyPlan& plan = scenario_.policy;
    const io::Place& place = plan.changes.empty() ? places_.of(plan) : places_.of(plan.changes);
    for (const PolicyFault& fault : policy_faults(scenario_.admission)) {
      diagnostics_.error(
          place, fault.where.empty() ? fault.what : fmt::format("{}: {}", fault.where, fault.what));
    }
  }

  void make(const PolicyChange& change) {
    std::optional<ResourceIndex> resource;
    if (!change.resource.empty()) {
      resource = names_.resource(change.resource);
      if (!resource) return unknown(change.resource, "a resource", scenario_.admission.resources);
    }
    std::optional<std::string> only;
    if (!change.queue.empty()) {
      only = names_.quota(change.queue);
      if (!only) return unknown(change.queue, "a team or a queue", names_.queues());
    }
    for (AdmissionQueue& queue : scenario_.admission.queues) {
      if (only && queue.name != *only) continue;
      if (queue.cohort.empty() && (change.borrow_limit_percent || change.lend_limit_percent)) {
        diagnostics_
            .error(places_.of(change),
                   fmt::format("found a limit for {}, which is in no cohort", queue.name))
            .help = "queues borrow and lend within a cohort only";
        continue;
      }
      change_rules(queue, change);
      for (ResourceGroup& group : queue.groups) {
        for (FlavorQuotas& quotas : group.flavors) {
          for (ResourceQuota& quota : quotas.resources) {
            if (!resource || quota.resource == *resource) change_quota(quota, change);
          }
        }
      }
    }
  }

  void unknown(const std::string& name, const char* what, const std::vector<std::string>& known) {
    io::Diagnostic& entry = diagnostics_.error(
        places_.of(name), fmt::format("found \"{}\", expected {} of the policy", name, what));
    const auto nearest = io::nearest_name(name, known);
    entry.help = nearest ? fmt::format("did you mean \"{}\"?", *nearest)
                         : fmt::format("it has {}", fmt::join(known, ", "));
  }

  GovernanceScenario& scenario_;
  GovernanceNames names_;
  const io::PlaceMap& places_;
  io::Diagnostics& diagnostics_;
};

}  // namespace

void change_policy(GovernanceScenario& scenario, const io::PlaceMap& places,
                   io::Diagnostics& diagnostics) {
  Changes(scenario, places, diagnostics).run();
}

}  // namespace sextant::scenario

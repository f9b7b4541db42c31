#include "src/validate/admission_cases.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sextant::validate {
namespace {

std::string text_of(const AdmittedPods& pods) {
  std::vector<std::string> parts;
  for (const auto& [resource, flavor] : pods.flavors) {
    const auto used = pods.usage.find(resource);
    parts.push_back(
        fmt::format("{} {} of {}", used == pods.usage.end() ? 0 : used->second, resource, flavor));
  }
  return fmt::format("{} x {} ({})", pods.count, pods.name, fmt::join(parts, ", "));
}

std::string text_of(const std::map<std::string, AdmittedWorkload>& admitted) {
  std::vector<std::string> parts;
  for (const auto& [name, pods] : admitted) {
    std::vector<std::string> sets;
    for (const AdmittedPods& set : pods) sets.push_back(text_of(set));
    parts.push_back(sets.empty() ? name : fmt::format("{}: {}", name, fmt::join(sets, "; ")));
  }
  return parts.empty() ? "nobody" : fmt::format("{}", fmt::join(parts, ", "));
}

std::string text_of(const std::set<std::pair<std::string, std::string>>& preempted) {
  std::vector<std::string> parts;
  for (const auto& [name, reason] : preempted) parts.push_back(name + " " + reason);
  return parts.empty() ? "nobody" : fmt::format("{}", fmt::join(parts, ", "));
}

std::string text_of(const std::set<std::string>& names) {
  return names.empty() ? "nobody" : fmt::format("{}", fmt::join(names, ", "));
}

/// The numbers of a case's workloads: those that run, then those that wait.
class Cast {
 public:
  explicit Cast(const AdmissionCase& one) : case_(one) {}

  WorkloadIndex holder(std::size_t i) const { return number(i); }
  WorkloadIndex waiting(std::size_t i) const { return number(case_.running.size() + i); }
  std::size_t waiting_of(WorkloadIndex workload) const {
    return static_cast<std::size_t>(workload) - case_.running.size();
  }
  const std::string& name(WorkloadIndex workload) const {
    const std::size_t i = static_cast<std::size_t>(workload);
    return i < case_.running.size() ? case_.running[i].name
                                    : case_.pending[i - case_.running.size()].name;
  }

 private:
  static WorkloadIndex number(std::size_t i) {
    return WorkloadIndex{static_cast<std::uint32_t>(i)};
  }

  const AdmissionCase& case_;
};

void set_scene(const AdmissionCase& one, const Cast& cast, KueueScheduler& scheduler) {
  for (std::size_t i = 0; i < one.running.size(); ++i) {
    const AdmissionCase::Holder& holder = one.running[i];
    scheduler.restore(cast.holder(i), holder.workload, holder.podsets, holder.admitted,
                      holder.evicted);
  }
  for (std::size_t i = 0; i < one.pending.size(); ++i) {
    scheduler.submit(cast.waiting(i), one.pending[i].workload, SimTime());
  }
}

AdmittedWorkload admitted_pods(const AdmissionCase& one, const AdmissionCase::Waiting& waiting,
                               const Admission& admission) {
  AdmittedWorkload all;
  for (std::size_t i = 0; i < admission.podsets.size(); ++i) {
    const PodSetAssignment& given = admission.podsets[i];
    AdmittedPods& pods = all.emplace_back();
    pods.name = waiting.podsets[i];
    pods.count = given.count;
    for (const PodSetAssignment::Flavor& flavor : given.flavors) {
      const std::string& resource = one.policy.resources[static_cast<std::size_t>(flavor.resource)];
      pods.flavors[resource] = one.policy.flavors[static_cast<std::size_t>(flavor.flavor)].name;
      for (const ResourceAmount& each : waiting.workload.podsets[i].per_pod) {
        if (each.resource == flavor.resource)
          pods.usage[resource] = amount_product(each.amount, given.count);
      }
      if (resource == "pods") pods.usage[resource] = given.count;
    }
  }
  return all;
}

void note_evicted(const Cast& cast, const std::vector<Eviction>& evicted,
                  AdmissionDecision& decision) {
  for (const Eviction& eviction : evicted) {
    decision.preempted.emplace(cast.name(eviction.workload), enum_name(eviction.reason));
  }
}

AdmissionDecision decide(const AdmissionCase& one) {
  const Cast cast(one);
  KueueScheduler scheduler(one.policy);
  set_scene(one, cast, scheduler);
  AdmissionDecision decision;
  if (one.kind == AdmissionCaseKind::kTargets) {
    const AdmissionCase::Waiting& waiting = one.pending.front();
    note_evicted(
        cast,
        scheduler.preemption_targets(cast.waiting(0), waiting.given, waiting.contested, SimTime()),
        decision);
    decision.left_pending.insert(waiting.name);
    return decision;
  }
  const Scheduler::Decisions decisions = scheduler.cycle(SimTime());
  note_evicted(cast, decisions.evicted, decision);
  for (const Admission& admission : decisions.admitted) {
    const AdmissionCase::Waiting& waiting = one.pending[cast.waiting_of(admission.workload)];
    decision.admitted[waiting.name] = admitted_pods(one, waiting, admission);
  }
  for (std::size_t i = 0; i < one.pending.size(); ++i) {
    const std::string& name = one.pending[i].name;
    if (decision.admitted.count(name) > 0) continue;
    const bool parked = scheduler.parked(cast.waiting(i));
    (parked ? decision.left_inadmissible : decision.left_pending).insert(name);
  }
  return decision;
}

/// Collects the fields of a case that differ.
class Comparison {
 public:
  explicit Comparison(std::string id) : id_(std::move(id)) {}

  template <class T>
  void field(const std::string& name, const T& expected, const T& got) {
    if (!(expected == got)) add(name, text_of(expected), text_of(got));
  }
  void add(const std::string& name, std::string expected, std::string got) {
    failures_.push_back({id_, name, std::move(expected), std::move(got)});
  }
  std::vector<AdmissionFailure> take() { return std::move(failures_); }

 private:
  std::string id_;
  std::vector<AdmissionFailure> failures_;
};

std::vector<AdmissionFailure> compare(const AdmissionCase& one, AdmissionDecision got) {
  Comparison comparison(one.id);
  if (!one.says_assignments) {
    for (auto& [name, pods] : got.admitted) pods.clear();
  }
  if (!one.says_inadmissible) {
    got.left_pending.merge(got.left_inadmissible);
    got.left_inadmissible.clear();
  }
  comparison.field("admitted", one.expected.admitted, got.admitted);
  comparison.field("preempted", one.expected.preempted, got.preempted);
  comparison.field("left_pending", one.expected.left_pending, got.left_pending);
  comparison.field("left_inadmissible", one.expected.left_inadmissible, got.left_inadmissible);
  return comparison.take();
}

std::vector<AdmissionFailure> compare_shares(const AdmissionCase& one) {
  KueueScheduler scheduler(one.policy);
  for (std::size_t i = 0; i < one.running.size(); ++i) {
    scheduler.restore(WorkloadIndex{static_cast<std::uint32_t>(i)}, one.running[i].workload,
                      one.running[i].podsets, SimTime(), false);
  }
  const QuotaTree& quota = scheduler.quota();
  Comparison comparison(one.id);
  for (const NodeShare& expected : one.shares) {
    const Share got = quota.share(*quota.find(expected.node), one.extra);
    const auto check = [&](const char* what, const auto& wanted, const auto& found) {
      if (wanted == found) return;
      comparison.add(fmt::format("{} of {}", what, expected.node), fmt::format("{}", wanted),
                     fmt::format("{}", found));
    };
    const std::string dominant =
        got.dominant ? one.policy.resources[static_cast<std::size_t>(*got.dominant)] : "";
    check("rounded share", expected.rounded, got.rounded());
    check("share", expected.weighted, got.weighted());
    check("ratio", expected.ratio, got.ratio);
    check("dominant resource", expected.dominant, dominant);
    check("borrowing", expected.borrowing, got.borrowing);
  }
  return comparison.take();
}

}  // namespace

std::vector<AdmissionFailure> run_admission_case(const AdmissionCase& one) {
  if (one.kind == AdmissionCaseKind::kShares) return compare_shares(one);
  return compare(one, decide(one));
}

AdmissionValidation validate_admission(const std::vector<std::string>& files) {
  AdmissionValidation validation;
  for (const std::string& file : files) {
    AdmissionSet& set = validation.sets.emplace_back();
    set.set = std::filesystem::path(file).stem().string();
    for (const AdmissionCase& one : read_admission_cases(file)) {
      const std::vector<AdmissionFailure> failures = run_admission_case(one);
      ++set.n;
      set.passed += failures.empty() ? 1 : 0;
      validation.failures.insert(validation.failures.end(), failures.begin(), failures.end());
    }
  }
  return validation;
}

}  // namespace sextant::validate

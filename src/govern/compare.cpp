#include "src/govern/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>

namespace sextant::govern {
namespace {

/// A quantity of a group of jobs.
struct GroupQuantity {
  const char* name;
  Dimension dimension;
  double (*of)(const GroupAnswer& group);
};

constexpr std::array kOfGroups{
    GroupQuantity{"wait_s.mean", Dimension::kTime,
                  [](const GroupAnswer& g) { return g.wait_s.mean; }},
    GroupQuantity{"wait_s.p95", Dimension::kTime,
                  [](const GroupAnswer& g) { return g.wait_s.p95; }},
    GroupQuantity{"gpu_hours.used", Dimension::kUnitHours,
                  [](const GroupAnswer& g) { return g.hours.used; }},
    GroupQuantity{"gpu_hours.lost", Dimension::kUnitHours,
                  [](const GroupAnswer& g) { return g.hours.lost; }},
    GroupQuantity{"preemptions", Dimension::kCount,
                  [](const GroupAnswer& g) { return static_cast<double>(g.preemptions); }},
    GroupQuantity{"missed_deadlines", Dimension::kCount,
                  [](const GroupAnswer& g) { return static_cast<double>(g.missed_deadlines); }}};

/// A quantity of the whole cluster.
struct ClusterQuantity {
  const char* name;
  Dimension dimension;
  double (*of)(const ReplicaAnswers& answers);
};

constexpr std::array kOfClusters{
    ClusterQuantity{"wall_time_s", Dimension::kTime,
                    [](const ReplicaAnswers& r) { return r.wall_time_s; }},
    ClusterQuantity{"utilisation", Dimension::kShare,
                    [](const ReplicaAnswers& r) { return r.utilisation(); }},
    ClusterQuantity{"jain", Dimension::kShare, [](const ReplicaAnswers& r) { return r.jain; }},
    ClusterQuantity{"cost_usd", Dimension::kMoney,
                    [](const ReplicaAnswers& r) { return r.cost_usd(); }},
    ClusterQuantity{"energy_j", Dimension::kEnergy,
                    [](const ReplicaAnswers& r) { return r.energy_j(); }}};

/// Whether two sums of the same parts differ by no more than the order of the parts explains.
bool only_rounding(double one, double other) {
  return std::abs(one - other) <= 1e-9 * std::max(std::abs(one), std::abs(other));
}

class Comparer {
 public:
  Comparer(const GovernResult& first, const GovernResult& second) : first_(first), second_(second) {
    comparison_.exact = !first.chance && !second.chance;
    comparison_.pairs =
        static_cast<std::int64_t>(std::min(first.answers.size(), second.answers.size()));
  }

  template <class First, class Second>
  void add(const char* name, const std::string& team, Dimension dimension, const First& of_first,
           const Second& of_second) {
    Sample first, second;
    for (std::size_t i = 0; i < static_cast<std::size_t>(comparison_.pairs); ++i) {
      const double one = of_first(first_.answers[i]);
      const double other = of_second(second_.answers[i]);
      first.add(one);
      second.add(only_rounding(one, other) ? one : other);
    }
    comparison_.quantities.push_back({name, team, dimension, first.moments().mean(),
                                      second.moments().mean(),
                                      plan::paired_difference(second, first)});
  }

  Comparison take() { return std::move(comparison_); }

 private:
  const GovernResult& first_;
  const GovernResult& second_;
  Comparison comparison_;
};

/// What two jobs must have in common, in words.
std::string arrival_text(const JobSpec& job, const scenario::GovernanceScenario& scenario) {
  std::map<std::string, Amount> amounts;
  std::int64_t pods = 0;
  for (const PodSet& podset : job.podsets) {
    pods += podset.count;
    for (const ResourceAmount& each : podset.per_pod) {
      amounts[scenario.admission.resources[static_cast<std::size_t>(each.resource)]] +=
          podset.count * each.amount;
    }
  }
  std::string text = fmt::format("{} of team {}, submitted at {} s, {} {}", job.name,
                                 scenario.teams[static_cast<std::size_t>(job.team)].name,
                                 job.submit.seconds().si(), pods, pods == 1 ? "pod" : "pods");
  if (!job.work.is_never()) text += fmt::format(", {} s of work", job.work.seconds().si());
  for (const auto& [resource, amount] : amounts) text += fmt::format(", {} {}", amount, resource);
  return text;
}

std::optional<std::string> next_text(JobSource& jobs,
                                     const scenario::GovernanceScenario& scenario) {
  const std::optional<JobSpec> job = jobs.next();
  if (!job) return std::nullopt;
  const std::optional<Seconds>& duration = scenario.simulation.duration;
  if (duration && job->submit.seconds() > *duration) return std::nullopt;
  return arrival_text(*job, scenario);
}

}  // namespace

Comparison compare(const GovernResult& first, const GovernResult& second) {
  Comparer comparer(first, second);
  for (const ClusterQuantity& quantity : kOfClusters) {
    const bool known =
        quantity.dimension == Dimension::kMoney    ? first.has_prices() && second.has_prices()
        : quantity.dimension == Dimension::kEnergy ? first.has_power() && second.has_power()
                                                   : true;
    if (known) comparer.add(quantity.name, "", quantity.dimension, quantity.of, quantity.of);
  }
  for (const GroupQuantity& quantity : kOfGroups) {
    const auto of = [&](const ReplicaAnswers& answers) { return quantity.of(answers.cluster); };
    comparer.add(quantity.name, "", quantity.dimension, of, of);
  }
  const std::vector<GovernedTeam>& teams = first.inputs.teams;
  const std::vector<GovernedTeam>& others = second.inputs.teams;
  for (std::size_t t = 0; t < teams.size(); ++t) {
    const auto other = std::find_if(others.begin(), others.end(), [&](const GovernedTeam& each) {
      return each.name == teams[t].name;
    });
    if (other == others.end()) continue;
    const auto o = static_cast<std::size_t>(other - others.begin());
    for (const GroupQuantity& quantity : kOfGroups) {
      comparer.add(
          quantity.name, teams[t].name, quantity.dimension,
          [&](const ReplicaAnswers& answers) { return quantity.of(answers.teams[t]); },
          [&](const ReplicaAnswers& answers) { return quantity.of(answers.teams[o]); });
    }
  }
  return comparer.take();
}

std::optional<std::string> difference_of_arrivals(const scenario::GovernanceScenario& first,
                                                  const scenario::GovernanceScenario& second,
                                                  std::int64_t replica) {
  const auto key = [&](const scenario::GovernanceScenario& scenario) {
    return ReplicaKey{scenario.simulation.seed, static_cast<std::uint32_t>(replica)};
  };
  const std::unique_ptr<ScenarioJobs> jobs = jobs_of(first, key(first));
  const std::unique_ptr<ScenarioJobs> others = jobs_of(second, key(second));
  for (std::int64_t number = 0;; ++number) {
    const std::optional<std::string> job = next_text(*jobs, first);
    const std::optional<std::string> other = next_text(*others, second);
    if (job == other) {
      if (!job) return std::nullopt;
      continue;
    }
    return fmt::format("job {} is {} in {}, and {} in {}", number, job.value_or("not there"),
                       first.name, other.value_or("not there"), second.name);
  }
}

void check_arrivals(const scenario::GovernanceScenario& first,
                    const scenario::GovernanceScenario& second) {
  const std::int64_t pairs = std::min(first.simulation.replicas, second.simulation.replicas);
  for (std::int64_t i = 0; i < pairs; ++i) {
    const std::optional<std::string> difference = difference_of_arrivals(first, second, i);
    if (!difference) continue;
    throw DifferentArrivals(fmt::format(
        "{} and {} do not have the same arrivals, so their difference would be one of luck and "
        "not of policy: {}\n  give both the same teams, jobs, generators and traces",
        first.name, second.name, *difference));
  }
}

}  // namespace sextant::govern

#include "src/govern/govern.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "src/govern/observers.h"
#include "src/govern/pack_answers.h"
#include "src/govern/units.h"
#include "src/run/interrupt.h"
#include "src/run/spread.h"

namespace sextant::govern {
namespace {

ReplicaKey key_of(std::uint64_t seed, std::int64_t replica) {
  return {seed, static_cast<std::uint32_t>(replica)};
}

/// Who else sees what happens in a replica.
struct Watchers {
  GovernanceAnswers::JobListener on_job;
  decltype(GovernOptions::observer) observer;
};

/// Runs one replica of a result that has its inputs. `skipped`: what its jobs left out.
ReplicaAnswers run_replica(const scenario::GovernanceScenario& scenario, const GovernResult& result,
                           std::int64_t number, const Watchers& watchers,
                           std::vector<SkippedJobs>& skipped) {
  const ReplicaKey key = key_of(result.seed, number);
  const std::unique_ptr<ScenarioJobs> jobs = jobs_of(scenario, key);
  GovernanceAnswers answers(result.inputs, rates_of(result.accounts));
  const auto run = [&](GovernanceObserver& observer) {
    return answers.finish(run_governance(result.inputs, *jobs, key, observer));
  };
  if (watchers.on_job) answers.listen(watchers.on_job);
  ReplicaAnswers replica;
  if (watchers.observer) {
    BothObservers both(answers, watchers.observer(result.inputs),
                       result.inputs.policy.flavors.size());
    replica = run(both);
  } else {
    replica = run(answers);
  }
  skipped = jobs->skipped();
  if (number > 0) replica.over_time = {};
  return replica;
}

/// What hears of the first replica's jobs: whoever asked, and the progress of a single replica,
/// which has nothing else to count.
GovernanceAnswers::JobListener listener_of(const GovernOptions& options,
                                           const GovernResult& result) {
  const auto& progress = options.parallel.progress;
  if (result.replicas > 1 || !progress) return options.on_job;
  return [&options, &progress, ended = std::int64_t{0}](const JobRecord& job) mutable {
    if (options.on_job) options.on_job(job);
    progress(++ended);
  };
}

bool is_random(const scenario::GeneratorPlan& generator) {
  return generator.arrivals.rate || generator.arrivals.burst || generator.sizes.size() > 1 ||
         !generator.duration.constant;
}

std::vector<std::string> notes_of(const scenario::GovernanceScenario& scenario,
                                  const GovernResult& result) {
  std::vector<std::string> notes = scenario.inferred;
  for (const SkippedJobs& skipped : result.skipped) {
    notes.push_back(
        fmt::format("{}: {} jobs left out: {}", skipped.file, skipped.jobs, skipped.reason));
  }
  const ReplicaAnswers& first = result.first();
  const std::int64_t unfinished = first.cluster.ends[static_cast<std::size_t>(JobEnd::kUnfinished)];
  if (unfinished > 0) {
    notes.push_back(
        unfinished == 1
            ? std::string("one job had not ended when the simulation did; it counts as far as it "
                          "came")
            : fmt::format("{} jobs had not ended when the simulation did; they count as far as "
                          "they came",
                          unfinished));
  }
  if (first.loops > 0) {
    notes.push_back(fmt::format(
        "{} loops of preemption: jobs that evicted each other without progress", first.loops));
  }
  return notes;
}

/// "64", "0.142".
std::string in_units(std::int64_t units) {
  return fmt::format("{:.6g}", static_cast<double>(units) / kUnits);
}

plan::Obstacle obstacle_of(const GovernResult& result, const ImpossibleJob& job) {
  const GovernanceInputs& inputs = result.inputs;
  const GovernedTeam& team = inputs.teams[static_cast<std::size_t>(job.team)];
  const AdmissionQueue& queue = inputs.policy.queues[static_cast<std::size_t>(team.queue)];
  plan::Obstacle obstacle;
  obstacle.reason = fmt::format("job {} of team {} asks for {} {}, and can never be admitted",
                                job.name, team.name, in_units(job.units), result.unit());
  for (std::size_t f = 0; f < inputs.policy.flavors.size(); ++f) {
    const auto flavor = static_cast<FlavorIndex>(f);
    const QuotaUnits quota = quota_units(inputs, flavor, queue.groups);
    const std::string limit = queue.cohort.empty() ? "no cohort to borrow from"
                              : quota.borrowing == QuotaUnits::kUnlimited
                                  ? "may borrow what its cohort can lend"
                                  : "may borrow " + in_units(quota.borrowing);
    obstacle.details.push_back(
        fmt::format("queue {} in {}: nominal quota {}, {}; its nodes have {} in all", queue.name,
                    inputs.policy.flavors[f].name, in_units(quota.nominal), limit,
                    in_units(capacity_units(inputs, flavor))));
  }
  obstacle.remedies = {
      fmt::format("raise the nominal quota or the borrowing limit of {}, or what its cohort lends",
                  queue.name),
      "ask for fewer pods, or give min_pods, so that it can begin with fewer"};
  return obstacle;
}

}  // namespace

bool GovernResult::has_prices() const {
  return std::any_of(accounts.begin(), accounts.end(),
                     [](const FlavorAccount& account) { return account.node_price.has_value(); });
}

bool GovernResult::has_power() const {
  return std::any_of(accounts.begin(), accounts.end(),
                     [](const FlavorAccount& account) { return account.power.has_value(); });
}

std::string GovernResult::unit() const {
  const UnitKind counted = counted_kind(inputs);
  std::string unit;
  for (std::size_t f = 0; f < accounts.size(); ++f) {
    if (unit_kind(inputs, static_cast<FlavorIndex>(f)) != counted) continue;
    if (unit.empty()) unit = accounts[f].unit;
    if (unit != accounts[f].unit) return "accelerators";
  }
  return unit.empty() ? "accelerators" : unit;
}

GovernResult govern(const scenario::GovernanceScenario& scenario, const GovernOptions& options) {
  GovernResult result;
  result.name = scenario.name;
  result.question = scenario.question;
  result.inputs = inputs_of(scenario, options.parallel);
  result.accounts = accounts_of(scenario);
  result.seed = scenario.simulation.seed;
  result.chance = has_chance(scenario, result.inputs);
  // Replicas that meet no chance would all be the same.
  result.replicas = result.chance ? scenario.simulation.replicas : 1;
  const bool one = result.replicas == 1;
  run::begin_phase(options.parallel, one ? "jobs that have ended" : "replicas",
                   one ? 0 : result.replicas);
  run::ParallelOptions parallel = options.parallel;
  if (one) parallel.progress = {};
  result.answers = run::spread<ReplicaAnswers>(result.replicas, parallel, [&](std::int64_t number) {
    std::vector<SkippedJobs> skipped;
    const Watchers watchers =
        number == 0 ? Watchers{listener_of(options, result), options.observer} : Watchers{};
    ReplicaAnswers replica = run_replica(scenario, result, number, watchers, skipped);
    if (number == 0) result.skipped = std::move(skipped);
    return replica;
  });
  if (result.answers.empty()) throw run::Interrupted();
  if (std::ssize(result.answers) < result.replicas) result.interrupted_of = result.replicas;
  result.notes = notes_of(scenario, result);
  return result;
}

std::vector<FlavorRates> rates_of(const std::vector<FlavorAccount>& accounts) {
  std::vector<FlavorRates> rates;
  for (const FlavorAccount& account : accounts) {
    FlavorRates& rate = rates.emplace_back();
    if (account.node_price) rate.node_price = account.node_price->value;
    rate.power = account.power;
    if (account.region) rate.pue = account.region->pue.value;
  }
  return rates;
}

bool has_chance(const scenario::GovernanceScenario& scenario, const GovernanceInputs& inputs) {
  const auto random_team = [](const scenario::TeamPlan& team) {
    return !team.spaces.empty() ||
           std::any_of(team.generators.begin(), team.generators.end(), is_random);
  };
  return !inputs.trainings.empty() ||
         std::any_of(scenario.teams.begin(), scenario.teams.end(), random_team) ||
         std::any_of(inputs.supply.begin(), inputs.supply.end(),
                     [](const FlavorSupply& supply) { return supply.failures.has_value(); });
}

std::vector<plan::Obstacle> obstacles(const GovernResult& result) {
  std::vector<plan::Obstacle> list;
  for (const ImpossibleJob& job : result.first().impossible) {
    list.push_back(obstacle_of(result, job));
  }
  return list;
}

}  // namespace sextant::govern

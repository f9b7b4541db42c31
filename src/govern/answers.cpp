#include "src/govern/answers.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "sextant/kernel/assert.h"
#include "sextant/ledger/power.h"
#include "src/govern/fairness.h"

namespace sextant::govern {
namespace {

constexpr double kUnitNsPerHour = kUnits * 3600e9;
constexpr std::size_t kMostImpossible = 5;

bool is_used(NodeState state) {
  return state == NodeState::kTraining || state == NodeState::kEvaluating;
}

template <class Index>
std::size_t at(Index index) {
  return static_cast<std::size_t>(index);
}

/// Mean amount of every bin; the last one ends with the simulation.
std::vector<double> means(const TimeBins& bins, std::size_t count, std::int64_t end_ns,
                          double scale) {
  std::vector<double> result(count);
  for (std::size_t i = 0; i < std::min(count, bins.integrals().size()); ++i) {
    const std::int64_t from_ns = static_cast<std::int64_t>(i) * bins.width_ns();
    const std::int64_t length_ns = std::min(bins.width_ns(), end_ns - from_ns);
    if (length_ns > 0) result[i] = bins.integrals()[i] / static_cast<double>(length_ns) * scale;
  }
  return result;
}

void to_hours(FlavorAnswer& flavor) {
  for (double* hours :
       {&flavor.allocated, &flavor.used, &flavor.idle, &flavor.broken, &flavor.released}) {
    *hours /= kUnitNsPerHour;
  }
}

}  // namespace

double ReplicaAnswers::utilisation() const {
  return nodes.there() > 0 ? nodes.allocated / nodes.there() : 0;
}

double ReplicaAnswers::used_share() const {
  return nodes.there() > 0 ? nodes.used / nodes.there() : 0;
}

/// Usage of one flavor.
class GovernanceAnswers::FlavorSink final : public UsageSink {
 public:
  FlavorSink(GovernanceAnswers& answers, std::size_t flavor) : answers_(answers), flavor_(flavor) {}

  void add(const UsageInterval& interval) override {
    answers_.add_usage(flavor_, interval,
                       std::max<std::int64_t>(1, interval.to_ns - interval.from_ns), 1);
  }
  void add_repeated(std::span<const UsageInterval> cycle, std::int64_t period_ns,
                    std::int64_t times) override {
    for (const UsageInterval& interval : cycle) {
      answers_.add_usage(flavor_, interval, period_ns, times);
    }
  }

 private:
  GovernanceAnswers& answers_;
  std::size_t flavor_;
};

void GovernanceAnswers::Account::add(const Account& other) {
  allocated += other.allocated;
  used += other.used;
  lost += other.lost;
  held_idle += other.held_idle;
  cost_usd += other.cost_usd;
  energy_j += other.energy_j;
}

void GovernanceAnswers::Fold::add(const JobRecord& job, const Account& its) {
  const auto seconds = [](std::int64_t ns) { return Seconds(1e-9 * static_cast<double>(ns)); };
  ++jobs;
  ++ends[at(job.end)];
  wait.add(seconds(job.wait_ns + job.no_nodes_ns));
  first_wait.add(seconds(job.first_wait_ns));
  run.add(seconds(job.run_ns));
  no_nodes += static_cast<double>(job.no_nodes_ns) * static_cast<double>(job.units);
  for (std::size_t i = 0; i < kEvictionReasons; ++i) evictions[i] += job.evictions[i];
  preemptions += job.preemptions();
  node_failures += job.node_failures;
  loops += job.loops;
  missed_deadlines += job.missed_deadline ? 1 : 0;
  account.add(its);
}

void GovernanceAnswers::Fold::merge(const Fold& other) {
  jobs += other.jobs;
  for (std::size_t i = 0; i < ends.size(); ++i) ends[i] += other.ends[i];
  wait.merge(other.wait);
  first_wait.merge(other.first_wait);
  run.merge(other.run);
  no_nodes += other.no_nodes;
  for (std::size_t i = 0; i < kEvictionReasons; ++i) evictions[i] += other.evictions[i];
  preemptions += other.preemptions;
  node_failures += other.node_failures;
  loops += other.loops;
  missed_deadlines += other.missed_deadlines;
  account.add(other.account);
}

GovernanceAnswers::GovernanceAnswers(const GovernanceInputs& inputs, std::vector<FlavorRates> rates)
    : inputs_(inputs),
      // Jobs without a class are those of one without a name.
      classes_(std::max<std::size_t>(1, inputs.policy.priority_classes.size())),
      entitlements_(entitlements(inputs)),
      team_accounts_(inputs.teams.size()),
      team_classes_(inputs.teams.size() * classes_),
      kinds_(kJobKinds),
      flavors_(inputs.policy.flavors.size()),
      quota_(inputs),
      pending_(inputs.teams.size()),
      team_allocated_(inputs.teams.size()),
      team_pending_(inputs.teams.size()) {
  SEXTANT_ASSERT(rates.size() == flavors_.size(), "{} rates of {} flavors", rates.size(),
                 flavors_.size());
  const UnitKind counted = counted_kind(inputs);
  for (std::size_t f = 0; f < flavors_.size(); ++f) {
    const auto flavor = static_cast<FlavorIndex>(f);
    counted_.push_back(unit_kind(inputs, flavor) == counted);
    sinks_.emplace_back(*this, f);
    const std::int64_t node_units =
        units_of(inputs, flavor, inputs.policy.flavors[f].node_capacity);
    const double per_unit_ns = node_units > 0 ? 1e-9 / static_cast<double>(node_units) : 0;
    const auto& [price, power, pue] = rates[f];
    usd_per_unit_ns_.push_back(price ? price->si() * per_unit_ns : 0);
    auto& joules = joules_per_unit_ns_.emplace_back();
    for (std::size_t state = 0; power && state < kNodeStates; ++state) {
      joules[state] = node_power(*power, static_cast<NodeState>(state)).si() * pue * per_unit_ns;
    }
  }
}

GovernanceAnswers::~GovernanceAnswers() = default;

UsageSink& GovernanceAnswers::usage(FlavorIndex flavor) { return sinks_[at(flavor)]; }

void GovernanceAnswers::add_usage(std::size_t flavor, const UsageInterval& interval,
                                  std::int64_t period_ns, std::int64_t times) {
  const auto length_ns = static_cast<double>(interval.to_ns - interval.from_ns);
  const auto units = static_cast<double>(interval.nodes);
  const double unit_ns = units * length_ns * static_cast<double>(times);
  const auto bin = [&](TimeBins& bins) {
    bins.add_repeated(interval.from_ns, interval.to_ns, units, period_ns, times);
  };
  const bool there = interval.state != NodeState::kReleased;
  if (counted_[flavor] && there) bin(there_);
  const bool broken = interval.entity == kFleetEntity && interval.state != NodeState::kSpare;
  if (counted_[flavor] && there && broken) bin(broken_);
  if (interval.entity == kFleetEntity) return add_nobodys(flavor, interval.state, unit_ns);

  const Account account = account_of(flavor, interval.state, unit_ns);
  const std::size_t team = at(interval.owner);
  team_accounts_[team].add(account);
  add_to_job(interval.entity, account);
  flavors_[flavor].allocated += unit_ns;
  if (is_used(interval.state)) flavors_[flavor].used += unit_ns;
  if (!counted_[flavor]) return;
  bin(allocated_);
  bin(team_allocated_[team]);
  if (is_used(interval.state)) bin(used_);
}

GovernanceAnswers::Account GovernanceAnswers::account_of(std::size_t flavor, NodeState state,
                                                         double unit_ns) const {
  const double counted = counted_[flavor] ? unit_ns : 0;
  return {.allocated = counted,
          .used = is_used(state) ? counted : 0,
          .lost = state == NodeState::kTrainingLost ? counted : 0,
          .held_idle = state == NodeState::kSpare ? counted : 0,
          .cost_usd = unit_ns * usd_per_unit_ns_[flavor],
          .energy_j = unit_ns * joules_per_unit_ns_[flavor][at(state)]};
}

void GovernanceAnswers::add_nobodys(std::size_t flavor, NodeState state, double unit_ns) {
  FlavorAnswer& answer = flavors_[flavor];
  if (state == NodeState::kReleased) {
    answer.released += unit_ns;
    return;
  }
  (state == NodeState::kSpare ? answer.idle : answer.broken) += unit_ns;
  answer.idle_cost_usd += unit_ns * usd_per_unit_ns_[flavor];
  answer.idle_energy_j += unit_ns * joules_per_unit_ns_[flavor][at(state)];
}

void GovernanceAnswers::add_to_job(UsageEntity entity, const Account& account) {
  const auto number = static_cast<std::uint32_t>(entity);
  const auto kept = ended_.find(number);
  if (kept == ended_.end()) {
    live_[number].add(account);
    return;
  }
  team_classes_[kept->second.team_class].account.add(account);
  kinds_[kept->second.kind].account.add(account);
}

void GovernanceAnswers::job_ended(const JobRecord& job) {
  const auto entity = static_cast<std::uint32_t>(1 + static_cast<std::uint64_t>(job.number));
  const std::size_t job_class = std::min(at(job.priority_class), classes_ - 1);
  const Place place{at(job.team) * classes_ + job_class, at(job.kind)};
  const auto live = live_.find(entity);
  const Account account = live == live_.end() ? Account{} : live->second;
  if (live != live_.end()) live_.erase(live);
  team_classes_[place.team_class].add(job, account);
  kinds_[place.kind].add(job, account);
  ended_.emplace(entity, place);
  ended_order_.emplace_back(job.ended_ns, entity);
  forget_ended(job.ended_ns);
  if (job.end == JobEnd::kNeverFits && impossible_.size() < kMostImpossible) {
    impossible_.push_back({job.name, job.team, job.units});
  }
  if (listener_) listener_(job);
}

/// Nodes of a job that has ended are reported no later than they are kept warm.
void GovernanceAnswers::forget_ended(std::int64_t now_ns) {
  const Seconds kept = inputs_.warm_pool.value_or(Seconds(0)) + inputs_.grace;
  const std::int64_t before_ns = now_ns - SimDuration::rounded(kept).ns();
  while (!ended_order_.empty() && ended_order_.front().first < before_ns) {
    ended_.erase(ended_order_.front().second);
    ended_order_.pop_front();
  }
}

void GovernanceAnswers::job_waited(const WaitRecord& /*wait*/) {}

void GovernanceAnswers::job_evicted(const EvictionRecord& eviction) {
  const std::int32_t preemptor =
      eviction.preemptor_team ? static_cast<std::int32_t>(*eviction.preemptor_team) : -1;
  ++evictions_[{static_cast<std::int32_t>(eviction.team), preemptor, eviction.reason}];
}

void GovernanceAnswers::quota_changed(const QuotaChange& change) { quota_.add(change); }

void GovernanceAnswers::pending_changed(std::int64_t time_ns, TeamIndex team, std::int64_t jobs,
                                        std::int64_t units) {
  settle_pending(at(team), time_ns);
  pending_[at(team)] = {time_ns, jobs, units};
}

void GovernanceAnswers::settle_pending(std::size_t team, std::int64_t now_ns) {
  const auto& [since_ns, jobs, units] = pending_[team];
  if (jobs == 0) return;
  pending_jobs_.add(since_ns, now_ns, static_cast<double>(jobs));
  pending_units_.add(since_ns, now_ns, static_cast<double>(units));
  team_pending_[team].add(since_ns, now_ns, static_cast<double>(units));
}

ReplicaAnswers GovernanceAnswers::finish(const GovernanceResult& result) {
  const std::int64_t end_ns = SimDuration::rounded(result.wall_time).ns();
  const auto wall_ns = static_cast<double>(end_ns);
  quota_.finish(end_ns);
  for (std::size_t team = 0; team < pending_.size(); ++team) settle_pending(team, end_ns);

  ReplicaAnswers answers;
  add_teams(answers, wall_ns);
  add_flavors(answers);
  for (const Fold& kind : kinds_) answers.kinds.push_back(answer(kind, wall_ns));
  answers.over_time = over_time(end_ns);
  answers.jain = jain(answers);
  const OverTime& over = answers.over_time;
  for (std::size_t i = 0; i < over.there.size(); ++i) {
    const double from_s = over.width_s * static_cast<double>(i);
    const double length_s = std::min(over.width_s, result.wall_time.si() - from_s);
    answers.idle_while_waiting +=
        std::min(over.there[i] - over.allocated[i], over.pending[i]) * length_s / 3600;
  }
  for (const auto& [key, count] : evictions_) {
    const auto& [team, preemptor, reason] = key;
    answers.eviction_counts.push_back({team, preemptor, reason, count});
  }
  answers.impossible = impossible_;
  answers.endpoints = result.endpoints;
  answers.cycles = result.cycles;
  answers.finished = result.finished;
  answers.loops = result.loops;
  answers.wall_time_s = result.wall_time.si();
  answers.digest = result.digest;
  return answers;
}

GroupAnswer GovernanceAnswers::answer(const Fold& fold, double wall_ns) const {
  GroupAnswer answer;
  answer.jobs = fold.jobs;
  answer.ends = fold.ends;
  answer.wait_s = fold.wait.statistics();
  answer.first_wait_s = fold.first_wait.statistics();
  answer.run_s = fold.run.statistics();
  if (wall_ns > 0) {
    answer.waiting_jobs = fold.wait.sum().si() * 1e9 / wall_ns;
    answer.running_jobs = fold.run.sum().si() * 1e9 / wall_ns;
  }
  answer.evictions = fold.evictions;
  answer.preemptions = fold.preemptions;
  answer.node_failures = fold.node_failures;
  answer.loops = fold.loops;
  answer.missed_deadlines = fold.missed_deadlines;
  answer.hours.allocated = fold.account.allocated / kUnitNsPerHour;
  answer.hours.used = fold.account.used / kUnitNsPerHour;
  answer.hours.lost = fold.account.lost / kUnitNsPerHour;
  answer.hours.held_idle = fold.account.held_idle / kUnitNsPerHour;
  answer.hours.no_nodes = fold.no_nodes / kUnitNsPerHour;
  answer.cost_usd = fold.account.cost_usd;
  answer.energy_j = fold.account.energy_j;
  return answer;
}

void GovernanceAnswers::add_teams(ReplicaAnswers& answers, double wall_ns) const {
  Fold cluster;
  UnitHours quota;
  std::vector<Fold> classes(classes_);
  for (std::size_t team = 0; team < team_accounts_.size(); ++team) {
    Fold sum;
    for (std::size_t c = 0; c < classes_; ++c) {
      const Fold& fold = team_classes_[team * classes_ + c];
      answers.team_classes.push_back(answer(fold, wall_ns));
      sum.merge(fold);
      classes[c].merge(fold);
    }
    sum.account = team_accounts_[team];  // by owner: with what no job was told to be its own
    cluster.merge(sum);
    GroupAnswer& row = answers.teams.emplace_back(answer(sum, wall_ns));
    for (std::size_t f = 0; f < flavors_.size(); ++f) {
      if (!counted_[f]) continue;
      const QuotaFlows::Integrals& flows =
          quota_.integrals(static_cast<TeamIndex>(team), static_cast<FlavorIndex>(f));
      row.hours.reserved += flows.held / kUnitNsPerHour;
      row.hours.borrowed += flows.borrowed / kUnitNsPerHour;
      row.hours.lent += flows.lent / kUnitNsPerHour;
    }
    quota.reserved += row.hours.reserved;
    quota.borrowed += row.hours.borrowed;
    quota.lent += row.hours.lent;
  }
  for (const Fold& each : classes) answers.classes.push_back(answer(each, wall_ns));
  answers.cluster = answer(cluster, wall_ns);
  answers.cluster.hours.reserved = quota.reserved;
  answers.cluster.hours.borrowed = quota.borrowed;
  answers.cluster.hours.lent = quota.lent;
}

void GovernanceAnswers::add_flavors(ReplicaAnswers& answers) const {
  for (std::size_t f = 0; f < flavors_.size(); ++f) {
    FlavorAnswer& flavor = answers.flavors.emplace_back(flavors_[f]);
    to_hours(flavor);
    answers.nodes.idle_cost_usd += flavor.idle_cost_usd;
    answers.nodes.idle_energy_j += flavor.idle_energy_j;
    if (!counted_[f]) continue;
    answers.nodes.allocated += flavor.allocated;
    answers.nodes.used += flavor.used;
    answers.nodes.idle += flavor.idle;
    answers.nodes.broken += flavor.broken;
    answers.nodes.released += flavor.released;
  }
}

OverTime GovernanceAnswers::over_time(std::int64_t end_ns) {
  std::vector<TimeBins*> all{&there_,  &allocated_,    &used_,
                             &broken_, &pending_jobs_, &pending_units_};
  for (TimeBins& bins : team_allocated_) all.push_back(&bins);
  for (TimeBins& bins : team_pending_) all.push_back(&bins);
  TimeBins borrowed = quota_.borrowed();
  std::vector<TimeBins> team_borrowed = quota_.teams_borrowed();
  all.push_back(&borrowed);
  for (TimeBins& bins : team_borrowed) all.push_back(&bins);
  there_.cover(std::max<std::int64_t>(0, end_ns - 1));
  std::int64_t width_ns = 0;
  for (const TimeBins* bins : all) width_ns = std::max(width_ns, bins->width_ns());
  for (TimeBins* bins : all) bins->widen_to(width_ns);

  const auto count = static_cast<std::size_t>(end_ns > 0 ? (end_ns - 1) / width_ns + 1 : 0);
  const auto in_units = [&](const TimeBins& bins) {
    return means(bins, count, end_ns, 1 / kUnits);
  };
  OverTime over;
  over.width_s = 1e-9 * static_cast<double>(width_ns);
  over.there = in_units(there_);
  over.allocated = in_units(allocated_);
  over.used = in_units(used_);
  over.broken = in_units(broken_);
  over.borrowed = in_units(borrowed);
  over.pending_jobs = means(pending_jobs_, count, end_ns, 1);
  over.pending = in_units(pending_units_);
  for (const TimeBins& bins : team_allocated_) over.teams.push_back(in_units(bins));
  for (const TimeBins& bins : team_borrowed) over.teams_borrowed.push_back(in_units(bins));
  for (const TimeBins& bins : team_pending_) over.teams_pending.push_back(in_units(bins));
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<double> shares;
    for (std::size_t team = 0; team < over.teams.size(); ++team) {
      if (over.teams[team][i] == 0 && over.teams_pending[team][i] == 0) continue;
      shares.push_back(over.teams[team][i] / entitlements_[team]);
    }
    over.jain.push_back(jain_index(shares));
  }
  return over;
}

double GovernanceAnswers::jain(const ReplicaAnswers& answers) const {
  std::vector<double> shares;
  for (std::size_t team = 0; team < answers.teams.size(); ++team) {
    const GroupAnswer& row = answers.teams[team];
    if (row.jobs == 0) continue;
    shares.push_back(row.hours.allocated / entitlements_[team]);
  }
  return jain_index(shares);
}

}  // namespace sextant::govern

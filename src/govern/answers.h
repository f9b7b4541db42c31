#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "sextant/cluster/power_curve.h"
#include "sextant/governance/governance.h"
#include "sextant/kernel/quantity.h"
#include "src/govern/quota_flows.h"
#include "src/govern/replica_answers.h"
#include "src/govern/time_bins.h"
#include "src/govern/time_distribution.h"
#include "src/govern/units.h"

namespace sextant::govern {

/// What a node of a flavor costs and draws.
struct FlavorRates {
  std::optional<UsdPerSecond> node_price{};
  std::optional<PowerCurve> power{};
  double pue = 1;
};

/// Folds what happens on a governed cluster, online: memory grows with teams, classes, flavors and
/// the jobs that are there at once. Every unit-second of a node is in exactly one account: the
/// owner's, idle, broken, or released.
class GovernanceAnswers final : public GovernanceObserver {
 public:
  /// `inputs` outlives it; `rates` are of the policy's flavors, in their order.
  GovernanceAnswers(const GovernanceInputs& inputs, std::vector<FlavorRates> rates);
  ~GovernanceAnswers() override;

  using JobListener = std::function<void(const JobRecord&)>;
  /// Called for every job that has ended: for lists, which need not fit in memory.
  void listen(JobListener listener) { listener_ = std::move(listener); }

  UsageSink& usage(FlavorIndex flavor) override;
  void job_ended(const JobRecord& job) override;
  void job_waited(const WaitRecord& wait) override;
  void job_evicted(const EvictionRecord& eviction) override;
  void quota_changed(const QuotaChange& change) override;
  void pending_changed(std::int64_t time_ns, TeamIndex team, std::int64_t jobs,
                       std::int64_t units) override;

  /// When the simulation is over. Nothing is added afterwards.
  ReplicaAnswers finish(const GovernanceResult& result);

 private:
  class FlavorSink;
  /// Of a job, a team, a class: unit · ns of what is counted, and money and energy of everything.
  struct Account {
    double allocated = 0;
    double used = 0;
    double lost = 0;
    double held_idle = 0;
    double cost_usd = 0;
    double energy_j = 0;

    void add(const Account& other);
  };
  struct Fold {
    std::int64_t jobs = 0;
    std::array<std::int64_t, EnumNames<JobEnd>::table.size()> ends{};
    TimeDistribution wait, first_wait, run;
    double no_nodes = 0;  ///< unit · ns
    std::array<std::int64_t, kEvictionReasons> evictions{};
    std::int64_t preemptions = 0, node_failures = 0, loops = 0, missed_deadlines = 0;
    Account account;

    void add(const JobRecord& job, const Account& used);
    void merge(const Fold& other);
  };
  struct Place {  ///< whose job it was
    std::size_t team_class = 0;
    std::size_t kind = 0;
  };
  struct Pending {
    std::int64_t since_ns = 0;
    std::int64_t jobs = 0;
    std::int64_t units = 0;
  };
  using EvictionKey = std::tuple<std::int32_t, std::int32_t, EvictionReason>;

  void add_usage(std::size_t flavor, const UsageInterval& interval, std::int64_t period_ns,
                 std::int64_t times);
  Account account_of(std::size_t flavor, NodeState state, double unit_ns) const;
  void add_nobodys(std::size_t flavor, NodeState state, double unit_ns);
  void add_to_job(UsageEntity entity, const Account& account);
  void forget_ended(std::int64_t now_ns);
  void settle_pending(std::size_t team, std::int64_t now_ns);
  GroupAnswer answer(const Fold& fold, double wall_ns) const;
  void add_teams(ReplicaAnswers& answers, double wall_ns) const;
  void add_flavors(ReplicaAnswers& answers) const;
  OverTime over_time(std::int64_t end_ns);
  double jain(const ReplicaAnswers& answers) const;

  const GovernanceInputs& inputs_;
  JobListener listener_;
  std::size_t classes_;
  std::vector<double> entitlements_;
  std::vector<char> counted_;            ///< by flavor
  std::vector<double> usd_per_unit_ns_;  ///< likewise
  std::vector<std::array<double, kNodeStates>> joules_per_unit_ns_;
  std::vector<FlavorSink> sinks_;

  std::map<std::uint32_t, Account> live_;  ///< by entity
  std::map<std::uint32_t, Place> ended_;   ///< whose nodes may still be kept for others
  std::deque<std::pair<std::int64_t, std::uint32_t>> ended_order_;
  std::vector<Account> team_accounts_;
  std::vector<Fold> team_classes_, kinds_;
  std::vector<FlavorAnswer> flavors_;  ///< unit · ns
  std::map<EvictionKey, std::int64_t> evictions_;
  std::vector<ImpossibleJob> impossible_;
  QuotaFlows quota_;

  std::vector<Pending> pending_;  ///< by team
  TimeBins there_, allocated_, used_, broken_, pending_jobs_, pending_units_;
  std::vector<TimeBins> team_allocated_, team_pending_;
};

}  // namespace sextant::govern

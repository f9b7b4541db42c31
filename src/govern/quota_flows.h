#pragma once

#include <cstdint>
#include <vector>

#include "sextant/governance/governance.h"
#include "src/govern/time_bins.h"

namespace sextant::govern {

/// Who holds, borrows and lends quota: integrals over time that are exact, because held quota is
/// constant between two changes. Of a queue in a flavor, in units:
///
///     borrowed(t) = max(0, held(t) - nominal(t))
///     unused(t)   = min(max(0, nominal(t) - held(t)), lending limit)
///     lent(t)     = unused(t) · min(1, borrowed by all / (unused by all + cohorts' own quota))
///
/// where "all" are the queues of one tree of cohorts: what is borrowed comes from all that lend in
/// proportion to what they have to spare. A queue's share of both is split over its teams: borrowed
/// by what they hold, lent evenly. Windows raise nominal quota from one time to another.
///
/// Each change costs a constant, whatever the number of queues.
class QuotaFlows {
 public:
  struct Integrals {  ///< unit · ns
    double held = 0;
    double borrowed = 0;
    double lent = 0;
  };

  /// `inputs` outlives it.
  explicit QuotaFlows(const GovernanceInputs& inputs);

  /// In the order of time.
  void add(const QuotaChange& change);
  /// Up to the end of the simulation, after the last change.
  void finish(std::int64_t end_ns);

  /// Of a team in a flavor, up to the last change or the end.
  const Integrals& integrals(TeamIndex team, FlavorIndex flavor) const;
  /// Of all queues, in the flavors whose unit is counted.
  const TimeBins& borrowed() const { return borrowed_bins_; }
  /// The same of each team.
  const std::vector<TimeBins>& teams_borrowed() const { return team_borrowed_bins_; }

 private:
  struct Account {  ///< of a queue in a flavor
    std::int64_t nominal = 0;
    std::int64_t lending = 0;
    std::int64_t held = 0;
    std::size_t pool = 0;
    std::int64_t since_ns = 0;
    double lent_share = 0;  ///< Pool::lent_share then

    std::int64_t borrowed() const { return held > nominal ? held - nominal : 0; }
    std::int64_t unused() const;
  };
  struct Pool {  ///< of a tree of cohorts in a flavor
    std::int64_t borrowed = 0;
    std::int64_t unused = 0;  ///< the cohorts' own quota included
    std::int64_t since_ns = 0;
    double lent_share = 0;  ///< ∫ min(1, borrowed / unused) dt
  };
  struct NominalChange {
    std::int64_t time_ns;
    std::size_t account;  ///< or no_account_
    std::size_t pool;
    std::int64_t units;
  };

  std::size_t account_of(QueueIndex queue, FlavorIndex flavor) const;
  std::size_t team_account(std::size_t team, std::size_t flavor) const;
  void make_pools();
  void plan_windows();
  void change_nominal_until(std::int64_t time_ns);
  void settle_pool(Pool& pool, std::int64_t now_ns) const;
  void settle(std::size_t account, std::int64_t now_ns);
  /// Settles, changes what the account is and tells its pool.
  template <class Change>
  void change_account(std::size_t account, std::int64_t now_ns, const Change& change);

  const GovernanceInputs& inputs_;
  std::size_t flavors_;
  std::vector<char> counted_;                    ///< by flavor
  std::vector<Account> accounts_;                ///< by queue and flavor
  std::vector<std::vector<std::size_t>> teams_;  ///< of each queue
  std::vector<std::int64_t> team_held_;          ///< by team and flavor
  std::vector<Integrals> integrals_;             ///< likewise
  std::vector<std::size_t> root_of_queue_, root_of_cohort_;
  std::vector<Pool> pools_;             ///< by root and flavor
  std::vector<NominalChange> windows_;  ///< in order of time
  std::size_t next_window_ = 0;
  TimeBins borrowed_bins_;
  std::vector<TimeBins> team_borrowed_bins_;
};

}  // namespace sextant::govern

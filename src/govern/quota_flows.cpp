#include "src/govern/quota_flows.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>

#include "src/govern/units.h"

namespace sextant::govern {
namespace {

constexpr std::size_t kNoAccount = static_cast<std::size_t>(-1);

/// The tree of every cohort that is named anywhere: a number for each root.
class CohortRoots {
 public:
  explicit CohortRoots(const AdmissionPolicy& policy) {
    for (const AdmissionCohort& cohort : policy.cohorts) parents_[cohort.name] = cohort.parent;
  }

  std::size_t of(const std::string& cohort) {
    std::string root = cohort;
    // A parent that has no entry of its own is a root. Policies have no cycles.
    for (auto found = parents_.find(root); found != parents_.end() && !found->second.empty();
         found = parents_.find(root)) {
      root = found->second;
    }
    return numbers_.emplace(root, numbers_.size()).first->second;
  }
  std::size_t count() const { return numbers_.size(); }

 private:
  std::map<std::string, std::string> parents_;
  std::map<std::string, std::size_t> numbers_;
};

}  // namespace

std::int64_t QuotaFlows::Account::unused() const {
  return std::min(std::max<std::int64_t>(0, nominal - held), lending);
}

QuotaFlows::QuotaFlows(const GovernanceInputs& inputs)
    : inputs_(inputs),
      flavors_(inputs.policy.flavors.size()),
      accounts_(inputs.policy.queues.size() * flavors_),
      teams_(inputs.policy.queues.size()),
      team_held_(inputs.teams.size() * flavors_),
      integrals_(inputs.teams.size() * flavors_),
      team_borrowed_bins_(inputs.teams.size()) {
  const UnitKind kind = counted_kind(inputs);
  for (std::size_t f = 0; f < flavors_; ++f) {
    counted_.push_back(unit_kind(inputs, static_cast<FlavorIndex>(f)) == kind);
  }
  for (std::size_t team = 0; team < inputs.teams.size(); ++team) {
    teams_[static_cast<std::size_t>(inputs.teams[team].queue)].push_back(team);
  }
  make_pools();
  plan_windows();
}

void QuotaFlows::add(const QuotaChange& change) {
  change_nominal_until(change.time_ns);
  change_account(account_of(change.queue, change.flavor), change.time_ns, [&](Account& account) {
    account.held += change.units;
    team_held_[team_account(static_cast<std::size_t>(change.team),
                            static_cast<std::size_t>(change.flavor))] += change.units;
  });
}

void QuotaFlows::finish(std::int64_t end_ns) {
  change_nominal_until(end_ns);
  for (Pool& pool : pools_) settle_pool(pool, end_ns);
  for (std::size_t account = 0; account < accounts_.size(); ++account) settle(account, end_ns);
}

const QuotaFlows::Integrals& QuotaFlows::integrals(TeamIndex team, FlavorIndex flavor) const {
  return integrals_[team_account(static_cast<std::size_t>(team), static_cast<std::size_t>(flavor))];
}

std::size_t QuotaFlows::account_of(QueueIndex queue, FlavorIndex flavor) const {
  return static_cast<std::size_t>(queue) * flavors_ + static_cast<std::size_t>(flavor);
}

std::size_t QuotaFlows::team_account(std::size_t team, std::size_t flavor) const {
  return team * flavors_ + flavor;
}

void QuotaFlows::make_pools() {
  const AdmissionPolicy& policy = inputs_.policy;
  CohortRoots roots(policy);
  for (const AdmissionCohort& cohort : policy.cohorts) {
    root_of_cohort_.push_back(roots.of(cohort.name));
  }
  for (const AdmissionQueue& queue : policy.queues) {
    // A queue without a cohort is alone in a tree, and neither borrows nor lends.
    root_of_queue_.push_back(roots.of(queue.cohort.empty() ? "\n" + queue.name : queue.cohort));
  }
  pools_.resize(roots.count() * flavors_);
  for (std::size_t f = 0; f < flavors_; ++f) {
    const auto flavor = static_cast<FlavorIndex>(f);
    for (std::size_t c = 0; c < policy.cohorts.size(); ++c) {
      pools_[root_of_cohort_[c] * flavors_ + f].unused +=
          quota_units(inputs_, flavor, policy.cohorts[c].groups).lending;
    }
    for (std::size_t q = 0; q < policy.queues.size(); ++q) {
      Account& account = accounts_[q * flavors_ + f];
      const QuotaUnits quota = quota_units(inputs_, flavor, policy.queues[q].groups);
      account.nominal = quota.nominal;
      account.lending = quota.lending;
      account.pool = root_of_queue_[q] * flavors_ + f;
      pools_[account.pool].unused += account.unused();
    }
  }
}

void QuotaFlows::plan_windows() {
  const AdmissionPolicy& policy = inputs_.policy;
  const auto add = [&](const CapacityWindow& window, std::size_t account, std::size_t pool) {
    const AdmissionFlavor& flavor = policy.flavors[static_cast<std::size_t>(window.flavor)];
    const std::int64_t units =
        window.nodes * units_of(inputs_, window.flavor, flavor.node_capacity);
    windows_.push_back({window.from.ns(), account, pool, units});
    if (window.to < SimTime::never()) windows_.push_back({window.to.ns(), account, pool, -units});
  };
  for (const CapacityWindow& window : inputs_.windows) {
    const auto f = static_cast<std::size_t>(window.flavor);
    for (std::size_t q = 0; q < policy.queues.size(); ++q) {
      if (policy.queues[q].name == window.queue_or_cohort) add(window, q * flavors_ + f, 0);
    }
    for (std::size_t c = 0; c < policy.cohorts.size(); ++c) {
      if (policy.cohorts[c].name == window.queue_or_cohort) {
        add(window, kNoAccount, root_of_cohort_[c] * flavors_ + f);
      }
    }
  }
  std::stable_sort(windows_.begin(), windows_.end(),
                   [](const auto& a, const auto& b) { return a.time_ns < b.time_ns; });
}

void QuotaFlows::change_nominal_until(std::int64_t time_ns) {
  for (; next_window_ < windows_.size() && windows_[next_window_].time_ns <= time_ns;
       ++next_window_) {
    const NominalChange& change = windows_[next_window_];
    if (change.account == kNoAccount) {
      settle_pool(pools_[change.pool], change.time_ns);
      pools_[change.pool].unused += change.units;
      continue;
    }
    change_account(change.account, change.time_ns, [&](Account& account) {
      account.nominal += change.units;
      account.lending += change.units;
    });
  }
}

void QuotaFlows::settle_pool(Pool& pool, std::int64_t now_ns) const {
  if (pool.borrowed > 0 && pool.unused > 0) {
    const double ratio = static_cast<double>(pool.borrowed) / static_cast<double>(pool.unused);
    pool.lent_share += std::min(1.0, ratio) * static_cast<double>(now_ns - pool.since_ns);
  }
  pool.since_ns = now_ns;
}

void QuotaFlows::settle(std::size_t index, std::int64_t now_ns) {
  Account& account = accounts_[index];
  const auto time = static_cast<double>(now_ns - account.since_ns);
  const std::vector<std::size_t>& teams = teams_[index / flavors_];
  const double lent = static_cast<double>(account.unused()) *
                      (pools_[account.pool].lent_share - account.lent_share) /
                      static_cast<double>(std::max<std::size_t>(1, teams.size()));
  const double borrowed_share =
      account.held > 0 ? static_cast<double>(account.borrowed()) / static_cast<double>(account.held)
                       : 0.0;
  for (const std::size_t team : teams) {
    const std::size_t place = team_account(team, index % flavors_);
    const double held = static_cast<double>(team_held_[place]) * time;
    integrals_[place].held += held;
    integrals_[place].borrowed += held * borrowed_share;
    if (counted_[index % flavors_] && borrowed_share > 0) {
      team_borrowed_bins_[team].add(account.since_ns, now_ns,
                                    static_cast<double>(team_held_[place]) * borrowed_share);
    }
    integrals_[place].lent += lent;
  }
  if (counted_[index % flavors_] && account.borrowed() > 0) {
    borrowed_bins_.add(account.since_ns, now_ns, static_cast<double>(account.borrowed()));
  }
  account.since_ns = now_ns;
  account.lent_share = pools_[account.pool].lent_share;
}

template <class Change>
void QuotaFlows::change_account(std::size_t index, std::int64_t now_ns, const Change& change) {
  Account& account = accounts_[index];
  Pool& pool = pools_[account.pool];
  settle_pool(pool, now_ns);
  settle(index, now_ns);
  pool.borrowed -= account.borrowed();
  pool.unused -= account.unused();
  change(account);
  pool.borrowed += account.borrowed();
  pool.unused += account.unused();
}

}  // namespace sextant::govern

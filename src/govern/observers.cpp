#include "src/govern/observers.h"

namespace sextant::govern {

BothObservers::BothObservers(GovernanceObserver& first, GovernanceObserver& second,
                             std::size_t flavors)
    : first_(first), second_(second) {
  for (std::size_t f = 0; f < flavors; ++f) {
    const auto flavor = static_cast<FlavorIndex>(f);
    sinks_.emplace_back(first.usage(flavor), second.usage(flavor));
  }
}

void BothObservers::job_ended(const JobRecord& job) {
  first_.job_ended(job);
  second_.job_ended(job);
}

void BothObservers::job_waited(const WaitRecord& wait) {
  first_.job_waited(wait);
  second_.job_waited(wait);
}

void BothObservers::job_evicted(const EvictionRecord& eviction) {
  first_.job_evicted(eviction);
  second_.job_evicted(eviction);
}

void BothObservers::quota_changed(const QuotaChange& change) {
  first_.quota_changed(change);
  second_.quota_changed(change);
}

void BothObservers::pending_changed(std::int64_t time_ns, TeamIndex team, std::int64_t jobs,
                                    std::int64_t units) {
  first_.pending_changed(time_ns, team, jobs, units);
  second_.pending_changed(time_ns, team, jobs, units);
}

void BothObservers::nodes_held(const NodesHeld& held) {
  first_.nodes_held(held);
  second_.nodes_held(held);
}

void BothObservers::Sink::add(const UsageInterval& interval) {
  first_.add(interval);
  second_.add(interval);
}

void BothObservers::Sink::add_repeated(std::span<const UsageInterval> cycle, std::int64_t period_ns,
                                       std::int64_t times) {
  first_.add_repeated(cycle, period_ns, times);
  second_.add_repeated(cycle, period_ns, times);
}

}  // namespace sextant::govern

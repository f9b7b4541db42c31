#include "sextant/serving/replica_scaler.h"

#include <algorithm>
#include <cmath>

#include "sextant/kernel/delay.h"

namespace sextant {

int wanted_replicas(const ScaledEndpoint& endpoint, double requests_per_s) {
  const double one = endpoint.requests_per_s_per_replica * endpoint.target_utilisation;
  const double replicas = std::ceil(requests_per_s / one - 1e-9);
  return static_cast<int>(std::clamp<double>(replicas, endpoint.least, endpoint.most));
}

ReplicaScaler::ReplicaScaler(Simulation& simulation, ReplicaPool& pool,
                             const ScaledEndpoint& endpoint)
    : simulation_(simulation), pool_(pool), endpoint_(endpoint), curve_(endpoint) {
  outcome_.name = endpoint.name;
}

Process ReplicaScaler::run(SimTime begin) {
  const SimDuration every = SimDuration::rounded(endpoint_.evaluate_every);
  (void)co_await delay(begin - simulation_.now());
  begun_ = true;
  counted_ = simulation_.now();
  scale_out(wanted_replicas(endpoint_, curve_.rate(counted_)));
  observe();
  SimTime next = counted_ + every;
  for (;;) {
    (void)co_await any_of(delay(next - simulation_.now()), pool_.changed());
    account(outcome_, simulation_.now());
    counted_ = simulation_.now();
    if (counted_ == next) {
      evaluate();
      next += every;
    }
    observe();
  }
}

void ReplicaScaler::evaluate() {
  const SimTime now = simulation_.now();
  const int have = static_cast<int>(replicas_.size());
  const int want = wanted_replicas(endpoint_, curve_.rate(now));
  if (want > have && now >= no_scale_out_before_) {
    scale_out(want);
    ++outcome_.scale_outs;
  } else if (want < have && now >= no_scale_in_before_) {
    scale_in(want);
    ++outcome_.scale_ins;
  }
}

void ReplicaScaler::scale_out(int to) {
  while (static_cast<int>(replicas_.size()) < to) replicas_.push_back(pool_.add());
  outcome_.most_replicas = std::max<std::int64_t>(outcome_.most_replicas, to);
  no_scale_out_before_ = simulation_.now() + SimDuration::rounded(endpoint_.scale_out_cooldown);
  no_scale_in_before_ = simulation_.now() + SimDuration::rounded(endpoint_.scale_in_cooldown);
}

void ReplicaScaler::scale_in(int to) {
  const auto worth = [&](ReplicaNumber replica) {
    return pool_.serving(replica) ? 2 : pool_.starting(replica) ? 1 : 0;
  };
  while (static_cast<int>(replicas_.size()) > to) {
    auto least = replicas_.begin();
    for (auto other = least; other != replicas_.end(); ++other) {
      if (worth(*other) <= worth(*least)) least = other;
    }
    const ReplicaNumber gone = *least;
    replicas_.erase(least);
    pool_.remove(gone);
  }
  no_scale_in_before_ = simulation_.now() + SimDuration::rounded(endpoint_.scale_in_cooldown);
}

/// Sees which replicas serve from now on.
void ReplicaScaler::observe() {
  working_ = starting_ = 0;
  for (const ReplicaNumber replica : replicas_) {
    working_ += pool_.serving(replica) ? 1 : 0;
    starting_ += pool_.starting(replica) ? 1 : 0;
  }
}

/// Adds the time since `counted_`, in which nothing has changed.
void ReplicaScaler::account(EndpointOutcome& outcome, SimTime now) const {
  const double seconds = (now - counted_).seconds().si();
  const double capacity = working_ * endpoint_.requests_per_s_per_replica;
  const RequestCurve::Load load = curve_.between(counted_, now, capacity);
  outcome.requests += load.requests;
  outcome.unserved += load.unserved;
  outcome.short_seconds += load.short_for.si();
  outcome.replica_seconds += working_ * seconds;
  outcome.starting_seconds += starting_ * seconds;
}

EndpointOutcome ReplicaScaler::outcome(SimTime now) const {
  EndpointOutcome outcome = outcome_;
  if (begun_) account(outcome, now);
  return outcome;
}

}  // namespace sextant

#include "endpoint_scaler.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "sextant/kernel/delay.h"

namespace sextant {

EndpointScaler::EndpointScaler(Simulation& simulation, JobHost& host, const EndpointSpec& spec)
    : simulation_(simulation), host_(host), spec_(spec), curve_(spec) {
  outcome_.name = spec.name;
}

Process EndpointScaler::run() {
  const SimDuration every = SimDuration::rounded(spec_.evaluate_every);
  (void)co_await delay(spec_.replica.submit - simulation_.now());
  begun_ = true;
  counted_ = simulation_.now();
  scale_out(wanted(counted_));
  observe();
  SimTime next = counted_ + every;
  for (;;) {
    (void)co_await any_of(delay(next - simulation_.now()), host_.changed());
    account(outcome_, simulation_.now());
    counted_ = simulation_.now();
    if (counted_ == next) {
      evaluate();
      next += every;
    }
    observe();
  }
}

int EndpointScaler::wanted(SimTime now) const {
  const double one = spec_.requests_per_s_per_replica * spec_.target_utilisation;
  // A rate that n replicas just reach needs n, however it is rounded.
  const double replicas = std::ceil(curve_.rate(now) / one - 1e-9);
  return static_cast<int>(std::clamp<double>(replicas, spec_.least, spec_.most));
}

void EndpointScaler::evaluate() {
  const SimTime now = simulation_.now();
  const int have = static_cast<int>(replicas_.size());
  const int want = wanted(now);
  if (want > have && now >= no_scale_out_before_) {
    scale_out(want);
    ++outcome_.scale_outs;
  } else if (want < have && now >= no_scale_in_before_) {
    scale_in(want);
    ++outcome_.scale_ins;
  }
}

void EndpointScaler::scale_out(int to) {
  const std::string& name = spec_.replica.name.empty() ? spec_.name : spec_.replica.name;
  while (static_cast<int>(replicas_.size()) < to) {
    JobSpec replica = spec_.replica;
    replica.name = fmt::format("{}-{}", name, ++submitted_);
    replica.submit = simulation_.now();
    replicas_.push_back(host_.submit(std::move(replica)));
  }
  outcome_.most_replicas = std::max<std::int64_t>(outcome_.most_replicas, to);
  no_scale_out_before_ = simulation_.now() + SimDuration::rounded(spec_.scale_out_cooldown);
  no_scale_in_before_ = simulation_.now() + SimDuration::rounded(spec_.scale_in_cooldown);
}

void EndpointScaler::scale_in(int to) {
  const auto worth = [&](JobNumber replica) {
    return host_.working(replica) ? 2 : host_.starting(replica) ? 1 : 0;
  };
  while (static_cast<int>(replicas_.size()) > to) {
    auto least = replicas_.begin();
    for (auto other = least; other != replicas_.end(); ++other) {
      if (worth(*other) <= worth(*least)) least = other;
    }
    const JobNumber gone = *least;
    replicas_.erase(least);
    host_.withdraw(gone);
  }
  no_scale_in_before_ = simulation_.now() + SimDuration::rounded(spec_.scale_in_cooldown);
}

/// Sees which replicas serve from now on.
void EndpointScaler::observe() {
  working_ = starting_ = 0;
  for (const JobNumber replica : replicas_) {
    working_ += host_.working(replica) ? 1 : 0;
    starting_ += host_.starting(replica) ? 1 : 0;
  }
}

/// Adds the time since `counted_`, in which nothing has changed.
void EndpointScaler::account(EndpointOutcome& outcome, SimTime now) const {
  const double seconds = (now - counted_).seconds().si();
  const double capacity = working_ * spec_.requests_per_s_per_replica;
  const RequestCurve::Load load = curve_.between(counted_, now, capacity);
  outcome.requests += load.requests;
  outcome.unserved += load.unserved;
  outcome.short_seconds += load.short_for.si();
  outcome.replica_seconds += working_ * seconds;
  outcome.starting_seconds += starting_ * seconds;
}

EndpointOutcome EndpointScaler::outcome(SimTime now) const {
  EndpointOutcome outcome = outcome_;
  if (begun_) account(outcome, now);
  return outcome;
}

}  // namespace sextant

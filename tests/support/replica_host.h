#pragma once

#include <map>
#include <string>
#include <vector>

#include "sextant/kernel/delay.h"
#include "sextant/kernel/simulation.h"
#include "sim/governance/endpoint_scaler.h"
#include "sim/governance/job_host.h"

namespace sextant::fixtures {

/// A host that gives every replica its pods at once, as long as there is room, and lets it start up
/// for a given time.
class ReplicaHost final : public JobHost {
 public:
  int room = 1'000'000;

  ReplicaHost(Simulation& simulation, Seconds startup)
      : simulation_(simulation), startup_(SimDuration::rounded(startup)) {}

  JobNumber submit(JobSpec) override {
    states_.push_back(State::kPending);
    const JobNumber number{states_.size() - 1};
    give_room();
    return number;
  }
  void withdraw(JobNumber job) override {
    state(job) = State::kGone;
    ++withdrawn_;
    give_room();
  }
  bool working(JobNumber job) const override { return at(job) == State::kWorking; }
  bool starting(JobNumber job) const override { return at(job) == State::kStarting; }
  const Event& changed() const override { return changed_; }

  /// A working replica loses its node, gets another one and starts again.
  void lose(JobNumber job) {
    state(job) = State::kPending;
    give_room();
    changed_.pulse();
  }
  int submitted() const { return static_cast<int>(states_.size()); }
  int withdrawn() const { return withdrawn_; }
  int working_count() const {
    int count = 0;
    for (const State each : states_) count += each == State::kWorking ? 1 : 0;
    return count;
  }

 private:
  enum class State { kPending, kStarting, kWorking, kGone };

  State& state(JobNumber job) { return states_[static_cast<std::size_t>(job)]; }
  State at(JobNumber job) const { return states_[static_cast<std::size_t>(job)]; }

  void give_room() {
    int free = room;
    for (const State each : states_) {
      free -= each == State::kStarting || each == State::kWorking ? 1 : 0;
    }
    for (std::size_t i = 0; i < states_.size() && free > 0; ++i) {
      if (states_[i] != State::kPending) continue;
      --free;
      states_[i] = startup_ > SimDuration() ? State::kStarting : State::kWorking;
      if (startup_ > SimDuration()) simulation_.start(start_up(*this, i));
    }
  }

  static Process start_up(ReplicaHost& host, std::size_t job) {
    host.changed_.pulse();
    (void)co_await delay(host.startup_);
    if (host.states_[job] == State::kStarting) host.states_[job] = State::kWorking;
    host.changed_.pulse();
  }

  Simulation& simulation_;
  SimDuration startup_;
  std::vector<State> states_;
  int withdrawn_ = 0;
  Event changed_;
};

/// What an endpoint alone on such a host does in so long.
inline EndpointOutcome run_endpoint(const EndpointSpec& spec, Seconds startup, Seconds length) {
  Simulation simulation;
  ReplicaHost host(simulation, startup);
  EndpointScaler scaler(simulation, host, spec);
  simulation.start(scaler.run());
  simulation.run_until(SimTime() + SimDuration::rounded(length));
  return scaler.outcome(simulation.now());
}

}  // namespace sextant::fixtures

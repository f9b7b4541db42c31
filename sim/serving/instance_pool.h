#pragma once

#include <deque>
#include <memory>

#include "request_line.h"
#include "serving_series.h"
#include "sextant/kernel/random_stream.h"

namespace sextant {

/// Replicas on rented instances of their own: each starts up, from the warm pool or from nothing,
/// works off the line with its slots, and ends when its last batch is done.
class InstancePool final : public ReplicaPool {
 public:
  InstancePool(Simulation& simulation, RequestLine& line, ServingSeries& series,
               const ServingInputs& inputs);

  ReplicaNumber add() override;
  void remove(ReplicaNumber replica) override;
  bool serving(ReplicaNumber replica) const override { return at(replica).state == kServing; }
  bool starting(ReplicaNumber replica) const override { return at(replica).state == kStarting; }
  const Event& changed() const override { return changed_; }

  /// Adds what it has seen until now.
  void report(ServingOutcome& outcome);

 private:
  enum State { kStarting, kServing, kLeaving, kGone };
  struct Replica {
    State state = kStarting;
    std::vector<std::unique_ptr<ServingSlot>> slots{};
    int left = 0;  ///< slots that have not ended
  };

  const Replica& at(ReplicaNumber replica) const {
    return replicas_[static_cast<std::size_t>(replica)];
  }
  Process start_up(std::size_t number, SimDuration time);
  Process refill();
  Process serve(ServingSlot& slot);
  void open(std::size_t number);
  void close(ServingSlot& slot);
  void answer(const ServingSlot& slot, SimTime begin);
  SimDuration service_time(int requests);
  /// Adds the time since the last change, in which nothing has changed.
  void account();

  Simulation& simulation_;
  RequestLine& line_;
  ServingSeries& series_;
  const ServingInputs& inputs_;
  RandomStream service_draws_;
  std::deque<Replica> replicas_;
  Event changed_;
  ServingOutcome counts_;
  SimTime counted_;
  int starting_ = 0;
  int serving_ = 0;  ///< those that leave included
  int busy_ = 0;     ///< slots
  int warm_ = 0;
  int warm_to_come_ = 0;
  std::int64_t in_service_ = 0;
};

}  // namespace sextant

#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "sextant/kernel/event.h"
#include "sextant/kernel/process.h"
#include "sextant/kernel/simulation.h"
#include "sextant/serving/serving_fleet.h"

namespace sextant {

/// A place in a replica that works on one batch at a time.
struct ServingSlot {
  std::size_t replica = 0;
  Event wake;
  bool leaving = false;          ///< ends when it is idle
  std::vector<SimTime> batch{};  ///< arrivals of the requests that it works on
};

/// The line of requests before all replicas, and the idle slots that wait for it.
class RequestLine {
 public:
  RequestLine(Simulation& simulation, const ServingInputs& inputs)
      : simulation_(simulation), service_(inputs.service), limit_(inputs.queue_limit) {}

  /// Takes in a request that arrives now; false: refused.
  bool arrive();
  /// Whether a batch can begin: it is full, or its first request has waited long enough.
  bool ready() const;
  /// Moves up to a batch of requests into the slot. @pre ready()
  void take(ServingSlot& slot);
  /// The slot stands by until it is woken.
  void stand_by(ServingSlot& slot) { idle_.push_back(&slot); }
  /// A slot that was woken leaves: another one takes its place.
  void pass_on() {
    if (ready()) wake_one();
  }
  /// Idle slots of the replica wake up, to leave.
  void dismiss(std::size_t replica);
  /// Wakes slots when the first request of an incomplete batch has waited long enough.
  Process watch_timeouts();

  std::int64_t waiting() const { return std::ssize(line_); }

 private:
  void wake_one();
  SimTime deadline() const { return line_.front() + SimDuration::rounded(service_.batch_timeout); }

  Simulation& simulation_;
  const ReplicaService& service_;
  std::optional<std::int64_t> limit_;
  std::deque<SimTime> line_;
  std::vector<ServingSlot*> idle_;  ///< the last one first
  Event moved_;                     ///< the head of the line is another one
};

}  // namespace sextant

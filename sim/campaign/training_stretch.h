#pragma once

#include <cstdint>

#include "sextant/campaign/checkpoint_costs.h"
#include "sextant/cluster/usage.h"
#include "sextant/kernel/sim_time.h"

namespace sextant {

/// The rhythm of a run: so many steps, then a checkpoint.
struct Cadence {
  Seconds step;
  std::int64_t steps_per_checkpoint = 1;
  CheckpointCosts costs;
};

/// Whole steps per checkpoint that come nearest to the interval, at least one. The next
/// asynchronous checkpoint waits for the one before to be durable, so an interval that is too short
/// for the write grows to the first step that is not.
Cadence make_cadence(Seconds step, Seconds interval, const CheckpointCosts& costs);

/// Training from one start to the end of the work or to a failure, whichever comes first. Between
/// failures nothing is random, so the whole stretch is known when it begins; an interruption says
/// where it was cut. Cycles of an asynchronous run:
///
///     | segment | stall | slowed, segment | stall | slowed, segment | ...  | stall, write |
///                 copy    write behind      copy    write behind             the last one
///
/// `slowed` is the time that the write behind adds to the segment: write · s / (1 + s). A blocking
/// run has neither the copy nor the write behind; its stall is the write.
class TrainingStretch {
 public:
  /// `steps` at least 1.
  TrainingStretch(const Cadence& cadence, std::int64_t steps);

  /// Until the last checkpoint is durable.
  SimDuration length() const { return length_; }

  /// Checkpoints that are durable after `elapsed`; not yet in the very nanosecond in which the
  /// write ends, except for the last one.
  std::int64_t durable_checkpoints(SimDuration elapsed) const;
  /// Steps in durable checkpoints after `elapsed`.
  std::int64_t durable_steps(SimDuration elapsed) const;

  /// Steps computed after `elapsed`, in durable checkpoints or not.
  std::int64_t trained_steps(SimDuration elapsed) const;

  /// What becomes of the training after the last durable checkpoint.
  enum class Tail { kLost, kKept };
  /// Reports the first `elapsed` of the stretch, which began at `from`, on behalf of the job in
  /// `usage` (whose state and times are overwritten).
  void report(SimTime from, SimDuration elapsed, Tail tail, UsageInterval usage,
              UsageSink& sink) const;

 private:
  std::int64_t full_segments() const { return checkpoints_ - 1; }
  SimDuration first_cycle() const { return segment_ + stall_; }
  /// Of the full segments after the first.
  SimDuration cycle() const { return slowed_ + segment_ + stall_; }
  /// Full segments whose stall is over after `elapsed`.
  std::int64_t complete_cycles(SimDuration elapsed) const;
  /// Of the first `elapsed` of a segment that is slowed by `whole` in all: a segment that is cut
  /// short was slowed only as far as it went.
  SimDuration slowed_within(SimDuration elapsed, SimDuration whole) const;

  Seconds step_;
  std::int64_t steps_;
  std::int64_t steps_per_checkpoint_;
  std::int64_t checkpoints_;  ///< the last one included
  double slow_share_ = 0;     ///< s / (1 + s); 0 for a blocking run
  SimDuration segment_;       ///< steps between two checkpoints, without slowdown
  SimDuration last_segment_;
  SimDuration slowed_;       ///< in a segment with a write behind
  SimDuration last_slowed_;  ///< in the last segment
  SimDuration stall_;
  SimDuration last_stall_;
  SimDuration write_behind_;  ///< from the end of the stall until durable
  SimDuration length_;
};

}  // namespace sextant

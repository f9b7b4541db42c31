#pragma once

#include <cstdint>
#include <vector>

#include "sextant/campaign/checkpoint_costs.h"
#include "sextant/cluster/usage.h"
#include "sextant/kernel/sim_time.h"
#include "sim/campaign/cadence.h"

namespace sextant {

/// Training from one start to the end of a phase or to a failure, whichever comes first. Between
/// failures nothing is random, so the whole stretch is known when it begins; an interruption says
/// where it was cut. Cycles of an asynchronous run:
///
///     | segment | stall | slowed, segment | stall | slowed, segment | ...  | stall, write |
///                 copy    write behind      copy    write behind             the last one
///
/// `slowed` is the time that the write behind adds to the segment: write · s / (1 + s). A blocking
/// run has neither the copy nor the write behind; its stall is the write. A segment is its steps
/// and the evaluations after them; segments differ where a ramp changes the step, and in the number
/// of their evaluations.
class TrainingStretch {
 public:
  /// The steps from `first` up to `last`, which is not one of them. The cadence outlives the
  /// stretch.
  TrainingStretch(const Cadence& cadence, std::int64_t first, std::int64_t last);
  TrainingStretch(Cadence&&, std::int64_t, std::int64_t) = delete;

  std::int64_t steps() const { return last_ - first_; }
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
  void report(SimTime from, SimDuration elapsed, Tail tail, const UsageInterval& usage,
              UsageSink& sink) const;

 private:
  class Report;

  /// Full segments, one after the other, whose steps take the same time.
  struct Block {
    std::int64_t begin;    ///< index of its first segment
    std::int64_t count;    ///< of segments
    SimDuration training;  ///< of one segment, without slowdown and evaluations
    SimDuration before;    ///< training of all segments before
  };

  void add_blocks();
  std::int64_t full_segments() const { return checkpoints_ - 1; }
  const Block& block_of(std::int64_t segment) const;
  std::int64_t steps_per_segment() const { return cadence_.steps_per_checkpoint; }
  /// First step of a segment.
  std::int64_t first_step(std::int64_t segment) const {
    return first_ + segment * steps_per_segment();
  }
  SimDuration evaluations(std::int64_t first, std::int64_t last) const {
    return pause_ * cadence_.pauses(first, last);
  }
  /// From the beginning of the stretch until a segment begins: the stall of the one before is over.
  SimDuration begin_of(std::int64_t segment) const;
  /// Full segments whose stall is over after `elapsed`.
  std::int64_t complete_cycles(SimDuration elapsed) const;
  /// Of the first `elapsed` of a segment that is slowed by `whole` in all: a segment that is cut
  /// short was slowed only as far as it went.
  SimDuration slowed_within(SimDuration elapsed, SimDuration whole) const;
  /// Steps of [first, last) that are done after `time` of training and evaluations.
  std::int64_t steps_within(std::int64_t first, std::int64_t last, Seconds time) const;

  const Cadence& cadence_;
  std::int64_t first_;
  std::int64_t last_;
  std::int64_t checkpoints_;  ///< the last one included
  std::vector<Block> blocks_;
  double slow_share_ = 0;      ///< s / (1 + s); 0 for a blocking run
  SimDuration pause_;          ///< of one evaluation
  SimDuration last_training_;  ///< of the last segment
  SimDuration slowed_;         ///< in a segment with a write behind
  SimDuration last_slowed_;    ///< in the last segment
  SimDuration stall_;
  SimDuration last_stall_;
  SimDuration write_behind_;  ///< from the end of the stall until durable
  SimDuration length_;
};

/// Steps from `first` on that are done and saved within a given time: none if not even one is.
std::int64_t steps_that_fit(const Cadence& cadence, std::int64_t first, SimDuration time);

}  // namespace sextant

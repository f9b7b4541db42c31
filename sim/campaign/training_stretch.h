#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sextant/campaign/checkpoint_costs.h"
#include "sextant/cluster/usage.h"
#include "sextant/kernel/sim_time.h"
#include "sim/campaign/cadence.h"
#include "sim/campaign/store_writes.h"

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
///
/// With faster tiers, those that are due after a segment (each after every so many of the stretch)
/// save together: their stalls add up, and their writes behind begin when the last stall is over.
/// A write may take several segments; all that it slows is charged to the first of them. The
/// stretch ends with a checkpoint in every tier, and waits for that in the store.
///
/// A write to the store can fail: then the one before stays the last durable checkpoint, and what
/// the write cost is spent. The last checkpoint is written until it succeeds.
class TrainingStretch {
 public:
  /// The steps from `first` up to `last`, which is not one of them. The cadence outlives the
  /// stretch. `writes` says which of the stretch's writes to the store fail.
  TrainingStretch(const Cadence& cadence, std::int64_t first, std::int64_t last,
                  const StoreWrites& writes = {});
  TrainingStretch(Cadence&&, std::int64_t, std::int64_t, const StoreWrites& = {}) = delete;

  std::int64_t first() const { return first_; }
  std::int64_t steps() const { return last_ - first_; }
  /// Until the last checkpoint is durable in the store.
  SimDuration length() const { return length_; }

  /// Checkpoints that are durable in the store after `elapsed`; not yet in the very nanosecond in
  /// which the write ends, except for the last one.
  std::int64_t durable_checkpoints(SimDuration elapsed) const;
  /// Steps in durable checkpoints after `elapsed`.
  std::int64_t durable_steps(SimDuration elapsed) const;
  /// Steps that the cadence's faster tier `tier` can restore after `elapsed`, if it loses nothing.
  std::int64_t saved_steps(std::size_t tier, SimDuration elapsed) const;
  /// Writes to the store whose luck has been met after `elapsed`.
  std::int64_t store_writes(SimDuration elapsed) const;

  /// Steps computed after `elapsed`, saved or not.
  std::int64_t trained_steps(SimDuration elapsed) const;

  /// Reports the first `elapsed` of the stretch, which began at `from`, on behalf of the job in
  /// `usage` (whose state and times are overwritten). The run keeps the first `kept` steps; what
  /// was trained after them is lost, unless all steps of the stretch are kept.
  void report(SimTime from, SimDuration elapsed, std::int64_t kept, const UsageInterval& usage,
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

  /// What a tier adds to the segments around its checkpoints.
  struct Saving {
    std::int64_t every = 1;      ///< segments
    SimDuration stall{};         ///< after a segment
    SimDuration write_behind{};  ///< from the end of the stall until saved
    SimDuration slowed{};        ///< in the segment after
    double slow_share = 0;       ///< s / (1 + s); 0 for a blocking one
    SimDuration last_slowed{};   ///< in the last segment, if it is the one after

    /// Of its checkpoints, so many come after the first `segments` segments.
    std::int64_t among(std::int64_t segments) const {
      return every == 1 ? segments : segments / every;
    }
    bool due_after(std::int64_t segments) const { return every == 1 || segments % every == 0; }
  };

  Saving saving_of(const CheckpointCosts& costs, std::int64_t every, Seconds last_training) const;
  void add_blocks();

  std::int64_t full_segments() const { return segments_ - 1; }
  const Block& block_of(std::int64_t segment) const;
  std::int64_t steps_per_segment() const { return cadence_.steps_per_checkpoint; }
  /// First step of a segment.
  std::int64_t first_step(std::int64_t segment) const {
    return first_ + segment * steps_per_segment();
  }
  SimDuration evaluations(std::int64_t first, std::int64_t last) const {
    return pause_ * cadence_.pauses(first, last);
  }
  /// Training of a segment, without slowdown and evaluations.
  SimDuration training_of(std::int64_t segment) const {
    return segment == full_segments() ? last_training_ : block_of(segment).training;
  }
  SimDuration stall_after(std::int64_t segment) const;
  /// In a segment, by the writes that begin before it.
  SimDuration slowed_in(std::int64_t segment) const;
  /// Of the first `elapsed` of a segment: one that is cut short was slowed only as far as it went.
  SimDuration slowed_within(std::int64_t segment, SimDuration elapsed) const;
  /// From the beginning of the stretch until a segment begins: the stall of the one before is over.
  SimDuration begin_of(std::int64_t segment) const;
  /// Full segments whose stall is over after `elapsed`.
  std::int64_t complete_cycles(SimDuration elapsed) const;
  /// Writes to the store between its segments that are over after `elapsed`, failed ones included.
  std::int64_t writes_over(SimDuration elapsed) const;
  std::int64_t last_write() const { return store_.among(full_segments()); }  ///< its number
  /// Steps of [first, last) that are done after `time` of training and evaluations.
  std::int64_t steps_within(std::int64_t first, std::int64_t last, Seconds time) const;

  const Cadence& cadence_;
  std::int64_t first_;
  std::int64_t last_;
  std::int64_t segments_;  ///< the last one included
  StoreWrites writes_;
  std::vector<Block> blocks_;
  Saving store_;
  std::vector<Saving> faster_;
  SimDuration pause_;          ///< of one evaluation
  SimDuration last_training_;  ///< of the last segment
  SimDuration last_stall_;
  SimDuration last_tries_;  ///< of that, the last write until it succeeds
  SimDuration length_;
};

/// Steps from `first` on that are done and saved within a given time, if no write fails: none if
/// not even one is.
std::int64_t steps_that_fit(const Cadence& cadence, std::int64_t first, SimDuration time);

}  // namespace sextant

#pragma once

#include <cstdint>
#include <deque>

#include "sextant/cluster/usage.h"
#include "sextant/kernel/sim_time.h"
#include "sim/campaign/training_stretch.h"

namespace sextant {

/// Training of a phase that may still be lost: a copy in memory can go with the next node, and
/// silent corruption is found late. A stretch is reported when it is known what is kept of it, and
/// in the order of the stretches, because usage arrives in order of time.
///
/// Steps are those of the phase. Each stretch begins where the one before has ended, or at the step
/// to which the job went back; so of two that are pending, the later one keeps the later steps.
class WorkJournal {
 public:
  /// The sink outlives the journal.
  explicit WorkJournal(UsageSink& sink) : sink_(sink) {}

  /// A stretch that began at `from` has ended after `elapsed`, on behalf of the job in `usage`. Its
  /// cadence outlives its stay here. Whole steps of it are kept as long as nothing else is said.
  void add(TrainingStretch stretch, SimTime from, SimDuration elapsed, const UsageInterval& usage);
  /// The job goes on at `step`, which is at least what is settled: all that was trained beyond it
  /// is lost.
  void roll_back(std::int64_t step);
  /// Steps before this one can no longer be lost. What has nothing left that can be is reported,
  /// but for the last stretch, before the job has gone on from it.
  void settle(std::int64_t step);
  /// The phase is over, or the run: what is not lost is kept, the step in progress included. The
  /// next phase begins at its step 0.
  void keep_all();

  /// Steps before this one are settled.
  std::int64_t settled() const { return settled_; }

 private:
  struct Entry {
    TrainingStretch stretch;
    SimTime from;
    SimDuration elapsed;
    UsageInterval usage;
    std::int64_t kept;  ///< steps of the stretch that are not lost

    std::int64_t end() const { return stretch.first() + kept; }
  };

  void report_first();

  UsageSink& sink_;
  std::deque<Entry> pending_;
  std::int64_t settled_ = 0;
  std::int64_t reached_ = 0;  ///< where the job goes on
  bool in_progress_ = false;  ///< the job has not gone on from the last stretch
};

}  // namespace sextant

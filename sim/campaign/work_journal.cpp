#include "sim/campaign/work_journal.h"

#include <algorithm>
#include <utility>

#include "sextant/kernel/assert.h"

namespace sextant {

void WorkJournal::add(TrainingStretch stretch, SimTime from, SimDuration elapsed,
                      const UsageInterval& usage) {
  SEXTANT_ASSERT(stretch.first() == reached_, "a stretch from step {} of a job at step {}",
                 stretch.first(), reached_);
  const std::int64_t kept = stretch.trained_steps(elapsed);
  reached_ += kept;
  in_progress_ = true;
  pending_.push_back({std::move(stretch), from, elapsed, usage, kept});
}

void WorkJournal::roll_back(std::int64_t step) {
  SEXTANT_ASSERT(settled_ <= step && step <= reached_,
                 "from step {} to {}, of which {} are settled", reached_, step, settled_);
  reached_ = step;
  in_progress_ = false;
  for (auto entry = pending_.rbegin(); entry != pending_.rend(); ++entry) {
    entry->kept = std::clamp<std::int64_t>(step - entry->stretch.first(), 0, entry->kept);
    if (entry->stretch.first() <= step) break;  // those before have ended there, or before it
  }
}

void WorkJournal::settle(std::int64_t step) {
  settled_ = std::max(settled_, step);
  // Whether the step in progress is lost as well is not known before the job goes on, or ends.
  const std::size_t open = in_progress_ ? 1 : 0;
  while (pending_.size() > open &&
         (pending_.front().kept == 0 || pending_.front().end() <= settled_)) {
    report_first();
  }
}

void WorkJournal::keep_all() {
  if (in_progress_ && !pending_.empty()) pending_.back().kept = pending_.back().stretch.steps();
  while (!pending_.empty()) report_first();
  settled_ = reached_ = 0;
  in_progress_ = false;
}

void WorkJournal::report_first() {
  const Entry& first = pending_.front();
  first.stretch.report(first.from, first.elapsed, first.kept, first.usage, sink_);
  pending_.pop_front();
}

}  // namespace sextant

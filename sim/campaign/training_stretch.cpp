#include "sim/campaign/training_stretch.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "sextant/kernel/assert.h"

namespace sextant {

Cadence make_cadence(Seconds step, Seconds interval, const CheckpointCosts& costs) {
  SEXTANT_ASSERT(step > Seconds(0), "a step takes {} s", step.si());
  double steps = std::round(interval / step);
  if (costs.mode == CheckpointMode::kAsynchronous) {
    steps = std::max(steps, std::ceil(costs.write / ((1.0 + costs.slowdown) * step)));
  }
  const double at_most = 1e15;  // more steps than any run has
  return {.step = step,
          .steps_per_checkpoint = static_cast<std::int64_t>(std::clamp(steps, 1.0, at_most)),
          .costs = costs};
}

TrainingStretch::TrainingStretch(const Cadence& cadence, std::int64_t steps)
    : step_(cadence.step),
      steps_(steps),
      steps_per_checkpoint_(cadence.steps_per_checkpoint),
      checkpoints_((steps - 1) / cadence.steps_per_checkpoint + 1) {
  SEXTANT_ASSERT(steps >= 1, "a stretch of {} steps", steps);
  const auto duration = [&](std::int64_t n) {
    return SimDuration::rounded(static_cast<double>(n) * cadence.step);
  };
  const std::int64_t last_steps = steps - full_segments() * steps_per_checkpoint_;
  const CheckpointCosts& costs = cadence.costs;
  const SimDuration write = SimDuration::rounded(costs.write);
  segment_ = duration(steps_per_checkpoint_);
  last_segment_ = duration(last_steps);
  if (costs.mode == CheckpointMode::kBlocking) {
    stall_ = last_stall_ = write;
  } else {
    slow_share_ = costs.slowdown / (1.0 + costs.slowdown);
    stall_ = SimDuration::rounded(costs.stall);
    write_behind_ = write;
    // The last checkpoint waits for the one before, which a short last segment may not cover.
    const bool behind = full_segments() > 0;
    const Seconds slowed_if_covered = slow_share_ * costs.write;
    const Seconds slowed_if_not = costs.slowdown * static_cast<double>(last_steps) * cadence.step;
    slowed_ = SimDuration::rounded(slowed_if_covered);
    if (behind) last_slowed_ = std::min(slowed_, SimDuration::rounded(slowed_if_not));
    const SimDuration uncovered = behind ? write - last_segment_ - last_slowed_ : SimDuration();
    last_stall_ = std::max(uncovered, SimDuration()) + stall_ + write;
  }
  const std::int64_t behind = std::max<std::int64_t>(full_segments() - 1, 0);
  length_ = (segment_ + stall_) * full_segments() + slowed_ * behind + last_segment_ +
            last_slowed_ + last_stall_;
}

std::int64_t TrainingStretch::complete_cycles(SimDuration elapsed) const {
  if (elapsed < first_cycle()) return 0;
  return std::min(full_segments(), (elapsed - first_cycle()).ns() / cycle().ns() + 1);
}

std::int64_t TrainingStretch::durable_checkpoints(SimDuration elapsed) const {
  if (elapsed >= length_) return checkpoints_;
  return complete_cycles(elapsed - write_behind_ - SimDuration(1));
}

std::int64_t TrainingStretch::durable_steps(SimDuration elapsed) const {
  return std::min(steps_, durable_checkpoints(elapsed) * steps_per_checkpoint_);
}

std::int64_t TrainingStretch::trained_steps(SimDuration elapsed) const {
  if (elapsed >= length_) return steps_;
  const std::int64_t full = complete_cycles(elapsed);
  const SimDuration into = full == 0 ? elapsed : elapsed - first_cycle() - cycle() * (full - 1);
  const SimDuration slowed = full == 0 ? SimDuration() : slowed_within(into, slowed_);
  const auto partial = static_cast<std::int64_t>((into - slowed).seconds() / step_);
  const std::int64_t before = full * steps_per_checkpoint_;
  return before + std::min({partial, steps_per_checkpoint_, steps_ - before});
}

SimDuration TrainingStretch::slowed_within(SimDuration elapsed, SimDuration whole) const {
  return std::min(whole, SimDuration::rounded(slow_share_ * elapsed.seconds()));
}

void TrainingStretch::report(SimTime from, SimDuration elapsed, Tail tail, UsageInterval usage,
                             UsageSink& sink) const {
  SimTime at = from;
  const SimTime end = from + elapsed;
  const std::int64_t kept = tail == Tail::kKept ? checkpoints_ : durable_checkpoints(elapsed);
  std::vector<UsageInterval> segment;  // and its checkpoint; no empty intervals
  const auto take = [&](NodeState state, SimDuration length) {
    usage.state = state;
    usage.from_ns = at.ns();
    at = std::min(at + length, end);
    usage.to_ns = at.ns();
    if (usage.to_ns > usage.from_ns) segment.push_back(usage);
  };
  const auto take_segment = [&](std::int64_t i) {
    segment.clear();
    const bool last = i == full_segments();
    if (i > 0) {
      take(NodeState::kTrainingSlowed, slowed_within(end - at, last ? last_slowed_ : slowed_));
    }
    take(i < kept ? NodeState::kTraining : NodeState::kTrainingLost,
         last ? last_segment_ : segment_);
    take(NodeState::kCheckpointStall, last ? last_stall_ : stall_);
  };

  take_segment(0);
  sink.add_repeated(segment, 0, 1);
  // Segments 1 .. same - 1 are whole and kept: all the same.
  const std::int64_t same = std::min(kept, complete_cycles(elapsed));
  if (same > 1) {
    take_segment(1);
    sink.add_repeated(segment, cycle().ns(), same - 1);
    at = from + first_cycle() + cycle() * (same - 1);
  }
  for (std::int64_t i = std::max<std::int64_t>(same, 1); i < checkpoints_ && at < end; ++i) {
    take_segment(i);
    sink.add_repeated(segment, 0, 1);
  }
}

}  // namespace sextant

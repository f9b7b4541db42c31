#include "sim/campaign/training_stretch.h"

#include <algorithm>
#include <iterator>

#include "sextant/kernel/assert.h"

namespace sextant {

TrainingStretch::TrainingStretch(const Cadence& cadence, std::int64_t first, std::int64_t last)
    : cadence_(cadence),
      first_(first),
      last_(last),
      checkpoints_((last - first - 1) / cadence.steps_per_checkpoint + 1),
      pause_(SimDuration::rounded(cadence.evaluation.time)) {
  SEXTANT_ASSERT(first < last, "a stretch from step {} to {}", first, last);
  add_blocks();
  const std::int64_t last_segment = first_step(full_segments());
  const Seconds last_training = cadence.training(last_segment, last);
  last_training_ = SimDuration::rounded(last_training);
  const SimDuration last_evaluations = evaluations(last_segment, last);
  const CheckpointCosts& costs = cadence.costs;
  const SimDuration write = SimDuration::rounded(costs.write);
  if (costs.mode == CheckpointMode::kBlocking) {
    stall_ = last_stall_ = write;
  } else {
    slow_share_ = costs.slowdown / (1.0 + costs.slowdown);
    stall_ = SimDuration::rounded(costs.stall);
    write_behind_ = write;
    // The last checkpoint waits for the one before, which a short last segment may not cover.
    const bool behind = full_segments() > 0;
    slowed_ = SimDuration::rounded(slow_share_ * costs.write);
    if (behind) {
      last_slowed_ = std::min(slowed_, SimDuration::rounded(costs.slowdown * last_training));
    }
    const SimDuration covered = last_training_ + last_slowed_ + last_evaluations;
    const SimDuration uncovered = behind ? write - covered : SimDuration();
    last_stall_ = std::max(uncovered, SimDuration()) + stall_ + write;
  }
  length_ =
      begin_of(full_segments()) + last_slowed_ + last_training_ + last_evaluations + last_stall_;
}

void TrainingStretch::add_blocks() {
  const std::int64_t size = cadence_.steps_per_checkpoint;
  std::int64_t segment = 0;
  SimDuration before;
  const auto add = [&](std::int64_t count, Seconds training) {
    const SimDuration each = SimDuration::rounded(training);
    blocks_.push_back({.begin = segment, .count = count, .training = each, .before = before});
    segment += count;
    before += each * count;
  };
  std::int64_t run_end = 0;
  for (const StepRun& run : cadence_.runs) {
    run_end += run.steps;
    const std::int64_t left = full_segments() - segment;
    if (left == 0) return;
    if (run_end <= first_step(segment)) continue;
    const std::int64_t whole = std::min(left, (run_end - first_step(segment)) / size);
    if (whole > 0) add(whole, static_cast<double>(size) * run.step);
    // The segment in which the step changes.
    if (whole < left && first_step(segment) < run_end) {
      add(1, cadence_.training(first_step(segment), first_step(segment + 1)));
    }
  }
}

const TrainingStretch::Block& TrainingStretch::block_of(std::int64_t segment) const {
  const auto after =
      std::upper_bound(blocks_.begin(), blocks_.end(), segment,
                       [](std::int64_t index, const Block& block) { return index < block.begin; });
  return *std::prev(after);
}

SimDuration TrainingStretch::begin_of(std::int64_t segment) const {
  if (segment == 0) return {};
  const Block& block = block_of(segment - 1);
  const SimDuration training = block.before + block.training * (segment - block.begin);
  return training + evaluations(first_, first_step(segment)) + stall_ * segment +
         slowed_ * (segment - 1);
}

std::int64_t TrainingStretch::complete_cycles(SimDuration elapsed) const {
  if (blocks_.empty()) return 0;
  auto block = blocks_.begin();
  while (std::next(block) != blocks_.end() && begin_of(std::next(block)->begin) <= elapsed) ++block;
  const SimDuration unslowed = block->begin == 0 ? slowed_ : SimDuration();  // the first segment
  const SimDuration into = elapsed - begin_of(block->begin) + unslowed;
  if (into < SimDuration()) return 0;
  // Cycles of a block differ in their evaluations: between these, the last one that has begun.
  const SimDuration shortest = std::max(block->training + stall_ + slowed_, SimDuration(1));
  const SimDuration longest = shortest + pause_ * cadence_.most_pauses(steps_per_segment());
  std::int64_t begun = block->begin + std::min(block->count, into.ns() / longest.ns());
  std::int64_t not_begun = block->begin + std::min(block->count, into.ns() / shortest.ns()) + 1;
  while (not_begun - begun > 1) {
    const std::int64_t middle = begun + (not_begun - begun) / 2;
    (begin_of(middle) <= elapsed ? begun : not_begun) = middle;
  }
  return begun;
}

std::int64_t TrainingStretch::durable_checkpoints(SimDuration elapsed) const {
  if (elapsed >= length_) return checkpoints_;
  return complete_cycles(elapsed - write_behind_ - SimDuration(1));
}

std::int64_t TrainingStretch::durable_steps(SimDuration elapsed) const {
  return std::min(steps(), durable_checkpoints(elapsed) * steps_per_segment());
}

std::int64_t TrainingStretch::trained_steps(SimDuration elapsed) const {
  if (elapsed >= length_) return steps();
  const std::int64_t full = complete_cycles(elapsed);
  const SimDuration into = elapsed - begin_of(full);
  const SimDuration slowed = full == 0 ? SimDuration() : slowed_within(into, slowed_);
  const std::int64_t begin = first_step(full);
  const std::int64_t end = std::min(first_step(full + 1), last_);
  return begin - first_ + steps_within(begin, end, (into - slowed).seconds());
}

SimDuration TrainingStretch::slowed_within(SimDuration elapsed, SimDuration whole) const {
  return std::min(whole, SimDuration::rounded(slow_share_ * elapsed.seconds()));
}

std::int64_t TrainingStretch::steps_within(std::int64_t first, std::int64_t last,
                                           Seconds time) const {
  std::int64_t at = first;
  std::int64_t run_end = 0;
  for (const StepRun& run : cadence_.runs) {
    run_end += run.steps;
    while (at < std::min(run_end, last)) {
      const std::int64_t next = std::min({run_end, last, cadence_.next_pause(at)});
      const auto fit = static_cast<std::int64_t>(time / run.step);
      if (fit < next - at) return at + fit - first;
      time -= static_cast<double>(next - at) * run.step;
      time -= static_cast<double>(cadence_.pauses(at, next)) * cadence_.evaluation.time;
      at = next;
      if (time < Seconds(0)) return at - first;
    }
  }
  return at - first;
}

/// Writes a stretch segment by segment, as far as it went.
class TrainingStretch::Report {
 public:
  Report(const TrainingStretch& stretch, SimTime from, SimDuration elapsed, Tail tail,
         const UsageInterval& usage)
      : stretch_(stretch),
        at_(from),
        end_(from + elapsed),
        complete_(stretch.complete_cycles(elapsed)),
        kept_(tail == Tail::kKept ? stretch.checkpoints_ : stretch.durable_checkpoints(elapsed)),
        usage_(usage) {}

  void write(UsageSink& sink) {
    std::int64_t next = 0;
    while (next < stretch_.checkpoints_ && (next == 0 || at_ < end_)) {
      const SimTime begin = at_;
      take_segment(next);
      const std::int64_t alike = alike_from(next);
      const SimDuration cycle = at_ - begin;
      sink.add_repeated(segment_, cycle.ns(), alike);
      at_ = begin + cycle * alike;
      next += alike;
    }
  }

 private:
  /// How many segments are whole, kept and equal to this one, itself included. The first has no
  /// write behind it.
  std::int64_t alike_from(std::int64_t segment) const {
    if (segment == 0 || stretch_.cadence_.evaluation.every > 0) return 1;
    const std::int64_t whole = std::min(kept_, complete_);
    if (segment >= whole) return 1;
    const Block& block = stretch_.block_of(segment);
    return std::min(whole, block.begin + block.count) - segment;
  }

  /// A segment and its checkpoint.
  void take_segment(std::int64_t i) {
    segment_.clear();
    const bool last = i == stretch_.full_segments();
    if (i > 0) {
      const SimDuration slowed = last ? stretch_.last_slowed_ : stretch_.slowed_;
      take(NodeState::kTrainingSlowed, stretch_.slowed_within(end_ - at_, slowed));
    }
    take_steps(i, last ? stretch_.last_training_ : stretch_.block_of(i).training);
    take(NodeState::kCheckpointStall, last ? stretch_.last_stall_ : stretch_.stall_);
  }

  /// Its steps, and the evaluations between and after them.
  void take_steps(std::int64_t i, SimDuration training) {
    const Cadence& cadence = stretch_.cadence_;
    const NodeState state = i < kept_ ? NodeState::kTraining : NodeState::kTrainingLost;
    const std::int64_t finish = std::min(stretch_.first_step(i + 1), stretch_.last_);
    std::int64_t step = cadence.next_pause(stretch_.first_step(i));
    for (; step <= finish; step = cadence.next_pause(step)) {
      const SimDuration after = SimDuration::rounded(cadence.training(step, finish));
      take(state, training - after);
      take(NodeState::kEvaluating, stretch_.pause_);
      training = after;
    }
    take(state, training);
  }

  /// No empty intervals.
  void take(NodeState state, SimDuration length) {
    usage_.state = state;
    usage_.from_ns = at_.ns();
    at_ = std::min(at_ + length, end_);
    usage_.to_ns = at_.ns();
    if (usage_.to_ns > usage_.from_ns) segment_.push_back(usage_);
  }

  const TrainingStretch& stretch_;
  SimTime at_;
  SimTime end_;
  std::int64_t complete_;
  std::int64_t kept_;
  UsageInterval usage_;
  std::vector<UsageInterval> segment_;
};

void TrainingStretch::report(SimTime from, SimDuration elapsed, Tail tail,
                             const UsageInterval& usage, UsageSink& sink) const {
  Report(*this, from, elapsed, tail, usage).write(sink);
}

std::int64_t steps_that_fit(const Cadence& cadence, std::int64_t first, SimDuration time) {
  const auto fits = [&](std::int64_t steps) {
    return TrainingStretch(cadence, first, first + steps).length() <= time;
  };
  std::int64_t fit = 0;
  std::int64_t too_many = cadence.steps() - first + 1;
  while (too_many - fit > 1) {
    const std::int64_t middle = fit + (too_many - fit) / 2;
    (fits(middle) ? fit : too_many) = middle;
  }
  return fit;
}

}  // namespace sextant

#include "sim/campaign/training_stretch.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "sextant/kernel/assert.h"

namespace sextant {

TrainingStretch::TrainingStretch(const Cadence& cadence, std::int64_t first, std::int64_t last,
                                 const StoreWrites& writes)
    : cadence_(cadence),
      first_(first),
      last_(last),
      segments_((last - first - 1) / cadence.steps_per_checkpoint + 1),
      writes_(writes),
      pause_(SimDuration::rounded(cadence.evaluation.time)) {
  SEXTANT_ASSERT(first < last, "a stretch from step {} to {}", first, last);
  add_blocks();
  const std::int64_t last_segment = first_step(full_segments());
  const Seconds last_training = cadence.training(last_segment, last);
  last_training_ = SimDuration::rounded(last_training);
  store_ = saving_of(cadence.costs, cadence.store_every, last_training);
  for (const TierCadence& tier : cadence.faster) {
    faster_.push_back(saving_of(tier.costs, tier.every, last_training));
  }
  const SimDuration last_evaluations = evaluations(last_segment, last);
  const SimDuration trained =
      begin_of(full_segments()) + slowed_in(full_segments()) + last_training_ + last_evaluations;
  const SimDuration write = SimDuration::rounded(cadence.costs.write);
  last_tries_ = write * writes_.tries(last_write());
  // The last checkpoint waits for the one before, which a short last segment may not cover.
  const std::int64_t before = store_.among(full_segments()) * store_.every;
  if (before > 0) last_stall_ = begin_of(before) + store_.write_behind - trained;
  last_stall_ = std::max(last_stall_, SimDuration()) + last_tries_;
  if (cadence.costs.mode == CheckpointMode::kAsynchronous) last_stall_ += store_.stall;
  for (const Saving& tier : faster_) last_stall_ += tier.stall;
  length_ = trained + last_stall_;
}

TrainingStretch::Saving TrainingStretch::saving_of(const CheckpointCosts& costs, std::int64_t every,
                                                   Seconds last_training) const {
  const SimDuration write = SimDuration::rounded(costs.write);
  if (costs.mode == CheckpointMode::kBlocking) return {.every = every, .stall = write};
  Saving saving{.every = every,
                .stall = SimDuration::rounded(costs.stall),
                .write_behind = write,
                .slow_share = costs.slowdown / (1.0 + costs.slowdown)};
  saving.slowed = SimDuration::rounded(saving.slow_share * costs.write);
  saving.last_slowed =
      std::min(saving.slowed, SimDuration::rounded(costs.slowdown * last_training));
  return saving;
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

SimDuration TrainingStretch::stall_after(std::int64_t segment) const {
  if (segment == full_segments()) return last_stall_;
  SimDuration sum = store_.due_after(segment + 1) ? store_.stall : SimDuration();
  for (const Saving& tier : faster_) {
    if (tier.due_after(segment + 1)) sum += tier.stall;
  }
  return sum;
}

SimDuration TrainingStretch::slowed_in(std::int64_t segment) const {
  if (segment == 0) return {};
  const bool last = segment == full_segments();
  SimDuration sum;
  const auto add = [&](const Saving& saving) {
    if (saving.due_after(segment)) sum += last ? saving.last_slowed : saving.slowed;
  };
  add(store_);
  for (const Saving& tier : faster_) add(tier);
  return sum;
}

SimDuration TrainingStretch::slowed_within(std::int64_t segment, SimDuration elapsed) const {
  const SimDuration whole = slowed_in(segment);
  SimDuration sum;
  const auto add = [&](const Saving& saving) {
    if (!saving.due_after(segment)) return;
    const SimDuration so_far = SimDuration::rounded(saving.slow_share * elapsed.seconds());
    sum += std::min(so_far, saving.slowed);
  };
  add(store_);
  for (const Saving& tier : faster_) add(tier);
  if (!faster_.empty()) {
    // The whole charge of a longer write has to fit in: what is not work is slowdown.
    const std::int64_t end = std::min(first_step(segment + 1), last_);
    const SimDuration work = training_of(segment) + evaluations(first_step(segment), end);
    sum = std::min(std::max(sum, elapsed - work), elapsed);
  }
  return std::min(sum, whole);
}

SimDuration TrainingStretch::begin_of(std::int64_t segment) const {
  if (segment == 0) return {};
  const Block& block = block_of(segment - 1);
  SimDuration begin = block.before + block.training * (segment - block.begin) +
                      evaluations(first_, first_step(segment));
  const auto add = [&](const Saving& saving) {
    begin += saving.stall * saving.among(segment) + saving.slowed * saving.among(segment - 1);
  };
  add(store_);
  for (const Saving& tier : faster_) add(tier);
  return begin;
}

std::int64_t TrainingStretch::complete_cycles(SimDuration elapsed) const {
  if (blocks_.empty()) return 0;
  auto block = blocks_.begin();
  while (std::next(block) != blocks_.end() && begin_of(std::next(block)->begin) <= elapsed) ++block;
  // Cycles of a block differ in their evaluations and in the tiers that are due: between these, the
  // last one that has begun.
  SimDuration shortest = block->training;
  SimDuration longest = block->training + pause_ * cadence_.most_pauses(steps_per_segment());
  SimDuration unslowed;  // the first segment
  const auto add = [&](const Saving& saving) {
    if (saving.every == 1) shortest += saving.stall + saving.slowed;
    longest += saving.stall + saving.slowed;
    if (block->begin == 0) unslowed += saving.slowed;
  };
  add(store_);
  for (const Saving& tier : faster_) add(tier);
  const SimDuration into = elapsed - begin_of(block->begin) + unslowed;
  if (into < SimDuration()) return 0;
  shortest = std::max(shortest, SimDuration(1));
  longest = std::max(longest, SimDuration(1));
  std::int64_t begun = block->begin + std::min(block->count, into.ns() / longest.ns());
  std::int64_t not_begun = block->begin + std::min(block->count, into.ns() / shortest.ns()) + 1;
  while (not_begun - begun > 1) {
    const std::int64_t middle = begun + (not_begun - begun) / 2;
    (begin_of(middle) <= elapsed ? begun : not_begun) = middle;
  }
  return begun;
}

std::int64_t TrainingStretch::writes_over(SimDuration elapsed) const {
  if (elapsed >= length_) return last_write();
  return store_.among(complete_cycles(elapsed - store_.write_behind - SimDuration(1)));
}

std::int64_t TrainingStretch::durable_checkpoints(SimDuration elapsed) const {
  const std::int64_t over = writes_over(elapsed);
  std::int64_t durable = elapsed >= length_ ? over + 1 : over;
  if (!writes_.can_fail()) return durable;
  for (std::int64_t i = 0; i < over; ++i) durable -= writes_.fails(i) ? 1 : 0;
  return durable;
}

std::int64_t TrainingStretch::durable_steps(SimDuration elapsed) const {
  if (elapsed >= length_) return steps();
  std::int64_t durable = writes_over(elapsed);
  while (durable > 0 && writes_.fails(durable - 1)) --durable;
  return durable * store_.every * steps_per_segment();
}

std::int64_t TrainingStretch::saved_steps(std::size_t tier, SimDuration elapsed) const {
  if (elapsed >= length_) return steps();
  const Saving& saving = faster_[tier];
  const std::int64_t saved =
      saving.among(complete_cycles(elapsed - saving.write_behind - SimDuration(1)));
  return saved * saving.every * steps_per_segment();
}

std::int64_t TrainingStretch::store_writes(SimDuration elapsed) const {
  const bool last_begun = elapsed >= length_ || elapsed > length_ - last_tries_;
  return last_begun ? last_write() + 1 : writes_over(elapsed);
}

std::int64_t TrainingStretch::trained_steps(SimDuration elapsed) const {
  if (elapsed >= length_) return steps();
  const std::int64_t full = complete_cycles(elapsed);
  const SimDuration into = elapsed - begin_of(full);
  const std::int64_t begin = first_step(full);
  const std::int64_t end = std::min(first_step(full + 1), last_);
  return begin - first_ + steps_within(begin, end, (into - slowed_within(full, into)).seconds());
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
  Report(const TrainingStretch& stretch, SimTime from, SimDuration elapsed, std::int64_t kept,
         const UsageInterval& usage)
      : stretch_(stretch),
        at_(from),
        end_(from + elapsed),
        complete_(stretch.complete_cycles(elapsed)),
        kept_end_(stretch.first_ + kept),
        usage_(usage) {}

  void write(UsageSink& sink) {
    std::int64_t next = 0;
    while (next < stretch_.segments_ && (next == 0 || at_ < end_)) {
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
    const std::int64_t kept = (kept_end_ - stretch_.first_) / stretch_.steps_per_segment();
    const std::int64_t whole = std::min(kept, complete_);
    if (segment >= whole) return 1;
    const Block& block = stretch_.block_of(segment);
    return std::min(alike_saves_from(segment),
                    std::min(whole, block.begin + block.count) - segment);
  }

  /// How many segments are between checkpoints of the same tiers.
  std::int64_t alike_saves_from(std::int64_t segment) const {
    std::int64_t alike = std::numeric_limits<std::int64_t>::max();
    const auto limit = [&](const Saving& saving) {
      if (saving.every == 1) return;
      const std::int64_t after = segment % saving.every;
      // The segments with its checkpoint before them, or behind them, are like no other.
      const bool beside = after == 0 || after == saving.every - 1;
      alike = std::min(alike, beside ? 1 : saving.every - 1 - after);
    };
    limit(stretch_.store_);
    for (const Saving& tier : stretch_.faster_) limit(tier);
    return alike;
  }

  /// A segment and its checkpoint.
  void take_segment(std::int64_t i) {
    segment_.clear();
    if (i > 0) take(NodeState::kTrainingSlowed, stretch_.slowed_within(i, end_ - at_));
    take_steps(i, stretch_.training_of(i));
    take(NodeState::kCheckpointStall, stretch_.stall_after(i));
  }

  /// Its steps, and the evaluations between and after them.
  void take_steps(std::int64_t i, SimDuration training) {
    const Cadence& cadence = stretch_.cadence_;
    const std::int64_t begin = stretch_.first_step(i);
    const std::int64_t finish = std::min(stretch_.first_step(i + 1), stretch_.last_);
    bool kept = begin < kept_end_;
    std::int64_t at = begin;
    const auto take_up_to = [&](std::int64_t step) {
      const Seconds left = step < finish ? cadence.training(step, finish) : Seconds(0);
      const SimDuration after = SimDuration::rounded(left);
      if (kept) {
        const SimDuration stalls = SimDuration::rounded(cadence.data_stall(at, step));
        const SimDuration waiting = std::min(stalls, training - after);
        take(NodeState::kWaitingForData, waiting);
        take(NodeState::kTraining, training - after - waiting);
      } else {
        take(NodeState::kTrainingLost, training - after);
      }
      training = after;
      at = step;
    };
    const auto train_up_to = [&](std::int64_t step) {
      if (kept && kept_end_ < step) {
        take_up_to(kept_end_);
        kept = false;
      }
      take_up_to(step);
    };
    std::int64_t step = cadence.next_pause(begin);
    for (; step <= finish; step = cadence.next_pause(step)) {
      train_up_to(step);
      take(NodeState::kEvaluating, stretch_.pause_);
    }
    train_up_to(finish);
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
  std::int64_t kept_end_;  ///< the step after the last that is kept
  UsageInterval usage_;
  std::vector<UsageInterval> segment_;
};

void TrainingStretch::report(SimTime from, SimDuration elapsed, std::int64_t kept,
                             const UsageInterval& usage, UsageSink& sink) const {
  Report(*this, from, elapsed, kept, usage).write(sink);
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

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "sextant/cluster/usage_log.h"
#include "sim/campaign/training_stretch.h"

namespace sextant {
namespace {

constexpr double kTick = 1e-3;

/// The same stretch, followed in ticks of a millisecond and without any closed form.
struct Followed {
  std::int64_t durable_steps = 0;
  std::int64_t trained_steps = 0;
  double stalled = 0;
  bool over = false;
};

Followed follow(const Cadence& cadence, std::int64_t steps, double until) {
  const CheckpointCosts& costs = cadence.costs;
  const bool behind = costs.mode == CheckpointMode::kAsynchronous;
  const double step = cadence.step.si();
  Followed state;
  double work = 0;           // s of training, without slowdown
  double stall = 0;          // s left
  double writing = 0;        // s left of the write behind
  std::int64_t written = 0;  // steps in that write
  std::int64_t saved = 0;    // steps in the last checkpoint, durable or not
  const auto save = [&] {
    saved = state.trained_steps;
    stall = behind ? costs.stall.si() : costs.write.si();
  };
  for (double t = 0; t < until - 0.5 * kTick && !state.over; t += kTick) {
    if (stall <= 0.5 * kTick && state.trained_steps == saved && saved > state.durable_steps &&
        writing <= 0.5 * kTick) {
      // The copy is over: the write begins; a blocking one is over too.
      if (behind && written < saved) {
        writing = costs.write.si();
        written = saved;
      } else {
        state.durable_steps = saved;
      }
    }
    if (writing <= 0.5 * kTick && written > state.durable_steps) state.durable_steps = written;
    state.over = state.durable_steps == steps;
    if (state.over) break;
    const bool all_trained = state.trained_steps == steps;
    if (stall > 0.5 * kTick) {
      stall -= kTick;
      state.stalled += kTick;
      continue;
    }
    const bool slowed = writing > 0.5 * kTick;
    if (slowed) writing -= kTick;
    if (all_trained) {
      state.stalled += kTick;
      if (saved < steps && writing <= 0.5 * kTick) {
        state.durable_steps = std::max(state.durable_steps, written);
        save();
      }
      continue;
    }
    work += slowed ? kTick / (1 + costs.slowdown) : kTick;
    state.trained_steps = static_cast<std::int64_t>(work / step + 1e-6);
    const bool due = state.trained_steps - saved >= cadence.steps_per_checkpoint;
    if (due || (state.trained_steps == steps && writing <= 0.5 * kTick)) save();
  }
  return state;
}

Cadence drawn_cadence() {
  const CheckpointCosts costs{
      .mode = *rc::gen::element(CheckpointMode::kBlocking, CheckpointMode::kAsynchronous),
      .stall = Seconds(*rc::gen::inRange(1, 5)),
      .write = Seconds(*rc::gen::inRange(1, 20)),
      .slowdown = *rc::gen::element(0.0, 0.25)};
  return make_cadence(Seconds(*rc::gen::inRange(1, 5)), Seconds(*rc::gen::inRange(1, 40)), costs);
}

RC_GTEST_PROP(TrainingStretch, AgreesWithFollowingItTickByTick, ()) {
  const Cadence cadence = drawn_cadence();
  const std::int64_t steps = *rc::gen::inRange<std::int64_t>(1, 40);
  const TrainingStretch stretch(cadence, steps);
  // Half a second off the whole ones, where nothing happens without slowdown.
  RC_CLASSIFY(steps > cadence.steps_per_checkpoint, "several checkpoints");
  RC_CLASSIFY(cadence.costs.slowdown > 0, "slowed");
  const double elapsed = *rc::gen::inRange(0, 300) + 0.4567;
  const Followed followed = follow(cadence, steps, elapsed);
  const SimDuration cut = std::min(SimDuration::rounded(Seconds(elapsed)), stretch.length());
  RC_ASSERT(stretch.durable_steps(cut) == followed.durable_steps);
  RC_ASSERT(std::abs(static_cast<double>(stretch.trained_steps(cut) - followed.trained_steps)) <=
            1);
  RC_ASSERT((stretch.length().seconds().si() < elapsed) == followed.over);
  UsageLog log;
  stretch.report(SimTime(), cut, TrainingStretch::Tail::kLost,
                 {.entity = UsageEntity{1}, .nodes = 1}, log);
  double kept = 0;
  double stalled = 0;
  double whole = 0;
  for (const UsageInterval& usage : log.intervals()) {
    const double length = 1e-9 * static_cast<double>(usage.to_ns - usage.from_ns);
    whole += length;
    if (usage.state == NodeState::kTraining) kept += length;
    if (usage.state == NodeState::kCheckpointStall) stalled += length;
  }
  RC_ASSERT(std::abs(whole - cut.seconds().si()) < 1e-6);
  RC_ASSERT(std::abs(kept - static_cast<double>(followed.durable_steps) * cadence.step.si()) <
            1e-6);
  RC_ASSERT(std::abs(stalled - followed.stalled) < 0.05);
}

}  // namespace
}  // namespace sextant

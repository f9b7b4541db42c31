#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

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

/// Time of training after each step.
std::vector<double> ends_of_steps(const Cadence& cadence) {
  std::vector<double> ends;
  double time = 0;
  for (const StepRun& run : cadence.runs) {
    for (std::int64_t i = 0; i < run.steps; ++i) ends.push_back(time += run.step.si());
  }
  return ends;
}

Followed follow(const Cadence& cadence, std::int64_t steps, double until) {
  const CheckpointCosts& costs = cadence.costs;
  const bool behind = costs.mode == CheckpointMode::kAsynchronous;
  const std::vector<double> done = ends_of_steps(cadence);
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
    state.trained_steps = static_cast<std::int64_t>(
        std::upper_bound(done.begin(), done.end(), work + 1e-6) - done.begin());
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
  CampaignPhase phase = steady_phase(Seconds(*rc::gen::inRange(1, 5)), 40, costs);
  if (*rc::gen::arbitrary<bool>()) {  // a ramp
    phase.runs.front().steps = *rc::gen::inRange(1, 15);
    phase.runs.push_back({.step = Seconds(*rc::gen::inRange(1, 5)), .steps = 3});
    phase.runs.push_back({.step = Seconds(*rc::gen::inRange(1, 5)), .steps = 40});
  }
  return make_cadence(phase, Seconds(*rc::gen::inRange(1, 40)));
}

RC_GTEST_PROP(TrainingStretch, AgreesWithFollowingItTickByTick, ()) {
  const Cadence cadence = drawn_cadence();
  const std::int64_t steps = *rc::gen::inRange<std::int64_t>(1, 40);
  const TrainingStretch stretch(cadence, 0, steps);
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
  stretch.report(SimTime(), cut, stretch.durable_steps(cut), {.entity = UsageEntity{1}, .nodes = 1},
                 log);
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
  RC_ASSERT(std::abs(kept - cadence.training(0, followed.durable_steps).si()) < 1e-6);
  RC_ASSERT(std::abs(stalled - followed.stalled) < 0.05);
}

/// Seconds by state, as reported.
std::map<NodeState, double> reported(const TrainingStretch& stretch, SimDuration elapsed) {
  UsageLog log;
  stretch.report(SimTime(), elapsed, stretch.durable_steps(elapsed),
                 {.entity = UsageEntity{1}, .nodes = 1}, log);
  std::map<NodeState, double> seconds;
  for (const UsageInterval& usage : log.intervals()) {
    seconds[usage.state] += 1e-9 * static_cast<double>(usage.to_ns - usage.from_ns);
  }
  return seconds;
}

RC_GTEST_PROP(TrainingStretch, EvaluationsComeOnTopOfWhatItDoesWithoutThem, ()) {
  const Cadence without = drawn_cadence();
  Cadence with = without;
  with.evaluation = {.every = *rc::gen::inRange(1, 12), .time = Seconds(*rc::gen::inRange(1, 9))};
  const std::int64_t first = *rc::gen::inRange<std::int64_t>(0, 20);
  const std::int64_t last = first + *rc::gen::inRange<std::int64_t>(1, 20);
  const TrainingStretch plain(without, first, last);
  const TrainingStretch evaluated(with, first, last);
  const auto is = reported(evaluated, evaluated.length());
  auto was = reported(plain, plain.length());
  const double pauses = static_cast<double>(with.pauses(first, last)) * with.evaluation.time.si();
  for (const auto& [state, seconds] : is) {
    // The wait for the last write but one can be shorter: it goes on while the run evaluates.
    if (state == NodeState::kCheckpointStall || state == NodeState::kTrainingSlowed) continue;
    const double expected = state == NodeState::kEvaluating ? pauses : was[state];
    RC_ASSERT(std::abs(seconds - expected) < 1e-6);
  }
  RC_ASSERT(evaluated.length() >= plain.length());
  // Whatever the moment: what is saved has been trained, what has been trained fits into the time.
  const SimDuration cut(*rc::gen::inRange<std::int64_t>(0, evaluated.length().ns()));
  RC_ASSERT(evaluated.durable_steps(cut) <= evaluated.trained_steps(cut));
  const std::int64_t reached = first + evaluated.trained_steps(cut);
  RC_ASSERT(with.training(first, reached) <= cut.seconds() + Seconds(1e-6));
  double whole = 0;
  for (const auto& [state, seconds] : reported(evaluated, cut)) {
    whole += seconds;
  }
  RC_ASSERT(std::abs(whole - cut.seconds().si()) < 1e-6);
}

RC_GTEST_PROP(TrainingStretch, StepsThatFitAreTheMostThatDo, ()) {
  const Cadence cadence = drawn_cadence();
  const std::int64_t first = *rc::gen::inRange<std::int64_t>(0, 30);
  const SimDuration time = SimDuration::rounded(Seconds(*rc::gen::inRange(0, 200)));
  const std::int64_t fit = steps_that_fit(cadence, first, time);
  if (fit > 0) RC_ASSERT(TrainingStretch(cadence, first, first + fit).length() <= time);
  if (first + fit < cadence.steps()) {
    RC_ASSERT(TrainingStretch(cadence, first, first + fit + 1).length() > time);
  }
}

}  // namespace
}  // namespace sextant

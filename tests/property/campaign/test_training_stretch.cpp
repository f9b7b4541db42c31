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

CheckpointCosts drawn_costs() {
  return {.mode = *rc::gen::element(CheckpointMode::kBlocking, CheckpointMode::kAsynchronous),
          .stall = Seconds(*rc::gen::inRange(1, 5)),
          .write = Seconds(*rc::gen::inRange(1, 20)),
          .slowdown = *rc::gen::element(0.0, 0.25)};
}

Cadence drawn_cadence() {
  CampaignPhase phase = steady_phase(Seconds(*rc::gen::inRange(1, 5)), 40, drawn_costs());
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

/// A stretch with tiers, segment by segment: when each checkpoint can be restored, and its steps.
struct Walked {
  struct Save {
    SimTime at;
    std::int64_t steps;
  };
  std::vector<std::vector<Save>> faster;
  std::vector<Save> store;  ///< those that have not failed
  SimTime end;              ///< of the last save in the store, without its repetitions
  double stalled = 0;
};

Walked walk(const Cadence& cadence, std::int64_t steps, const StoreWrites& writes) {
  struct Tier {
    CheckpointCosts costs;
    std::int64_t every;
  };
  std::vector<Tier> tiers;  // the store is the last
  for (const TierCadence& tier : cadence.faster) tiers.push_back({tier.costs, tier.every});
  tiers.push_back({cadence.costs, cadence.store_every});
  Walked walked;
  walked.faster.resize(cadence.faster.size());
  SimTime now;
  SimTime writing_until;
  std::int64_t write = 0;
  const auto seconds = [](Seconds time) { return SimDuration::rounded(time); };
  const auto blocks = [](const CheckpointCosts& costs) {
    return costs.mode == CheckpointMode::kBlocking;
  };
  std::vector<Tier> due;
  for (std::int64_t begin = 0; begin < steps; begin += cadence.steps_per_checkpoint) {
    const std::int64_t end = std::min(begin + cadence.steps_per_checkpoint, steps);
    const bool last = end == steps;
    const Seconds training = cadence.training(begin, end);
    for (const Tier& tier : due) {  // the writes that go on behind
      if (blocks(tier.costs)) continue;
      const double share = tier.costs.slowdown / (1 + tier.costs.slowdown);
      SimDuration slowed = seconds(share * tier.costs.write);
      if (last) slowed = std::min(slowed, seconds(tier.costs.slowdown * training));
      now = now + slowed;
    }
    due.clear();
    now = now + seconds(training) + seconds(cadence.evaluation.time) * cadence.pauses(begin, end);
    if (last && writing_until > now) {
      walked.stalled += (writing_until - now).seconds().si();
      now = writing_until;
    }
    const std::int64_t segments = begin / cadence.steps_per_checkpoint + 1;
    for (const Tier& tier : tiers) {
      if (!last && segments % tier.every != 0) continue;
      const SimDuration stall = seconds(blocks(tier.costs) ? tier.costs.write : tier.costs.stall);
      now = now + stall;
      walked.stalled += stall.seconds().si();
      due.push_back(tier);
    }
    if (last) break;
    for (std::size_t i = 0; i < tiers.size(); ++i) {
      if (segments % tiers[i].every != 0) continue;
      const SimTime saved = blocks(tiers[i].costs) ? now : now + seconds(tiers[i].costs.write);
      if (i < walked.faster.size()) {
        walked.faster[i].push_back({saved, end});
      } else {
        writing_until = saved;
        if (!writes.fails(write++)) walked.store.push_back({saved, end});
      }
    }
  }
  walked.end = blocks(cadence.costs) ? now : now + seconds(cadence.costs.write);
  const double repeated = static_cast<double>(writes.tries(write) - 1) * cadence.costs.write.si();
  walked.stalled += (walked.end - now).seconds().si() + repeated;
  walked.end = walked.end + seconds(Seconds(repeated));
  return walked;
}

std::int64_t steps_saved(const std::vector<Walked::Save>& saves, SimTime before) {
  std::int64_t steps = 0;
  for (const Walked::Save& save : saves) {
    if (save.at < before) steps = std::max(steps, save.steps);
  }
  return steps;
}

RC_GTEST_PROP(TieredStretch, AgreesWithWalkingThroughItsSegments, ()) {
  CampaignPhase phase = steady_phase(Seconds(*rc::gen::inRange(1, 5)), 400, drawn_costs());
  if (*rc::gen::arbitrary<bool>()) {
    phase.runs.push_back({.step = Seconds(*rc::gen::inRange(1, 5)), .steps = 400});
    phase.runs.front().steps = *rc::gen::inRange(1, 200);
  }
  if (*rc::gen::arbitrary<bool>()) {
    phase.evaluation = {.every = *rc::gen::inRange(1, 50), .time = Seconds(3)};
  }
  std::vector<Seconds> intervals;
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
    phase.faster.push_back({.medium = {}, .copies = 1, .costs = drawn_costs()});
    intervals.push_back(Seconds(*rc::gen::inRange(1, 60)));
  }
  const Cadence cadence = make_cadence(phase, Seconds(*rc::gen::inRange(1, 200)), 1, intervals);
  const std::int64_t steps = *rc::gen::inRange<std::int64_t>(1, 400);
  const StoreWrites writes(*rc::gen::element(0.0, 0.3), *rc::gen::arbitrary<std::uint64_t>(), 0);
  const TrainingStretch stretch(cadence, 0, steps, writes);
  const Walked walked = walk(cadence, steps, writes);
  RC_ASSERT(std::abs((stretch.length() - walked.end.since_start()).ns()) <= 100);
  double stalled = 0;
  for (const auto& [state, seconds] : reported(stretch, stretch.length())) {
    if (state == NodeState::kCheckpointStall) stalled = seconds;
  }
  RC_ASSERT(std::abs(stalled - walked.stalled) < 1e-6);
  RC_ASSERT(stretch.durable_checkpoints(stretch.length()) ==
            static_cast<std::int64_t>(walked.store.size()) + 1);
  // Half a nanosecond of rounding in every segment: not within a microsecond of a save.
  const SimDuration cut(
      *rc::gen::inRange<std::int64_t>(0, stretch.length().ns()) / 1'000'000 * 1'000'000 + 500'000);
  RC_PRE(cut < stretch.length());
  RC_ASSERT(stretch.durable_steps(cut) == steps_saved(walked.store, SimTime() + cut));
  for (std::size_t i = 0; i < walked.faster.size(); ++i) {
    RC_ASSERT(stretch.saved_steps(i, cut) == steps_saved(walked.faster[i], SimTime() + cut));
  }
  double whole = 0;
  for (const auto& [state, seconds] : reported(stretch, cut)) whole += seconds;
  RC_ASSERT(std::abs(whole - cut.seconds().si()) < 1e-6);
  RC_ASSERT(stretch.durable_steps(cut) <= stretch.trained_steps(cut));
}

}  // namespace
}  // namespace sextant

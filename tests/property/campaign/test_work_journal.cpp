#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "sextant/cluster/usage_log.h"
#include "sim/campaign/work_journal.h"

namespace sextant {
namespace {

constexpr std::int64_t kLast = 60;

CheckpointCosts drawn_costs() {
  return {.mode = *rc::gen::element(CheckpointMode::kBlocking, CheckpointMode::kAsynchronous),
          .stall = Seconds(*rc::gen::inRange(0, 3)),
          .write = Seconds(*rc::gen::inRange(0, 20)),
          .slowdown = *rc::gen::element(0.0, 0.25)};
}

Cadence drawn_cadence() {
  CampaignPhase phase = steady_phase(Seconds(*rc::gen::inRange(1, 5)), kLast, drawn_costs());
  std::vector<Seconds> faster;
  for (int i = *rc::gen::inRange(0, 3); i > 0; --i) {
    phase.faster.push_back({.costs = drawn_costs()});
    faster.push_back(Seconds(*rc::gen::inRange(1, 30)));
  }
  phase.evaluation = {.every = *rc::gen::inRange(0, 9), .time = Seconds(*rc::gen::inRange(0, 5))};
  return make_cadence(phase, Seconds(*rc::gen::inRange(1, 60)), 1, faster);
}

/// What a job tells its journal, and what must come of it.
struct Story {
  explicit Story(const Cadence& rhythm) : cadence(rhythm) {}

  /// Trains for a while, or up to the end.
  void train() {
    const TrainingStretch stretch(cadence, reached, kLast);
    const SimDuration elapsed = std::min(
        stretch.length(), SimDuration(*rc::gen::inRange<std::int64_t>(0, 200'000) * 1'000'000));
    journal.add(stretch, now, elapsed, {.entity = UsageEntity{1}, .nodes = 3});
    ends.push_back({reached, reached + stretch.trained_steps(elapsed)});
    reached = ends.back().last;
    trained += elapsed;
    now = now + elapsed + SimDuration(1'000'000'000);  // a recovery
  }
  void roll_back() {
    reached = *rc::gen::inRange(settled, reached + 1);
    for (Span& end : ends) end.last = std::clamp(reached, end.first, end.last);
    journal.roll_back(reached);
  }
  void settle() {
    settled = *rc::gen::inRange(settled, reached + 1);
    journal.settle(settled);
  }

  struct Span {
    std::int64_t first;
    std::int64_t last;
  };
  Cadence cadence;
  UsageLog log;
  WorkJournal journal{log};
  SimTime now;
  SimDuration trained;
  std::int64_t reached = 0;
  std::int64_t settled = 0;
  std::vector<Span> ends;  ///< steps that each stretch keeps
};

RC_GTEST_PROP(WorkJournal, ReportsEverySecondOnceAndInOrder, ()) {
  Story story(drawn_cadence());
  for (int i = *rc::gen::inRange(1, 12); i > 0; --i) {
    if (story.reached < kLast) story.train();
    if (*rc::gen::inRange(0, 4) > 0) story.roll_back();
    if (*rc::gen::arbitrary<bool>()) story.settle();
  }
  story.roll_back();
  story.journal.keep_all();
  std::map<NodeState, std::int64_t> last;
  std::int64_t reported = 0;
  double kept = 0;
  for (const UsageInterval& usage : story.log.intervals()) {
    RC_ASSERT(usage.from_ns >= last[usage.state]);
    RC_ASSERT(usage.to_ns > usage.from_ns);
    RC_ASSERT(usage.nodes == 3);
    last[usage.state] = usage.to_ns;
    reported += usage.to_ns - usage.from_ns;
    if (usage.state == NodeState::kTraining)
      kept += 1e-9 * static_cast<double>(usage.to_ns - usage.from_ns);
  }
  RC_ASSERT(reported == story.trained.ns());
  double expected = 0;
  for (const auto& [first, end] : story.ends) expected += story.cadence.training(first, end).si();
  RC_ASSERT(std::abs(kept - expected) < 1e-6);
  RC_ASSERT(std::abs(kept - story.cadence.training(0, story.reached).si()) < 1e-6);
}

RC_GTEST_PROP(WorkJournal, SettledAtOnceIsTheReportOfTheStretch, ()) {
  const Cadence cadence = drawn_cadence();
  UsageLog direct;
  UsageLog journalled;
  WorkJournal journal(journalled);
  std::int64_t reached = 0;
  SimTime now;
  while (reached < kLast && now < SimTime() + SimDuration(1'000'000'000'000)) {
    const TrainingStretch stretch(cadence, reached, kLast);
    const SimDuration elapsed = std::min(
        stretch.length(), SimDuration(*rc::gen::inRange<std::int64_t>(0, 200'000) * 1'000'000));
    const UsageInterval usage{.entity = UsageEntity{1}, .nodes = 1};
    stretch.report(now, elapsed, stretch.durable_steps(elapsed), usage, direct);
    journal.add(stretch, now, elapsed, usage);
    reached += stretch.durable_steps(elapsed);
    journal.roll_back(reached);
    journal.settle(reached);
    RC_ASSERT(journalled.intervals().size() == direct.intervals().size());
    now = now + elapsed + SimDuration(1'000'000'000);
  }
  for (std::size_t i = 0; i < direct.intervals().size(); ++i) {
    const UsageInterval& a = direct.intervals()[i];
    const UsageInterval& b = journalled.intervals()[i];
    RC_ASSERT(a.state == b.state);
    RC_ASSERT(a.from_ns == b.from_ns);
    RC_ASSERT(a.to_ns == b.to_ns);
  }
}

}  // namespace
}  // namespace sextant

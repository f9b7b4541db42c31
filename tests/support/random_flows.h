#pragma once

#include <rapidcheck.h>

#include <set>

#include "sextant/network/flow_problem.h"
#include "tests/support/flow_problems.h"

namespace sextant::fixtures {

/// Over some of the links; now and then over none.
inline std::vector<FlowLoad> some_loads(int links) {
  std::vector<FlowLoad> loads;
  for (int link = 0; link < links; ++link) {
    if (*rc::gen::inRange(0, 3) != 0) continue;
    loads.push_back({link, *rc::gen::element(0.25, 1.0 / 3.0, 1.0, 2.0, 7.0)});
  }
  return loads;
}

/// Up to thirty activities over up to twelve links, with waits, delays, limits, patterns used more
/// than once, links alike, and some traffic that nobody awaits.
inline FlowProblem some_flows() {
  FlowProblem problem;
  const int links = *rc::gen::inRange(1, 12);
  for (int link = 0; link < links; ++link) {
    problem.capacities.push_back(*rc::gen::element(1.0, 3.0, 10.0, 12.5, 100.0));
  }
  const int patterns = *rc::gen::inRange(1, 10);
  for (int pattern = 0; pattern < patterns; ++pattern) {
    problem.patterns.push_back(some_loads(links));
  }
  const int activities = *rc::gen::inRange(1, 30);
  for (std::int32_t index = 0; index < activities; ++index) {
    FlowProblem::Activity activity;
    activity.seconds = *rc::gen::element(0.0, 0.0, 0.5, 3.0);
    activity.pattern = *rc::gen::inRange(-1, patterns);
    activity.bytes = activity.pattern < 0 ? 0.0 : 1.0 * *rc::gen::inRange(0, 200);
    activity.rate = *rc::gen::element(kUnlimited, kUnlimited, 0.5, 2.0, 9.0);
    activity.awaited = index == 0 || *rc::gen::inRange(0, 8) != 0;
    std::set<std::int32_t> waits;
    for (int wait = *rc::gen::inRange(0, 3); wait > 0 && index > 0; --wait) {
      waits.insert(*rc::gen::inRange(0, index));
    }
    activity.waits.assign(waits.begin(), waits.end());
    problem.activities.push_back(std::move(activity));
  }
  return problem;
}

}  // namespace sextant::fixtures

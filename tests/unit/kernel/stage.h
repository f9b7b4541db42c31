#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sextant/kernel/delay.h"
#include "sextant/kernel/event.h"
#include "sextant/kernel/simulation.h"

namespace sextant {

using Log = std::vector<std::string>;

enum class Cause { kNone, kFailure, kPreempted };

inline SimDuration ns(std::int64_t n) { return SimDuration(n); }

/// A simulation and what its processes said, with the time.
struct Stage {
  Simulation sim;
  Log log;

  void say(const std::string& text) { log.push_back(text + " " + std::to_string(sim.now().ns())); }
  void say(const std::string& name, const Wake& wake) {
    say(name + (wake.interrupted() ? " interrupted" : " " + std::to_string(wake.index())));
  }
};

inline Process sleeper(Stage& stage, std::string name, std::int64_t length,
                       Priority priority = Priority::kNormal) {
  const Wake wake = co_await delay(ns(length), priority);
  stage.say(name, wake);
}

inline Process event_waiter(Stage& stage, const Event& event, std::string name) {
  const Wake wake = co_await event;
  stage.say(name, wake);
}

}  // namespace sextant

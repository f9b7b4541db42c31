#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "sextant/kernel/assert.h"
#include "sextant/network/flow_problem.h"

namespace sextant::fixtures {

/// Runs a FlowProblem in the plainest way there is: at every event all rates anew, by progressive
/// filling. Slow, and meant to be right; what the flow engine is compared with.
class ReferenceFlows {
 public:
  explicit ReferenceFlows(const FlowProblem& problem) : problem_(problem) {
    const std::size_t count = problem.activities.size();
    result_.start.assign(count, kNever);
    result_.moving.assign(count, kNever);
    result_.end.assign(count, kNever);
    left_.assign(count, 0.0);
    state_.assign(count, State::kWaiting);
    for (const FlowProblem::Activity& activity : problem.activities) {
      awaited_ += activity.awaited ? 1 : 0;
    }
  }

  FlowResult run() {
    do {
      settle();
    } while (awaited_ > 0 && advance());
    SEXTANT_ASSERT(awaited_ == 0, "{} activities never end", awaited_);
    return result_;
  }

 private:
  enum class State { kWaiting, kDelayed, kMoving, kEnded };
  static constexpr double kNever = std::numeric_limits<double>::infinity();

  const FlowProblem::Activity& activity(std::size_t index) const {
    return problem_.activities[index];
  }

  /// Everything that happens now, until nothing more does. Waits have smaller indices, so one pass
  /// is enough.
  void settle() {
    for (std::size_t i = 0; i < state_.size(); ++i) {
      if (state_[i] == State::kWaiting && waits_ended(activity(i))) {
        result_.start[i] = now_;
        result_.moving[i] = now_ + activity(i).seconds;
        state_[i] = State::kDelayed;
      }
      if (state_[i] == State::kDelayed && result_.moving[i] <= now_) {
        left_[i] = activity(i).pattern < 0 ? 0.0 : activity(i).bytes;
        state_[i] = State::kMoving;
      }
      if (state_[i] == State::kMoving && (left_[i] <= 0.0 || unlimited(activity(i)))) end(i);
    }
  }

  bool waits_ended(const FlowProblem::Activity& waiting) const {
    return std::all_of(waiting.waits.begin(), waiting.waits.end(), [&](std::int32_t other) {
      return state_[static_cast<std::size_t>(other)] == State::kEnded;
    });
  }

  bool unlimited(const FlowProblem::Activity& moving) const {
    return std::isinf(moving.rate) &&
           problem_.patterns[static_cast<std::size_t>(moving.pattern)].empty();
  }

  void end(std::size_t index) {
    state_[index] = State::kEnded;
    result_.end[index] = now_;
    awaited_ -= activity(index).awaited ? 1 : 0;
  }

  /// To the next time at which something happens. False: nothing will.
  bool advance() {
    std::vector<std::size_t> moving;
    for (std::size_t i = 0; i < state_.size(); ++i) {
      if (state_[i] == State::kMoving) moving.push_back(i);
    }
    const std::vector<double> rates = fair_rates(moving);
    double step = kNever;
    for (std::size_t m = 0; m < moving.size(); ++m) {
      step = std::min(step, left_[moving[m]] / rates[m]);
    }
    double next = now_ + step;
    for (std::size_t i = 0; i < state_.size(); ++i) {
      if (state_[i] == State::kDelayed) next = std::min(next, result_.moving[i]);
    }
    if (std::isinf(next)) return false;
    for (std::size_t m = 0; m < moving.size(); ++m) {
      double& left = left_[moving[m]];
      left -= rates[m] * (next - now_);
      const bool too_short = next + left / rates[m] <= next;  // for the clock's digits
      if (too_short || left <= 1e-12 * activity(moving[m]).bytes) left = 0.0;
    }
    now_ = next;
    return true;
  }

  /// All rates rise together from zero; a flow stops at its own limit, or when a link on its way is
  /// full.
  std::vector<double> fair_rates(const std::vector<std::size_t>& moving) const {
    std::vector<double> rates(moving.size(), -1.0);  // negative: still rising
    std::vector<double> room = problem_.capacities;
    std::size_t rising = moving.size();
    while (rising > 0) {
      std::vector<double> weight(room.size(), 0.0);
      double level = kNever;
      for (std::size_t m = 0; m < moving.size(); ++m) {
        if (rates[m] >= 0.0) continue;
        level = std::min(level, activity(moving[m]).rate);
        for (const FlowLoad& load : loads(moving[m])) weight[at(load)] += load.flows;
      }
      for (std::size_t l = 0; l < room.size(); ++l) {
        if (weight[l] > 0.0) level = std::min(level, room[l] / weight[l]);
      }
      std::vector<std::size_t> stopping;
      for (std::size_t m = 0; m < moving.size(); ++m) {
        if (rates[m] < 0.0 && stops(moving[m], level, room, weight)) stopping.push_back(m);
      }
      SEXTANT_ASSERT(!stopping.empty(), "no flow stops at {}", level);
      for (const std::size_t m : stopping) {
        rates[m] = level;
        for (const FlowLoad& load : loads(moving[m])) room[at(load)] -= load.flows * level;
      }
      rising -= stopping.size();
    }
    return rates;
  }

  bool stops(std::size_t index, double level, const std::vector<double>& room,
             const std::vector<double>& weight) const {
    const double nearly = level * (1.0 + 1e-12);
    if (activity(index).rate <= nearly) return true;
    const std::vector<FlowLoad>& crossed = loads(index);
    return std::any_of(crossed.begin(), crossed.end(), [&](const FlowLoad& load) {
      return load.flows > 0.0 && room[at(load)] <= nearly * weight[at(load)];
    });
  }

  const std::vector<FlowLoad>& loads(std::size_t index) const {
    return problem_.patterns[static_cast<std::size_t>(activity(index).pattern)];
  }
  static std::size_t at(const FlowLoad& load) { return static_cast<std::size_t>(load.link); }

  const FlowProblem& problem_;
  FlowResult result_;
  std::vector<double> left_;  ///< of each activity's bytes
  std::vector<State> state_;
  double now_ = 0.0;
  int awaited_ = 0;  ///< that have not ended
};

inline FlowResult reference_flows(const FlowProblem& problem) {
  return ReferenceFlows(problem).run();
}

}  // namespace sextant::fixtures

#include "src/flow/engine.h"

#include <fmt/format.h>
#include <simgrid/kernel/Timer.hpp>
#include <simgrid/s4u.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <queue>
#include <utility>
#include <vector>

#include "src/flow/link_demand.h"
#include "src/flow/platform.h"

namespace sextant::flow {
namespace {

namespace s4u = simgrid::s4u;
using simgrid::kernel::timer::Timer;

constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr double kLongest_s = 1e12;

/// How long each activity would take if it shared its links with nobody [s].
std::vector<double> durations_alone(const FlowProblem& problem) {
  const std::vector<double> fastest = fastest_flows(problem);
  std::vector<double> durations;
  durations.reserve(problem.activities.size());
  for (const auto& activity : problem.activities) {
    double moving = 0.0;
    if (activity.moves()) {
      const double width = fastest[static_cast<std::size_t>(activity.pattern)];
      moving = activity.bytes / std::min(activity.rate, width);
    }
    durations.push_back(activity.seconds + moving);
  }
  return durations;
}

/// What the clock may come to read: everything one after the other. @throws NoEnd
double longest_s(const FlowProblem& problem) {
  const std::vector<double> durations = durations_alone(problem);
  double sum = 0.0;
  for (std::size_t i = 0; i < durations.size(); ++i) {
    if (!(durations[i] <= kLongest_s)) {
      throw NoEnd(fmt::format("activity {} would take {:.3g} s", i, durations[i]));
    }
    sum += durations[i];
  }
  return sum;
}

/// What ends within this time ends together [s]: some tens of the clock's last digits, or SimGrid
/// may find what is left of a transfer to be nothing between two events, and tells it at the next;
/// little beside a transfer of a microsecond.
double precision_s(double longest_s) { return 1e-12 + std::min(1e-14 * longest_s, 1e-9); }

/// SimGrid's engine with plain max-min sharing: no window of TCP, no traffic of acknowledgements,
/// no factor on a link's bandwidth. The engine is never destroyed: that would complain of the
/// transfers that nobody awaits.
s4u::Engine& make_engine(double precision_s) {
  std::vector<std::string> words{
      "sextant-flow", "--log=root.thresh:error", "--cfg=network/model:CM02",
      "--cfg=network/optim:Lazy", "--cfg=network/crosstraffic:0", "--cfg=network/TCP-gamma:0",
      "--cfg=network/bandwidth-factor:1",
      // Of a link's width: below a flow's share among a million.
      "--cfg=maxmin/precision:1e-9", fmt::format("--cfg=surf/precision:{:.3g}", precision_s)};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  int count = static_cast<int>(words.size());
  return *new s4u::Engine(&count, arguments.data());
}

/// Everything that is awaited has ended. Thrown through SimGrid's loop, which has no other end
/// while transfers are under way.
struct Over {};

class Run {
 public:
  Run(const FlowProblem& problem, double precision_s)
      : problem_(problem),
        precision_(precision_s),
        engine_(make_engine(precision_s)),
        platform_(problem),
        demand_(problem),
        comms_(problem.activities.size()) {
    const std::size_t count = problem.activities.size();
    result_.start.assign(count, kNever);
    result_.moving.assign(count, kNever);
    result_.end.assign(count, kNever);
    count_waits();
  }

  FlowResult run() && {
    try {
      begin();
      // SimGrid's loop ends once with nothing to do, although the last completions began something.
      for (std::int64_t before = -1; before < ended_;) {
        before = ended_;
        engine_.run();
      }
    } catch (const Over&) {
      return std::move(result_);
    }
    throw NoEnd(stuck());
  }

 private:
  /// An activity's wait is over, or its transfer if that is free.
  struct Alarm {
    double date_s = 0.0;
    std::int32_t activity = 0;
    auto operator<=>(const Alarm&) const = default;
  };

  void count_waits() {
    const auto& activities = problem_.activities;
    missing_.resize(activities.size());
    first_.assign(activities.size() + 1, 0);
    for (std::size_t i = 0; i < activities.size(); ++i) {
      missing_[i] = static_cast<std::int32_t>(activities[i].waits.size());
      left_ += activities[i].awaited ? 1 : 0;
      for (const std::int32_t wait : activities[i].waits) ++first_[index(wait) + 1];
    }
    for (std::size_t i = 0; i < activities.size(); ++i) first_[i + 1] += first_[i];
    next_.resize(first_.back());
    std::vector<std::size_t> fill(first_.begin(), first_.end() - 1);
    for (std::size_t i = 0; i < activities.size(); ++i) {
      for (const std::int32_t wait : activities[i].waits) {
        next_[fill[index(wait)]++] = static_cast<std::int32_t>(i);
      }
    }
  }

  void begin() {
    s4u::Activity::on_completion_cb([this](const s4u::Activity& activity) {
      const auto number = reinterpret_cast<std::uintptr_t>(activity.get_data<void>()) - 1;
      complete(static_cast<std::int32_t>(number), activity.get_finish_time());
    });
    s4u::Engine::on_time_advance_cb([this](double) { done_.clear(); });
    engine_.seal_platform();
    if (left_ == 0) throw Over{};
    for (std::size_t i = 0; i < missing_.size(); ++i) {
      if (missing_[i] == 0)
        ready_.push_back({.date_s = 0.0, .activity = static_cast<std::int32_t>(i)});
    }
    armed_ = Timer::set(0.0, [this] {
      armed_ = nullptr;
      start_ready();
      settle();
    });
  }

  /// Alarms whose time has come.
  void ring() {
    armed_ = nullptr;
    const double due = s4u::Engine::get_clock() + precision_;
    while (!alarms_.empty() && alarms_.top().date_s <= due) {
      const Alarm alarm = alarms_.top();
      alarms_.pop();
      if (result_.moving[index(alarm.activity)] == kNever) {
        waited_.push_back(alarm);
      } else if (is_free(alarm.activity)) {
        end(alarm.activity, alarm.date_s);
      }
    }
    // What begins finds its links without what ends at the same time.
    for (const auto& [date, activity] : waited_) move(activity, date);
    waited_.clear();
    start_ready();
    settle();
  }

  /// A transfer over links has ended.
  void complete(std::int32_t activity, double date) {
    // SimGrid still uses it; it may go when time goes on.
    done_.push_back(std::move(comms_[index(activity)]));
    end(activity, std::max(date, result_.moving[index(activity)]));
    start_ready();
    settle();
  }

  void start_ready() {
    while (!ready_.empty()) {
      const auto [date, activity] = ready_.back();
      ready_.pop_back();
      result_.start[index(activity)] = date;
      const double seconds = problem_.activities[index(activity)].seconds;
      if (seconds > 0.0) {
        alarms_.push({.date_s = date + seconds, .activity = activity});
      } else {
        move(activity, date);
      }
    }
  }

  void move(std::int32_t i, double date) {
    result_.moving[index(i)] = date;
    if (!problem_.activities[index(i)].moves()) {
      end(i, date);
      return;
    }
    const double bytes = problem_.activities[index(i)].bytes;
    const bool free = demand_.add(i, crowded_);
    for (const std::int32_t other : crowded_) share(other);
    crowded_.clear();
    if (free) {
      alarms_.push({.date_s = date + bytes / demand_.full_rate(i), .activity = i});
    } else {
      share(i, bytes);
    }
  }

  /// A transfer that was free ceases to be, unless it ends now.
  void share(std::int32_t i) {
    const double rate = demand_.full_rate(i);
    const double moved_s = s4u::Engine::get_clock() - result_.moving[index(i)];
    const double bytes = problem_.activities[index(i)].bytes;
    const double left = bytes - rate * std::max(moved_s, 0.0);
    if (left > rate * precision_) share(i, left);
  }
  /// SimGrid shares its links from now on.
  void share(std::int32_t i, double bytes) {
    // The number of an activity, behind null.
    comms_[index(i)] = platform_.start(problem_.activities[index(i)], bytes,
                                       reinterpret_cast<void*>(index(i) + 1));
  }
  /// Of one whose transfer has begun; an alarm that was set when it was free may come late.
  bool is_free(std::int32_t i) const {
    return comms_[index(i)] == nullptr && result_.end[index(i)] == kNever;
  }

  void end(std::int32_t i, double date) {
    result_.end[index(i)] = date;
    ++ended_;
    if (problem_.activities[index(i)].moves()) demand_.remove(i);
    if (problem_.activities[index(i)].awaited) --left_;
    for (std::size_t k = first_[index(i)]; k < first_[index(i) + 1]; ++k) {
      if (--missing_[index(next_[k])] > 0) continue;
      ready_.push_back({.date_s = date, .activity = next_[k]});
    }
  }

  /// After everything that an event led to: stops, or has SimGrid ring for the next alarm.
  void settle() {
    if (left_ == 0) throw Over{};
    if (alarms_.empty()) return;
    // A sum of times may lie a rounding error behind the clock, which SimGrid refuses.
    const double date = std::max(alarms_.top().date_s, s4u::Engine::get_clock());
    if (armed_ != nullptr && armed_->get_date() <= date) return;
    if (armed_ != nullptr) armed_->remove();
    armed_ = Timer::set(date, [this] { ring(); });
  }

  std::string stuck() const {
    const auto& activities = problem_.activities;
    for (std::size_t i = 0; i < activities.size(); ++i) {
      if (!activities[i].awaited || result_.end[i] < kNever) continue;
      return fmt::format("activity {} of {} does not end: it {}", i, activities.size(),
                         result_.start[i] == kNever    ? "never starts"
                         : result_.moving[i] == kNever ? "never begins to move"
                                                       : "moves for ever");
    }
    return "no activity is left, yet the run did not end";
  }

  static std::size_t index(std::int32_t i) { return static_cast<std::size_t>(i); }

  const FlowProblem& problem_;
  double precision_;
  s4u::Engine& engine_;
  Platform platform_;
  LinkDemand demand_;
  FlowResult result_;
  std::vector<s4u::CommPtr> comms_;    // by activity: under way
  std::vector<s4u::CommPtr> done_;     // ended at this time
  std::vector<std::int32_t> missing_;  // by activity: waits that have not ended
  std::vector<std::size_t> first_;     // by activity: of those that wait for it, in next_
  std::vector<std::int32_t> next_;
  std::vector<Alarm> ready_;           // to be started at this time
  std::vector<Alarm> waited_;          // to be moved
  std::vector<std::int32_t> crowded_;  // that cease to be free
  std::priority_queue<Alarm, std::vector<Alarm>, std::greater<>> alarms_;
  Timer* armed_ = nullptr;  // SimGrid's, for the next alarm; it owns it
  std::int64_t left_ = 0;   // awaited activities that have not ended
  std::int64_t ended_ = 0;
};

}  // namespace

FlowResult simulate(const FlowProblem& problem) {
  // Left behind: transfers that nobody awaits are still under way.
  Run& run = *new Run(problem, precision_s(longest_s(problem)));
  return std::move(run).run();
}

}  // namespace sextant::flow

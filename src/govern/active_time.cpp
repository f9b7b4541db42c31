#include "src/govern/active_time.h"

#include <algorithm>

namespace sextant::govern {

Activity activity_of(NodeState state) {
  switch (state) {
    case NodeState::kStarting:
    case NodeState::kCompiling:
    case NodeState::kLoadingData:
      return Activity::kStarting;
    case NodeState::kTraining:
    case NodeState::kTrainingSlowed:
    case NodeState::kWaitingForData:
    case NodeState::kStraggling:
    case NodeState::kDegraded:
    case NodeState::kEvaluating:
    case NodeState::kCheckpointStall:
      return Activity::kWorking;
    case NodeState::kTrainingLost:
      return Activity::kLost;
    case NodeState::kSpare:
    case NodeState::kReleased:
      return Activity::kIdle;
    case NodeState::kDetecting:
    case NodeState::kDiagnosing:
    case NodeState::kWaiting:
    case NodeState::kWaitingForPeople:
    case NodeState::kSwapping:
    case NodeState::kRestarting:
    case NodeState::kReconfiguring:
    case NodeState::kRestoring:
    case NodeState::kWarmingUp:
    case NodeState::kMaintenance:
    case NodeState::kRepair:
      return Activity::kRecovering;
  }
  return Activity::kWorking;
}

void add_active(std::vector<ActiveTime>& times, const UsageInterval& interval, std::int64_t to_ns) {
  const Activity activity = activity_of(interval.state);
  if (!times.empty() && times.back().activity == activity &&
      times.back().to_ns == interval.from_ns) {
    times.back().to_ns = to_ns;
  } else {
    times.push_back({activity, interval.from_ns, to_ns});
  }
}

std::vector<ActiveTime> tidy(std::vector<ActiveTime> times) {
  std::stable_sort(times.begin(), times.end(),
                   [](const auto& a, const auto& b) { return a.from_ns < b.from_ns; });
  std::vector<ActiveTime> result;
  for (const ActiveTime& time : times) {
    if (!result.empty() && result.back().activity == time.activity &&
        result.back().to_ns >= time.from_ns) {
      result.back().to_ns = std::max(result.back().to_ns, time.to_ns);
    } else {
      result.push_back(time);
    }
  }
  return result;
}

std::vector<ActiveTime> cut_at(const std::vector<EvictionRecord>& evictions,
                               const std::vector<ActiveTime>& times) {
  std::vector<ActiveTime> result;
  for (ActiveTime time : times) {
    for (const EvictionRecord& eviction : evictions) {
      if (eviction.time_ns < time.from_ns || eviction.time_ns >= time.to_ns) continue;
      if (eviction.time_ns > time.from_ns) {
        result.push_back({time.activity, time.from_ns, eviction.time_ns});
      }
      time.from_ns = eviction.time_ns;
      time.activity = Activity::kEnding;
    }
    result.push_back(time);
  }
  return result;
}

}  // namespace sextant::govern

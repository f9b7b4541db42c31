#pragma once

#include <cstdint>
#include <vector>

#include "sextant/cluster/usage.h"
#include "sextant/governance/governance.h"

namespace sextant::govern {

/// What a job does with its nodes.
enum class Activity { kStarting, kWorking, kLost, kRecovering, kIdle, kEnding };

Activity activity_of(NodeState state);

/// A job's time with nodes, in one activity. Stops of seconds, such as checkpoints, count as work.
struct ActiveTime {
  Activity activity{};
  std::int64_t from_ns = 0;
  std::int64_t to_ns = 0;
};

/// Adds what a job's nodes did; what goes on where the last one ended makes that longer.
void add_active(std::vector<ActiveTime>& times, const UsageInterval& interval, std::int64_t to_ns);

/// In order of time; what touches, and is of one kind, as one.
std::vector<ActiveTime> tidy(std::vector<ActiveTime> times);

/// What follows an eviction, until the pods have ended, is not work.
std::vector<ActiveTime> cut_at(const std::vector<EvictionRecord>& evictions,
                               const std::vector<ActiveTime>& times);

}  // namespace sextant::govern

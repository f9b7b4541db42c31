#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "sextant/campaign/hosted_job.h"
#include "sextant/governance/governance.h"
#include "sextant/kernel/event.h"
#include "sextant/kernel/process.h"
#include "sim/governance/usage_scales.h"

namespace sextant {

/// Pods of one set of a job on one node.
struct PlacedPods {
  FlavorIndex flavor{};
  NodeIndex node{};
  int podset = 0;
  int pods = 0;
};

/// Thousandths of units by flavor, each flavor once.
using HeldUnits = std::vector<std::pair<FlavorIndex, std::int64_t>>;

inline void add_units(HeldUnits& held, FlavorIndex flavor, std::int64_t units) {
  for (auto& entry : held) {
    if (entry.first != flavor) continue;
    entry.second += units;
    return;
  }
  if (units != 0) held.emplace_back(flavor, units);
}

/// Where a job is in its life.
enum class JobState {
  kPending,     ///< without quota
  kNeedsNodes,  ///< with quota; some of its pods have no node
  kDetecting,   ///< has lost pods, or crashed, and nobody has noticed
  kStarting,
  kWorking,
  kIdle,      ///< its work is over, it keeps its pods for a while
  kEnding,    ///< told to go; its pods have not ended yet
  kTraining,  ///< lives as a HostedJob
  kGone
};

/// A job that is there. Its slot, which is its number as a workload, is used again when it has
/// gone.
struct GovernedJob {
  WorkloadIndex slot{};
  JobSpec spec;
  JobRecord record;
  JobState state = JobState::kGone;
  SimTime since;        ///< of the state, or when its usage was last reported
  SimTime holds_since;  ///< of nodes
  SimTime pending_since;
  std::vector<PodSetAssignment> assignment;
  std::vector<PlacedPods> placed;
  /// Thousandths of units that it holds, by flavor: those of the placed pods, and its quota where a
  /// flavor has no nodes.
  HeldUnits units;
  /// Of its work, which no interruption takes away; of a training job, steps instead of time.
  SimDuration done;
  SimDuration detection;  ///< until it is noticed that it has crashed
  double pace = 1;        ///< of its work; less with fewer pods than asked for
  bool must_go = false;
  bool disturbed = false;  ///< interrupted, and its process has not seen to it
  bool warm = false;       ///< has the nodes of an earlier job, and needs no startup
  bool withdrawn = false;
  bool ready = false;  ///< as the scheduler knows
  SimTime unready_since;
  bool begun = false;  ///< has worked before, so it restarts
  bool explained = false;
  EvictionReason reason{};
  std::int32_t timeouts = 0;  ///< evictions because its pods were not ready
  /// Who evicted it last, what it had done by then, and whether it has worked since.
  std::optional<JobNumber> last_preemptor{};
  bool worked = true;
  int fruitless_evictions = 0;  ///< in a row
  SimDuration done_then;
  ProcessHandle process;
  Event nodes_came;
  /// Priority (smaller is first), number, slot: among those that have quota and no nodes.
  std::optional<std::tuple<std::int64_t, std::uint64_t, WorkloadIndex>> place_in_queue{};
  HostedJob* training = nullptr;
  std::uint32_t training_number = 0;
  const UsageScale* training_usage = nullptr;
  std::optional<WaitRecord> wait{};  ///< of a job to explain, the one at hand

  bool holds_quota() const { return state != JobState::kPending && state != JobState::kGone; }
};

}  // namespace sextant

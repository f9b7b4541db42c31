#include "sextant/ledger/goodput_buckets.h"

#include "sextant/kernel/assert.h"

namespace sextant {

GoodputBucket goodput_bucket(NodeState state) {
  switch (state) {
    case NodeState::kTraining:
      return GoodputBucket::kProductiveTraining;
    case NodeState::kStarting:
      return GoodputBucket::kAcceleratorInitialization;
    case NodeState::kLoadingData:
      return GoodputBucket::kTrainingPrep;
    case NodeState::kWaitingForData:
      return GoodputBucket::kDataLoadingSync;
    case NodeState::kCompiling:
    case NodeState::kWarmingUp:
      return GoodputBucket::kProgramStartup;
    case NodeState::kCheckpointStall:
    case NodeState::kTrainingSlowed:
      return GoodputBucket::kCheckpointSave;
    case NodeState::kRestoring:
      return GoodputBucket::kCheckpointRestore;
    case NodeState::kTrainingLost:
      return GoodputBucket::kWastedProgress;
    case NodeState::kDetecting:
    case NodeState::kDiagnosing:
    case NodeState::kWaiting:
    case NodeState::kWaitingForPeople:
    case NodeState::kSwapping:
    case NodeState::kRestarting:
    case NodeState::kMaintenance:
      return GoodputBucket::kInfrastructureRecovery;
    case NodeState::kEvaluating:
      return GoodputBucket::kCustomBadput;
    case NodeState::kDegraded:
      return GoodputBucket::kElasticSliceDown;
    case NodeState::kReconfiguring:
      return GoodputBucket::kElasticReinitialization;
    case NodeState::kStraggling:
    case NodeState::kSpare:
    case NodeState::kRepair:
    case NodeState::kReleased:
      return GoodputBucket::kOther;
  }
  SEXTANT_ASSERT(false, "unknown state {}", static_cast<int>(state));
}

GoodputTimes goodput_times(const UsageTotals& usage) {
  GoodputTimes times{};
  for (const auto& [state, name] : EnumNames<NodeState>::table) {
    times[static_cast<std::size_t>(goodput_bucket(state))] += usage.job_time(state);
  }
  return times;
}

}  // namespace sextant

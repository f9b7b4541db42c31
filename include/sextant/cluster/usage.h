#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "sextant/kernel/enum_names.h"

namespace sextant {

/// What a rented node is doing. Every node is in exactly one state at any time.
enum class NodeState {
  kStarting,          ///< processes and communicators of a fresh run
  kTraining,          ///< work that the run kept
  kTrainingLost,      ///< work done and later discarded: back to an earlier step
  kTrainingSlowed,    ///< what a background checkpoint write adds to the steps
  kStraggling,        ///< what a slow node or link adds to the steps
  kDegraded,          ///< what replicas that are missing add to the steps
  kEvaluating,        ///< forward passes over held-out data; again where steps are repeated
  kCheckpointStall,   ///< stopped: the copy, or the write of a blocking checkpoint
  kDetecting,         ///< something has failed and nobody has noticed
  kDiagnosing,        ///< looking for the node at fault
  kWaiting,           ///< too few nodes: spares are exhausted
  kWaitingForPeople,  ///< automatic restarts have failed
  kSwapping,          ///< taking a spare into the job
  kRestarting,        ///< processes and communicators again
  kReconfiguring,     ///< going on with another number of replicas
  kCompiling,         ///< graph compilation
  kRestoring,         ///< reading the checkpoint
  kWarmingUp,         ///< what the first steps take beyond their usual
  kMaintenance,       ///< a planned stop
  kSpare,             ///< rented, healthy, not in the job
  kRepair,            ///< rented, broken
  kReleased,          ///< not rented: between two bookings
  kWaitingForData,    ///< steps wait for training data
  kLoadingData        ///< copying training data to the nodes before a step
};
inline constexpr std::size_t kNodeStates = 24;

template <>
struct EnumNames<NodeState> {
  static constexpr std::array table{std::pair{NodeState::kStarting, "starting"},
                                    std::pair{NodeState::kTraining, "training"},
                                    std::pair{NodeState::kTrainingLost, "training_lost"},
                                    std::pair{NodeState::kTrainingSlowed, "training_slowed"},
                                    std::pair{NodeState::kWaitingForData, "waiting_for_data"},
                                    std::pair{NodeState::kStraggling, "straggling"},
                                    std::pair{NodeState::kDegraded, "degraded"},
                                    std::pair{NodeState::kEvaluating, "evaluating"},
                                    std::pair{NodeState::kCheckpointStall, "checkpoint_stall"},
                                    std::pair{NodeState::kDetecting, "detecting"},
                                    std::pair{NodeState::kDiagnosing, "diagnosing"},
                                    std::pair{NodeState::kWaiting, "waiting"},
                                    std::pair{NodeState::kWaitingForPeople, "waiting_for_people"},
                                    std::pair{NodeState::kSwapping, "swapping"},
                                    std::pair{NodeState::kRestarting, "restarting"},
                                    std::pair{NodeState::kReconfiguring, "reconfiguring"},
                                    std::pair{NodeState::kCompiling, "compiling"},
                                    std::pair{NodeState::kLoadingData, "loading_data"},
                                    std::pair{NodeState::kRestoring, "restoring"},
                                    std::pair{NodeState::kWarmingUp, "warming_up"},
                                    std::pair{NodeState::kMaintenance, "maintenance"},
                                    std::pair{NodeState::kSpare, "spare"},
                                    std::pair{NodeState::kRepair, "repair"},
                                    std::pair{NodeState::kReleased, "released"}};
};

/// Who is in a state: a job's nodes together, or the nodes of the fleet that no job holds.
enum class UsageEntity : std::uint32_t {};
inline constexpr UsageEntity kFleetEntity{0};  ///< spares and nodes under repair
/// Who is charged: a team. A single run has one owner.
enum class UsageOwner : std::uint32_t {};

/// `nodes` nodes of `entity` were in `state` from `from_ns` to `to_ns` on the simulated clock.
struct UsageInterval {
  UsageEntity entity = kFleetEntity;
  UsageOwner owner{};
  NodeState state = NodeState::kSpare;
  std::int64_t from_ns = 0;
  std::int64_t to_ns = 0;
  std::int64_t nodes = 0;
};

/// A fold over usage. Intervals of one entity and state arrive in order of time, and when their
/// state is certain: training is not reported before it is known whether it was kept or lost.
class UsageSink {
 public:
  virtual ~UsageSink() = default;
  virtual void add(const UsageInterval& interval) = 0;
  /// The intervals of `cycle`, `times` times, each time `period_ns` later. A fold that only sums
  /// need not look at every one of them.
  virtual void add_repeated(std::span<const UsageInterval> cycle, std::int64_t period_ns,
                            std::int64_t times) {
    for (std::int64_t i = 0; i < times; ++i) {
      for (UsageInterval interval : cycle) {
        interval.from_ns += i * period_ns;
        interval.to_ns += i * period_ns;
        add(interval);
      }
    }
  }
};

}  // namespace sextant

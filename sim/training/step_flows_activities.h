#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sextant/training/step_flows.h"
#include "step_flows_transfers.h"

namespace sextant {

/// A transfer of some of a stage's replicas, that they start together.
struct FlowLane {
  std::int32_t pattern = -1;  ///< of the problem
  double bytes = 0.0;         ///< of a flow, for each byte of the item
  std::vector<int> replicas;
};

/// Which lane of a set each replica is in.
struct FlowLanes {
  std::vector<FlowLane> lanes;
  std::vector<std::int32_t> of;  ///< by replica; -1: its transfers stay in their link domain
};

/// Order of a folded step's operations, and what each waits for.
class StepOrder {
 public:
  explicit StepOrder(const OperationGraph& graph);

  /// Every operation after those that it waits for.
  const std::vector<OperationGraph::OperationId>& order() const { return order_; }
  /// With the one before it on its stream.
  std::span<const OperationGraph::OperationId> waits_of(OperationGraph::OperationId id) const;
  int stage(OperationGraph::OperationId id) const { return stage_[static_cast<std::size_t>(id)]; }
  OperationGraph::Stream stream(OperationGraph::OperationId id) const {
    return stream_[static_cast<std::size_t>(id)];
  }
  /// No other operation waits for it.
  bool is_last(OperationGraph::OperationId id) const { return last_[static_cast<std::size_t>(id)]; }

 private:
  static constexpr std::size_t kMost = OperationGraph::kMaxWaits + 1;
  std::vector<OperationGraph::OperationId> order_;
  std::vector<std::array<OperationGraph::OperationId, kMost>> waits_;
  std::vector<std::uint8_t> waits_count_;
  std::vector<int> stage_;
  std::vector<OperationGraph::Stream> stream_;
  std::vector<bool> last_;
};

/// A job's step: operations in an order in which they can run, each with its pieces.
struct StepPlan {
  StepOrder order;
  std::vector<std::vector<FlowPiece>> pieces;  ///< those that differ
  std::vector<std::int32_t> pieces_of;         ///< by operation
  std::vector<bool> all_replicas;  ///< by operation: those of all replicas start together

  std::span<const FlowPiece> of(OperationGraph::OperationId id) const {
    return pieces[static_cast<std::size_t>(pieces_of[static_cast<std::size_t>(id)])];
  }
};

/// Counts what the step moves in `transfers`.
StepPlan plan_step(const StepRecipe& recipe, StepTransfers& transfers);

/// Activities of a step of so many replicas at most.
std::int64_t count_activities(const StepPlan& plan, std::int64_t replicas);

/// Appends steps to a problem.
class StepWriter {
 public:
  StepWriter(StepFlows& flows, std::int32_t job, const StepPlan& plan,
             const std::vector<FlowLanes>& lanes, int replicas);

  /// One step after the other; each ends with an activity that waits for all of it.
  void add_steps(int steps);

 private:
  using Waits = std::vector<std::int32_t>;
  void add_operation(OperationGraph::OperationId id);
  void add_piece(const FlowPiece& piece);
  void add_lane(const FlowPiece& piece, const FlowLane& lane);
  void add_alone(int replica, double seconds);
  void add_together(double seconds);
  void add_end();
  std::int32_t add(double seconds, Waits waits, int replica, std::int32_t item);
  Waits waits_of(OperationGraph::OperationId id, int replica) const;
  bool in_step(const std::vector<int>& replicas) const;
  std::int32_t& last(OperationGraph::OperationId id, int replica);

  StepFlows& flows_;
  std::int32_t job_;
  const StepPlan& plan_;
  const std::vector<FlowLanes>& lanes_;
  int replicas_;
  std::vector<int> all_;            ///< replicas
  std::vector<std::int32_t> last_;  ///< activity of each operation and replica
  std::vector<Waits> open_;         ///< by replica: what the next activity waits for
  std::int32_t step_ = 0;
  std::int32_t operation_ = -1;
  std::int32_t step_before_ = -1;  ///< activity that ends it
};

}  // namespace sextant

#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sextant/kernel/quantity.h"
#include "sextant/training/step_profile.h"

namespace sextant {

/// Seconds per StepPart.
class PartTimes {
 public:
  double& operator[](StepPart part) { return seconds_[static_cast<std::size_t>(part)]; }
  double operator[](StepPart part) const { return seconds_[static_cast<std::size_t>(part)]; }
  double total() const;
  PartTimes& operator+=(const PartTimes& other);
  friend PartTimes operator*(PartTimes times, double factor);

 private:
  std::array<double, kStepParts> seconds_{};
};

/// Work and transfers of one step, on streams. Operations of a stream run in the order in which
/// they were added; an operation starts when the one before it on its stream and all that it waits
/// for have ended.
///
/// Ranks that do the same at the same time are folded into one: a graph has one rank per pipeline
/// stage, standing for its tensor, context and data-parallel peers.
class OperationGraph {
 public:
  using OperationId = std::int32_t;
  static constexpr OperationId kNone = -1;
  static constexpr int kMaxWaits = 3;

  explicit OperationGraph(int ranks)
      : ranks_(ranks),
        first_on_stream_(stream_count(), kNone),
        last_on_stream_(stream_count(), kNone) {}

  /// Streams of a rank.
  enum class Stream : std::uint8_t { kCompute, kCollective, kSendForward, kSendBackward };
  static constexpr int kStreamsPerRank = 4;

  int ranks() const { return ranks_; }
  std::size_t size() const { return operations_.size(); }
  void reserve(std::size_t operations) { operations_.reserve(operations); }

  /// Registers the parts of an operation that runs many times; their sum is its duration.
  std::int32_t add_work(const PartTimes& parts);

  OperationId add(int rank, Stream stream, std::int32_t work, OperationId waits_for = kNone);
  /// Makes `operation` wait for another one; at most kMaxWaits in all.
  void wait(OperationId operation, OperationId waits_for);

  /// Runs the graph: start and end of every operation. Aborts on a cycle.
  struct Timeline {
    std::vector<double> start, end;
    double finish = 0.0;  ///< when the last compute stream ends
  };
  Timeline replay() const;

  /// Operations of a stream, in the order in which they run.
  std::vector<OperationId> on_stream(int rank, Stream stream) const;
  const PartTimes& parts_of(OperationId id) const {
    return works_[static_cast<std::size_t>(at(id).work)];
  }
  /// What an operation waits for besides the one before it on its stream; kNone fills up.
  const std::array<OperationId, kMaxWaits>& waits_of(OperationId id) const { return at(id).waits; }

  /// Attributes the step as the busiest rank spends it, the one that sets the pace of a pipeline,
  /// span by span: while its compute stream works, to the parts of the operation; while it waits,
  /// to what it waits for, following the chain of binding predecessors back in time: its own or
  /// another rank's collective and transfer to their parts, another rank's work to the pipeline
  /// bubble; and to the bubble what it waits for others at the end. Sums to the finish.
  PartTimes attribute(const Timeline& timeline) const;

 private:
  struct Operation {
    std::int32_t stream;
    std::int32_t work;
    OperationId previous, next;  ///< on the same stream
    std::array<OperationId, kMaxWaits> waits;
  };

  std::size_t stream_count() const { return static_cast<std::size_t>(ranks_) * kStreamsPerRank; }
  double duration(const Operation& operation) const {
    return work_totals_[static_cast<std::size_t>(operation.work)];
  }
  const Operation& at(OperationId id) const { return operations_[static_cast<std::size_t>(id)]; }
  OperationId binding_predecessor(const Timeline& timeline, OperationId id) const;
  int pace_setter(const Timeline& timeline) const;
  void attribute_gap(const Timeline& timeline, OperationId waiting, double from,
                     PartTimes& parts) const;

  int ranks_;
  std::vector<PartTimes> works_;
  std::vector<double> work_totals_;
  std::vector<Operation> operations_;
  std::vector<OperationId> first_on_stream_, last_on_stream_;
};

}  // namespace sextant

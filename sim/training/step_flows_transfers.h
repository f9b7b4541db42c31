#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "layer_work.h"
#include "rank_groups.h"
#include "sextant/network/flow_patterns.h"
#include "sextant/training/operation_label.h"
#include "sextant/training/step_flows.h"
#include "sextant/training/work_item.h"

namespace sextant {

/// How a transfer goes over the fabric.
enum class TransferWay : std::uint8_t {
  kRing,
  kTree,
  kNvls,
  kAllToAll,
  kToNextStage,
  kToPreviousStage
};

/// Transfers of one stage that do the same at the same time: of all groups of a kind, or of all
/// ranks of the stage to those of the next.
struct TransferSet {
  struct Key {
    RankGroup group = RankGroup::kWorld;
    TransferWay way = TransferWay::kRing;
    int stage = 0;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Instance {
    TransferPattern pattern;    ///< of one byte of an item
    std::vector<int> replicas;  ///< data-parallel indices of its ranks, ascending
  };

  Key key;
  std::vector<Instance> instances;  ///< those that leave a link domain
  int within = 0;                   ///< others, that do not
  double rate = 0.0;                ///< bytes of an item per second at most, in any use
  /// Bytes of items in one step, by operation kind: of each instance.
  std::array<double, EnumNames<OperationKind>::table.size()> bytes{};
};

/// A piece of an operation: work, then a transfer, if it has one.
struct FlowPiece {
  double seconds = 0.0;    ///< of work
  std::int32_t set = -1;   ///< of transfers; -1: none
  std::int32_t item = -1;  ///< of the operation's work, that is moved; the first of several
  double bytes = 0.0;      ///< of the item; times the instance's own: of a flow
  double moving = 0.0;     ///< seconds that this takes as the replay tier has it
};

/// The transfers of a job's step that leave a link domain, in sets of alike ones.
class StepTransfers {
 public:
  /// @pre all live as long as this
  StepTransfers(const Fabric& fabric, const FlowJob& job);
  StepTransfers(const StepTransfers&) = delete;  // the work model knows where `use_` is
  StepTransfers& operator=(const StepTransfers&) = delete;

  /// An operation of a stage as work and transfers that take turns; by themselves they take the
  /// `seconds` that the operation graph has for it. An operation whose items come several times, as
  /// those of a pass of many layers do, has up to kMostSlices turns.
  std::vector<FlowPiece> pieces(OperationKind kind, int stage, std::span<const WorkItem> items,
                                double seconds);
  static constexpr double kMostSlices = 8.0;

  /// Notes that an operation of the step has these pieces.
  void count(OperationKind kind, std::span<const FlowPiece> pieces);

  const std::vector<TransferSet>& sets() const { return sets_; }

 private:
  struct Move {
    std::int32_t set;
    double bytes;  ///< of one time of the item
  };
  std::optional<Move> move_of(const WorkItem& item, OperationKind kind, int stage);
  TransferWay way_of_all_reduce(const WorkItem& item) const;
  std::int32_t set_of(const TransferSet::Key& key);
  void add_collectives(TransferSet& set) const;
  void add_messages(TransferSet& set) const;
  TransferPattern pattern(TransferWay way, std::span<const Fabric::VertexId> ranks) const;
  bool leaves_link_domain(std::span<const Fabric::VertexId> ranks) const;
  int replica_of(int rank) const;
  int stage_ranks() const;

  const Fabric& fabric_;
  const FlowJob& job_;
  CollectiveUse use_;
  WorkModel model_;
  std::vector<std::int32_t> domain_of_;  ///< by vertex, of accelerators
  std::map<TransferSet::Key, std::int32_t> known_;
  std::vector<TransferSet> sets_;
};

/// Line rates of the fabric's links [B/s], raised where the calibration has seen more: links of a
/// kind inside the nodes to what one transfer takes through one of them at most; if that raises the
/// cards' lines, all of the network by the same factor.
std::vector<double> flow_capacities(const Fabric& fabric,
                                    std::span<const StepTransfers* const> jobs);

}  // namespace sextant

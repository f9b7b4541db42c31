#include "step_flows_activities.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <queue>
#include <utility>

#include "sextant/kernel/assert.h"

namespace sextant {
namespace {

using OperationId = OperationGraph::OperationId;
using Stream = OperationGraph::Stream;

constexpr std::array kStreams{Stream::kCompute, Stream::kCollective, Stream::kSendForward,
                              Stream::kSendBackward};

std::size_t at(OperationId id) { return static_cast<std::size_t>(id); }

void sort_out(std::vector<std::int32_t>& ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

}  // namespace

StepOrder::StepOrder(const OperationGraph& graph)
    : waits_(graph.size()),
      waits_count_(graph.size(), 0),
      stage_(graph.size(), 0),
      stream_(graph.size(), Stream::kCompute),
      last_(graph.size(), true) {
  std::vector<std::vector<OperationId>> then(graph.size());
  const auto wait = [&](OperationId id, OperationId other) {
    waits_[at(id)][waits_count_[at(id)]++] = other;
    then[at(other)].push_back(id);
    last_[at(other)] = false;
  };
  for (int rank = 0; rank < graph.ranks(); ++rank) {
    for (Stream stream : kStreams) {
      OperationId previous = OperationGraph::kNone;
      for (OperationId id : graph.on_stream(rank, stream)) {
        stage_[at(id)] = rank;
        stream_[at(id)] = stream;
        if (previous != OperationGraph::kNone) wait(id, previous);
        previous = id;
      }
    }
  }
  for (OperationId id = 0; at(id) < graph.size(); ++id) {
    for (OperationId other : graph.waits_of(id)) {
      if (other != OperationGraph::kNone) wait(id, other);
    }
  }
  std::vector<std::uint8_t> missing = waits_count_;
  for (OperationId id = 0; at(id) < graph.size(); ++id) {
    if (missing[at(id)] == 0) order_.push_back(id);
  }
  for (std::size_t next = 0; next < order_.size(); ++next) {
    for (OperationId id : then[at(order_[next])]) {
      if (--missing[at(id)] == 0) order_.push_back(id);
    }
  }
  SEXTANT_ASSERT(order_.size() == graph.size(), "{} of {} operations wait for one another",
                 graph.size() - order_.size(), graph.size());
}

std::span<const OperationId> StepOrder::waits_of(OperationId id) const {
  return {waits_[at(id)].data(), waits_count_[at(id)]};
}

StepPlan plan_step(const StepRecipe& recipe, StepTransfers& transfers) {
  StepPlan plan{StepOrder(recipe.graph), {}, {}, {}};
  std::map<std::pair<std::int32_t, double>, std::int32_t> known;
  for (OperationId id = 0; at(id) < recipe.graph.size(); ++id) {
    const OperationKind kind = recipe.labels[at(id)].kind;
    const double seconds = recipe.graph.parts_of(id).total();
    const auto [entry, is_new] = known.try_emplace({recipe.work_of[at(id)], seconds},
                                                   static_cast<std::int32_t>(plan.pieces.size()));
    if (is_new) {
      plan.pieces.push_back(transfers.pieces(kind, plan.order.stage(id), recipe.work(id), seconds));
    }
    plan.pieces_of.push_back(entry->second);
    plan.all_replicas.push_back(kind == OperationKind::kGradientNorm);
    transfers.count(kind, plan.of(id));
  }
  return plan;
}

std::int64_t count_activities(const StepPlan& plan, std::int64_t replicas) {
  std::int64_t count = 1;
  for (std::size_t i = 0; i < plan.pieces_of.size(); ++i) {
    for (const FlowPiece& piece : plan.of(static_cast<OperationId>(i))) {
      const bool both = replicas > 1 && piece.set >= 0 && piece.seconds > 0.0;
      count += both ? 2 * replicas : replicas;
    }
  }
  return count;
}

StepWriter::StepWriter(StepFlows& flows, std::int32_t job, const StepPlan& plan,
                       const std::vector<FlowLanes>& lanes, int replicas)
    : flows_(flows),
      job_(job),
      plan_(plan),
      lanes_(lanes),
      replicas_(replicas),
      all_(static_cast<std::size_t>(replicas)),
      last_(plan.pieces_of.size() * static_cast<std::size_t>(replicas), -1),
      open_(static_cast<std::size_t>(replicas)) {
  std::iota(all_.begin(), all_.end(), 0);
}

void StepWriter::add_steps(int steps) {
  for (step_ = 0; step_ < steps; ++step_) {
    for (OperationId id : plan_.order.order()) add_operation(id);
    add_end();
  }
}

std::int32_t& StepWriter::last(OperationId id, int replica) {
  return last_[at(id) * static_cast<std::size_t>(replicas_) + static_cast<std::size_t>(replica)];
}

StepWriter::Waits StepWriter::waits_of(OperationId id, int replica) const {
  Waits waits;
  for (OperationId other : plan_.order.waits_of(id)) {
    waits.push_back(
        last_[at(other) * static_cast<std::size_t>(replicas_) + static_cast<std::size_t>(replica)]);
  }
  if (waits.empty() && step_before_ >= 0) waits.push_back(step_before_);
  sort_out(waits);
  return waits;
}

void StepWriter::add_operation(OperationId id) {
  operation_ = id;
  for (int replica : all_) open_[static_cast<std::size_t>(replica)] = waits_of(id, replica);
  for (const FlowPiece& piece : plan_.of(id)) {
    if (plan_.all_replicas[at(id)]) {
      SEXTANT_ASSERT(piece.set < 0, "transfer {} of all ranks", piece.set);
      add_together(piece.seconds);
    } else {
      add_piece(piece);
    }
  }
  for (int replica : all_) {
    last(id, replica) = open_[static_cast<std::size_t>(replica)].front();
  }
}

void StepWriter::add_piece(const FlowPiece& piece) {
  if (piece.set < 0) {
    for (int replica : all_) add_alone(replica, piece.seconds);
    return;
  }
  const FlowLanes& lanes = lanes_[static_cast<std::size_t>(piece.set)];
  for (const FlowLane& lane : lanes.lanes) add_lane(piece, lane);
  for (int replica : all_) {
    if (lanes.of[static_cast<std::size_t>(replica)] >= 0) continue;
    add_alone(replica, piece.seconds + piece.moving);
  }
}

/// Work of one replica. Where streams only meet, and nothing else does, there is nothing to add.
void StepWriter::add_alone(int replica, double seconds) {
  Waits& open = open_[static_cast<std::size_t>(replica)];
  if (seconds <= 0.0 && open.size() == 1) return;
  const std::int32_t id = add(seconds, std::move(open), replica, -1);
  open.assign(1, id);
}

bool StepWriter::in_step(const std::vector<int>& replicas) const {
  const Waits& first = open_[static_cast<std::size_t>(replicas.front())];
  return replicas.size() == 1 ||
         (first.size() == 1 && std::all_of(replicas.begin(), replicas.end(), [&](int replica) {
            return open_[static_cast<std::size_t>(replica)] == first;
          }));
}

/// Each member does its work; the transfer starts when the last one has.
void StepWriter::add_lane(const FlowPiece& piece, const FlowLane& lane) {
  double work = piece.seconds;
  if (!in_step(lane.replicas) && work > 0.0) {
    for (int replica : lane.replicas) add_alone(replica, work);
    work = 0.0;
  }
  Waits waits;
  for (int replica : lane.replicas) {
    const Waits& open = open_[static_cast<std::size_t>(replica)];
    waits.insert(waits.end(), open.begin(), open.end());
  }
  sort_out(waits);
  const std::int32_t id = add(work, std::move(waits), lane.replicas.front(), piece.item);
  FlowProblem::Activity& activity = flows_.problem.activities.back();
  activity.pattern = lane.pattern;
  activity.bytes = piece.bytes * lane.bytes;
  activity.rate = activity.bytes / piece.moving;
  flows_.alone.back() += piece.moving;
  for (int replica : lane.replicas) open_[static_cast<std::size_t>(replica)].assign(1, id);
}

void StepWriter::add_together(double seconds) {
  Waits waits;
  for (const Waits& open : open_) waits.insert(waits.end(), open.begin(), open.end());
  sort_out(waits);
  const std::int32_t id = add(seconds, std::move(waits), 0, -1);
  for (Waits& open : open_) open.assign(1, id);
}

void StepWriter::add_end() {
  operation_ = -1;
  Waits waits;
  for (OperationId id : plan_.order.order()) {
    if (!plan_.order.is_last(id)) continue;
    for (int replica : all_) waits.push_back(last(id, replica));
  }
  sort_out(waits);
  step_before_ = add(0.0, std::move(waits), 0, -1);
}

std::int32_t StepWriter::add(double seconds, Waits waits, int replica, std::int32_t item) {
  const auto id = static_cast<std::int32_t>(flows_.problem.activities.size());
  FlowProblem::Activity activity;
  activity.seconds = seconds;
  activity.waits = std::move(waits);
  activity.waits.shrink_to_fit();
  flows_.problem.activities.push_back(std::move(activity));
  flows_.notes.push_back({job_, step_, operation_, item, replica});
  flows_.alone.push_back(seconds);
  return id;
}

}  // namespace sextant

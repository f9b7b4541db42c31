#include "step_flows_transfers.h"

#include <algorithm>
#include <cmath>

#include "sextant/kernel/assert.h"
#include "sextant/network/measured_collectives.h"

namespace sextant {
namespace {

using Kind = WorkItem::Kind;

/// Smaller ones are latency: their bytes do not matter on any link.
constexpr double kSmallestTransfer = 1024.0;
constexpr double kEqual = 1e-9;

bool is_transfer(Kind kind) {
  return kind == Kind::kAllReduce || kind == Kind::kReduceScatter || kind == Kind::kAllGather ||
         kind == Kind::kAllToAll || kind == Kind::kMessage;
}

/// The link switch above each accelerator, or one number for all of a node without any.
std::vector<std::int32_t> link_domains(const Fabric& fabric) {
  std::vector<std::int32_t> domains(static_cast<std::size_t>(fabric.vertices()), -1);
  for (Fabric::VertexId id = 0; id < fabric.vertices(); ++id) {
    const Fabric::Vertex& vertex = fabric.vertex(id);
    if (vertex.role != FabricRole::kAccelerator) continue;
    domains[static_cast<std::size_t>(id)] = fabric.vertices() + vertex.node;
  }
  for (Fabric::LinkId id = 0; id < fabric.links(); ++id) {
    const Fabric::Link& link = fabric.link(id);
    if (fabric.vertex(link.from).role != FabricRole::kAccelerator ||
        fabric.vertex(link.to).role != FabricRole::kLinkSwitch) {
      continue;
    }
    std::int32_t& domain = domains[static_cast<std::size_t>(link.from)];
    domain = std::min(domain, link.to);
  }
  return domains;
}

}  // namespace

StepTransfers::StepTransfers(const Fabric& fabric, const FlowJob& job)
    : fabric_(fabric),
      job_(job),
      model_(job.inputs, *job.calibration, use_),
      domain_of_(link_domains(fabric)) {
  SEXTANT_ASSERT(
      static_cast<std::int64_t>(job.placement.accelerators.size()) == job.inputs.accelerators,
      "{} ranks are placed, the job has {}", job.placement.accelerators.size(),
      job.inputs.accelerators);
}

int StepTransfers::stage_ranks() const {
  return static_cast<int>(job_.inputs.accelerators) / job_.inputs.layout.pipeline;
}

int StepTransfers::replica_of(int rank) const {
  return rank % stage_ranks() / (job_.inputs.layout.tensor * job_.inputs.layout.context);
}

bool StepTransfers::leaves_link_domain(std::span<const Fabric::VertexId> ranks) const {
  const auto domain = [&](Fabric::VertexId id) { return domain_of_[static_cast<std::size_t>(id)]; };
  return std::any_of(ranks.begin(), ranks.end(),
                     [&](Fabric::VertexId id) { return domain(id) != domain(ranks.front()); });
}

/// What the timer took: measured nodes know, else the faster of its two ways.
TransferWay StepTransfers::way_of_all_reduce(const WorkItem& item) const {
  const GroupPlacement group = RankGroups(job_.inputs).of(item.group);
  const auto measured = job_.calibration->collectives.find(job_.inputs.node.platform);
  if (measured == job_.calibration->collectives.end()) {
    WorkItem half = item;
    half.kind = Kind::kReduceScatter;
    const double ring = 2.0 * model_.time(half).si();
    return model_.time(item).si() < ring * (1.0 - kEqual) ? TransferWay::kTree : TransferWay::kRing;
  }
  if (group.nodes() <= 2) return TransferWay::kRing;  // on two nodes all ways load links alike
  switch (MeasuredCollectives(measured->second).algorithm(Bytes(item.bytes), group)) {
    case CollectiveAlgorithm::kTree:
      return TransferWay::kTree;
    case CollectiveAlgorithm::kNvlsTree:
      return TransferWay::kNvls;
    case CollectiveAlgorithm::kRing:
      break;
  }
  return TransferWay::kRing;
}

TransferPattern StepTransfers::pattern(TransferWay way,
                                       std::span<const Fabric::VertexId> ranks) const {
  const Bytes one(1.0);
  switch (way) {
    case TransferWay::kRing:
      return half_all_reduce_pattern(fabric_, ranks, one, FlowAlgorithm::kRing);
    case TransferWay::kTree:
      return all_reduce_pattern(fabric_, ranks, one, FlowAlgorithm::kTree);
    case TransferWay::kNvls:
      return all_reduce_pattern(fabric_, ranks, one, FlowAlgorithm::kNvls);
    case TransferWay::kAllToAll:
      return all_to_all_pattern(fabric_, ranks, one, true);
    case TransferWay::kToNextStage:
    case TransferWay::kToPreviousStage:
      break;
  }
  return message_pattern(fabric_, ranks.front(), ranks.back(), one);
}

void StepTransfers::add_collectives(TransferSet& set) const {
  const int from = set.key.stage * stage_ranks();
  const bool whole = set.key.group == RankGroup::kWorld;
  const int to = whole ? static_cast<int>(job_.inputs.accelerators) : from + stage_ranks();
  std::vector<bool> seen(static_cast<std::size_t>(job_.inputs.accelerators), false);
  for (int rank = from; rank < to; ++rank) {
    if (seen[static_cast<std::size_t>(rank)]) continue;
    std::vector<Fabric::VertexId> places;
    std::vector<int> replicas;
    for (int member : group_members(job_.inputs, set.key.group, rank)) {
      seen[static_cast<std::size_t>(member)] = true;
      places.push_back(job_.placement.of(member));
      replicas.push_back(replica_of(member));
    }
    if (!leaves_link_domain(places)) {
      ++set.within;
      continue;
    }
    std::sort(replicas.begin(), replicas.end());
    replicas.erase(std::unique(replicas.begin(), replicas.end()), replicas.end());
    set.instances.push_back({pattern(set.key.way, places), std::move(replicas)});
  }
}

/// To the same place of the next stage, or the one before; after the last comes the first again,
/// with its next chunk.
void StepTransfers::add_messages(TransferSet& set) const {
  const int stages = job_.inputs.layout.pipeline;
  const int step = set.key.way == TransferWay::kToNextStage ? 1 : stages - 1;
  const int other = (set.key.stage + step) % stages;
  for (int i = 0; i < stage_ranks(); ++i) {
    const int rank = set.key.stage * stage_ranks() + i;
    const std::array places{job_.placement.of(rank), job_.placement.of(other * stage_ranks() + i)};
    if (!leaves_link_domain(places)) {
      ++set.within;
    } else {
      set.instances.push_back({pattern(set.key.way, places), {replica_of(rank)}});
    }
  }
}

std::int32_t StepTransfers::set_of(const TransferSet::Key& key) {
  const auto [entry, is_new] = known_.try_emplace(key, static_cast<std::int32_t>(sets_.size()));
  if (is_new) {
    TransferSet set;
    set.key = key;
    const bool message =
        key.way == TransferWay::kToNextStage || key.way == TransferWay::kToPreviousStage;
    message ? add_messages(set) : add_collectives(set);
    sets_.push_back(std::move(set));
  }
  return entry->second;
}

std::optional<StepTransfers::Move> StepTransfers::move_of(const WorkItem& item, OperationKind kind,
                                                          int stage) {
  if (!is_transfer(item.kind) || item.bytes < kSmallestTransfer || item.seconds <= 0.0) {
    return std::nullopt;
  }
  TransferSet::Key key{item.group, TransferWay::kRing, stage};
  double bytes = item.bytes;
  if (item.kind == Kind::kAllToAll) key.way = TransferWay::kAllToAll;
  if (item.kind == Kind::kMessage) {
    key.way = kind == OperationKind::kSendActivations ? TransferWay::kToNextStage
                                                      : TransferWay::kToPreviousStage;
  }
  if (item.kind == Kind::kAllReduce) {
    key.way = way_of_all_reduce(item);
    if (key.way == TransferWay::kRing) bytes *= 2.0;  // a reduce-scatter and an all-gather
  }
  if (item.group == RankGroup::kEmbedding || item.group == RankGroup::kWorld) key.stage = 0;
  // First and last stage both have the operation: half of the bytes each.
  if (item.group == RankGroup::kEmbedding) bytes *= 0.5;
  const std::int32_t set = set_of(key);
  if (sets_[static_cast<std::size_t>(set)].instances.empty()) return std::nullopt;
  return Move{set, bytes};
}

std::vector<FlowPiece> StepTransfers::pieces(OperationKind kind, int stage,
                                             std::span<const WorkItem> items, double seconds) {
  std::vector<FlowPiece> moves;  // by set
  double times = 1.0, moving = 0.0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const WorkItem& item = items[i];
    const std::optional<Move> move = move_of(item, kind, stage);
    if (!move) continue;
    auto same = std::find_if(moves.begin(), moves.end(),
                             [&](const FlowPiece& other) { return other.set == move->set; });
    if (same == moves.end()) {
      same = moves.insert(moves.end(), {0.0, move->set, static_cast<std::int32_t>(i), 0.0, 0.0});
    }
    same->bytes += item.times * move->bytes;
    same->moving += item.times * item.seconds;
    moving += item.times * item.seconds;
    times = std::max(times, item.times);
  }
  if (moves.empty() || seconds <= 0.0) return {FlowPiece{std::max(0.0, seconds)}};

  double work = seconds - moving;
  double shorter = 1.0;
  if (work <= kEqual * seconds) {  // all of it, or the model hides some behind work
    shorter = seconds / moving;
    work = 0.0;
  }
  const double slices = work > 0.0 ? std::clamp(std::ceil(times - kEqual), 1.0, kMostSlices) : 1.0;
  std::vector<FlowPiece> pieces;
  for (double slice = 0.0; slice < slices; slice += 1.0) {
    for (std::size_t m = 0; m < moves.size(); ++m) {
      FlowPiece piece = moves[m];
      piece.seconds = m == 0 ? work / slices : 0.0;
      piece.bytes /= slices;
      piece.moving *= shorter / slices;
      pieces.push_back(piece);
    }
  }
  return pieces;
}

void StepTransfers::count(OperationKind kind, std::span<const FlowPiece> pieces) {
  for (const FlowPiece& piece : pieces) {
    if (piece.set < 0) continue;
    TransferSet& set = sets_[static_cast<std::size_t>(piece.set)];
    set.bytes[static_cast<std::size_t>(kind)] += piece.bytes;
    set.rate = std::max(set.rate, piece.bytes / piece.moving);
  }
}

namespace {

constexpr std::size_t kRoles = EnumNames<FabricRole>::table.size();

/// Lanes inside a node carry as much as its cards, which are what people look at: of equally narrow
/// links on the same way it shall be the card's line that is full.
constexpr double kBehindCard = 1.0 + 1e-6;

bool in_node(FabricRole role) { return role <= FabricRole::kCard; }

/// Most that one transfer takes through a link of each kind, relative to its line rate.
class RaisedLinks {
 public:
  explicit RaisedLinks(const Fabric& fabric) : fabric_(fabric) { needed_.fill(1.0); }

  void add(const TransferSet& set) {
    for (const TransferSet::Instance& instance : set.instances) {
      const double rate = set.rate * instance.pattern.bytes;
      for (const FlowLoad& load : instance.pattern.loads) {
        double& needed = needed_[kind(load.link)];
        needed = std::max(needed, load.flows * rate / fabric_.link(load.link).capacity.si());
      }
    }
  }

  double factor(Fabric::LinkId id) const {
    const auto [from, to] = roles(id);
    if (from == FabricRole::kStorage || to == FabricRole::kStorage) return 1.0;
    return in_node(from) && in_node(to) ? needed_[kind(id)] * kBehindCard : card_lines();
  }

 private:
  std::pair<FabricRole, FabricRole> roles(Fabric::LinkId id) const {
    const Fabric::Link& link = fabric_.link(id);
    return {fabric_.vertex(link.from).role, fabric_.vertex(link.to).role};
  }
  static std::size_t index(FabricRole from, FabricRole to) {
    return static_cast<std::size_t>(from) * kRoles + static_cast<std::size_t>(to);
  }
  std::size_t kind(Fabric::LinkId id) const {
    const auto [from, to] = roles(id);
    return index(from, to);
  }
  double card_lines() const {
    double most = 1.0;
    for (std::size_t role = 0; role < kRoles; ++role) {
      const auto other = static_cast<FabricRole>(role);
      if (in_node(other)) continue;
      most = std::max({most, needed_[index(FabricRole::kCard, other)],
                       needed_[index(other, FabricRole::kCard)]});
    }
    return most;
  }

  const Fabric& fabric_;
  std::array<double, kRoles * kRoles> needed_{};
};

}  // namespace

std::vector<double> flow_capacities(const Fabric& fabric,
                                    std::span<const StepTransfers* const> jobs) {
  RaisedLinks raised(fabric);
  for (const StepTransfers* job : jobs) {
    for (const TransferSet& set : job->sets()) raised.add(set);
  }
  std::vector<double> capacities;
  capacities.reserve(static_cast<std::size_t>(fabric.links()));
  for (Fabric::LinkId id = 0; id < fabric.links(); ++id) {
    capacities.push_back(fabric.link(id).capacity.si() * raised.factor(id));
  }
  return capacities;
}

}  // namespace sextant

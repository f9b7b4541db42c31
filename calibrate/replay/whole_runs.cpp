#include "calibrate/replay/whole_runs.h"

#include <algorithm>
#include <cmath>

#include "calibrate/comm/backend.h"
#include "sextant/kernel/assert.h"
#include "sextant/training/group_members.h"

namespace sextant::replay {
namespace {

constexpr std::size_t kElement = sizeof(float);

double whole(double count) { return std::max(1.0, std::round(count)); }

/// To the nearest multiple, at least one.
std::size_t rounded(double bytes, std::size_t granule) {
  const double pieces = std::round(bytes / static_cast<double>(granule));
  return static_cast<std::size_t>(std::max(1.0, pieces)) * granule;
}

/// FLOPs of fused attention, over those of attention that makes all scores.
double share_of_scores(const WorkItem& item) {
  const Gemm& g = item.gemm;
  return item.flops / (4.0 * g.batch * g.m * g.n * g.k);
}

Gemm whole_shape(const Gemm& gemm) {
  return {whole(gemm.m), whole(gemm.n), whole(gemm.k), whole(gemm.batch)};
}

}  // namespace

bool is_collective(WorkItem::Kind kind) {
  return kind == WorkItem::Kind::kAllReduce || kind == WorkItem::Kind::kReduceScatter ||
         kind == WorkItem::Kind::kAllGather || kind == WorkItem::Kind::kAllToAll;
}

ingest::Operation operation_of(WorkItem::Kind kind) {
  switch (kind) {
    case WorkItem::Kind::kReduceScatter:
      return ingest::Operation::kReduceScatter;
    case WorkItem::Kind::kAllGather:
      return ingest::Operation::kAllGather;
    case WorkItem::Kind::kAllToAll:
      return ingest::Operation::kAllToAll;
    case WorkItem::Kind::kAllReduce:
    case WorkItem::Kind::kGemm:
    case WorkItem::Kind::kStream:
    case WorkItem::Kind::kFusedAttention:
    case WorkItem::Kind::kMessage:
    case WorkItem::Kind::kHost:
    case WorkItem::Kind::kAllowance:
      break;
  }
  SEXTANT_ASSERT(kind == WorkItem::Kind::kAllReduce, "not a collective");
  return ingest::Operation::kAllReduce;
}

/// As many as are owed by now, rounded, less those that were given.
int RunPlanner::whole_times(const WorkItem& item) {
  const Gemm& g = item.gemm;
  Owed& owed =
      owed_[{item.kind, item.part, item.group, item.times, item.bytes, g.m, g.n, g.k, g.batch}];
  owed.times += item.times;
  const double times = std::round(owed.times) - owed.given;
  owed.given += times;
  return static_cast<int>(times);
}

std::size_t RunPlanner::whole_bytes(const WorkItem& item, double bytes) const {
  if (!is_collective(item.kind)) return rounded(bytes, kElement);
  const int stage_ranks = static_cast<int>(inputs_.accelerators) / inputs_.layout.pipeline;
  const auto ranks = group_members(inputs_, item.group, stage_ * stage_ranks).size();
  return rounded(bytes, comm::granule(operation_of(item.kind), static_cast<int>(ranks)));
}

std::vector<Run> RunPlanner::runs_of(const std::vector<WorkItem>& items) {
  std::vector<Run> runs;
  for (const WorkItem& item : items) {
    Run run{item, 1, 0};
    double bytes = item.bytes;
    if (item.kind == WorkItem::Kind::kAllowance) continue;
    if (item.kind == WorkItem::Kind::kHost) {
      run.item.seconds *= item.times;
    } else if (item.kind == WorkItem::Kind::kStream) {
      bytes *= item.times;
      run.item.kernels = std::round(item.kernels * item.times);
    } else if (is_collective(item.kind) && item.times >= 1.0) {
      run.times = static_cast<int>(std::round(item.times));
      bytes *= item.times / run.times;
    } else {
      if (item.kind == WorkItem::Kind::kFusedAttention) run.item.times *= share_of_scores(item);
      run.times = whole_times(run.item);
    }
    if (bytes > 0.0) run.bytes = whole_bytes(item, bytes);
    run.item.gemm = whole_shape(item.gemm);
    if (run.times > 0) runs.push_back(run);
  }
  return runs;
}

}  // namespace sextant::replay

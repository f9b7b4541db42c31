#include "sextant/training/operation_graph.h"

#include <algorithm>

#include "sextant/kernel/assert.h"

namespace sextant {

double PartTimes::total() const {
  double sum = 0.0;
  for (double seconds : seconds_) sum += seconds;
  return sum;
}

PartTimes& PartTimes::operator+=(const PartTimes& other) {
  for (std::size_t i = 0; i < seconds_.size(); ++i) seconds_[i] += other.seconds_[i];
  return *this;
}

PartTimes operator*(PartTimes times, double factor) {
  for (double& seconds : times.seconds_) seconds *= factor;
  return times;
}

std::int32_t OperationGraph::add_work(const PartTimes& parts) {
  works_.push_back(parts);
  work_totals_.push_back(parts.total());
  return static_cast<std::int32_t>(works_.size() - 1);
}

OperationGraph::OperationId OperationGraph::add(int rank, Stream stream, std::int32_t work,
                                                OperationId waits_for) {
  SEXTANT_ASSERT(rank >= 0 && rank < ranks_, "rank {} of {}", rank, ranks_);
  const std::int32_t index = rank * kStreamsPerRank + static_cast<std::int32_t>(stream);
  OperationId& last = last_on_stream_[static_cast<std::size_t>(index)];
  const auto id = static_cast<OperationId>(operations_.size());
  operations_.push_back({index, work, last, {waits_for, kNone, kNone}});
  last = id;
  return id;
}

void OperationGraph::wait(OperationId operation, OperationId waits_for) {
  for (OperationId& slot : operations_[static_cast<std::size_t>(operation)].waits) {
    if (slot != kNone) continue;
    slot = waits_for;
    return;
  }
  SEXTANT_ASSERT(false, "operation {} waits for more than {} others", operation, kMaxWaits);
}

OperationGraph::Timeline OperationGraph::replay() const {
  const std::size_t n = operations_.size();
  // Successors in compressed rows: counted, then filled.
  std::vector<std::int32_t> first(n + 1, 0), pending(n, 0);
  const auto for_each_predecessor = [this](std::size_t id, auto&& visit) {
    const Operation& operation = operations_[id];
    if (operation.previous != kNone) visit(operation.previous);
    for (OperationId other : operation.waits) {
      if (other != kNone) visit(other);
    }
  };
  for (std::size_t id = 0; id < n; ++id) {
    for_each_predecessor(id, [&](OperationId other) {
      ++first[static_cast<std::size_t>(other) + 1];
      ++pending[id];
    });
  }
  for (std::size_t id = 0; id < n; ++id) first[id + 1] += first[id];
  std::vector<OperationId> successors(static_cast<std::size_t>(first[n]));
  std::vector<std::int32_t> fill(first.begin(), first.end() - 1);
  for (std::size_t id = 0; id < n; ++id) {
    for_each_predecessor(id, [&](OperationId other) {
      successors[static_cast<std::size_t>(fill[static_cast<std::size_t>(other)]++)] =
          static_cast<OperationId>(id);
    });
  }

  Timeline timeline;
  timeline.start.assign(n, 0.0);
  timeline.end.assign(n, 0.0);
  std::vector<OperationId> ready;
  for (std::size_t id = 0; id < n; ++id) {
    if (pending[id] == 0) ready.push_back(static_cast<OperationId>(id));
  }
  std::size_t done = 0;
  while (!ready.empty()) {
    const auto id = static_cast<std::size_t>(ready.back());
    ready.pop_back();
    ++done;
    const double end = timeline.start[id] + duration(operations_[id]);
    timeline.end[id] = end;
    for (std::int32_t i = first[id]; i < first[id + 1]; ++i) {
      const auto next = static_cast<std::size_t>(successors[static_cast<std::size_t>(i)]);
      timeline.start[next] = std::max(timeline.start[next], end);
      if (--pending[next] == 0) ready.push_back(static_cast<OperationId>(next));
    }
  }
  SEXTANT_ASSERT(done == n, "{} of {} operations wait for one another", n - done, n);

  for (int rank = 0; rank < ranks_; ++rank) {
    const OperationId last = last_on_stream_[static_cast<std::size_t>(rank * kStreamsPerRank)];
    if (last == kNone) continue;
    const double end = timeline.end[static_cast<std::size_t>(last)];
    if (end > timeline.finish) {
      timeline.finish = end;
      timeline.last_rank = rank;
    }
  }
  return timeline;
}

OperationGraph::OperationId OperationGraph::binding_predecessor(const Timeline& timeline,
                                                                OperationId id) const {
  const Operation& operation = at(id);
  OperationId binding = operation.previous;
  double latest = binding == kNone ? -1.0 : timeline.end[static_cast<std::size_t>(binding)];
  for (OperationId other : operation.waits) {
    if (other == kNone) continue;
    const double end = timeline.end[static_cast<std::size_t>(other)];
    if (end > latest) {
      latest = end;
      binding = other;
    }
  }
  return binding;
}

void OperationGraph::attribute_gap(const Timeline& timeline, OperationId waiting, double from,
                                   PartTimes& parts) const {
  OperationId id = binding_predecessor(timeline, waiting);
  double to = timeline.start[static_cast<std::size_t>(waiting)];
  while (to > from && id != kNone) {
    const double begin = std::max(timeline.start[static_cast<std::size_t>(id)], from);
    const Operation& operation = at(id);
    if (operation.stream % kStreamsPerRank == static_cast<int>(Stream::kCompute)) {
      parts[StepPart::kPipelineBubble] += to - begin;
    } else if (const double length = duration(operation); length > 0.0) {
      parts += works_[static_cast<std::size_t>(operation.work)] * ((to - begin) / length);
    }
    to = begin;
    id = binding_predecessor(timeline, id);
  }
  parts[StepPart::kOther] += std::max(0.0, to - from);
}

PartTimes OperationGraph::attribute(const Timeline& timeline) const {
  PartTimes parts;
  OperationId id = last_on_stream_[static_cast<std::size_t>(timeline.last_rank * kStreamsPerRank)];
  while (id != kNone) {
    const Operation& operation = at(id);
    parts += works_[static_cast<std::size_t>(operation.work)];
    const double from = operation.previous == kNone
                            ? 0.0
                            : timeline.end[static_cast<std::size_t>(operation.previous)];
    if (timeline.start[static_cast<std::size_t>(id)] > from) {
      attribute_gap(timeline, id, from, parts);
    }
    id = operation.previous;
  }
  return parts;
}

}  // namespace sextant

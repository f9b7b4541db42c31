#include "sextant/training/operation_graph.h"

#include <algorithm>
#include <numeric>

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
  operations_.push_back({index, work, last, kNone, {waits_for, kNone, kNone}});
  if (last == kNone) {
    first_on_stream_[static_cast<std::size_t>(index)] = id;
  } else {
    operations_[static_cast<std::size_t>(last)].next = id;
  }
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

std::vector<OperationGraph::OperationId> OperationGraph::on_stream(int rank, Stream stream) const {
  std::vector<OperationId> ids;
  const int index = rank * kStreamsPerRank + static_cast<int>(stream);
  OperationId id = first_on_stream_[static_cast<std::size_t>(index)];
  for (; id != kNone; id = at(id).next) ids.push_back(id);
  return ids;
}

/// Runs every stream as far as it goes; one that must wait is put down at the operation that it
/// waits for, and taken up again when that has run. Every operation is visited once.
OperationGraph::Timeline OperationGraph::replay() const {
  const std::size_t n = operations_.size();
  constexpr double kNotRun = -1.0;
  Timeline timeline;
  timeline.start.assign(n, 0.0);
  timeline.end.assign(n, kNotRun);
  std::vector<std::int32_t> waiting(n, kNone);  // first stream put down at an operation …
  std::vector<std::int32_t> also_waiting(stream_count(), kNone);  // … and the one after a stream
  std::vector<OperationId> next_of(first_on_stream_);
  std::vector<std::int32_t> streams(stream_count());
  std::iota(streams.rbegin(), streams.rend(), 0);

  std::size_t done = 0;
  while (!streams.empty()) {
    const auto stream = static_cast<std::size_t>(streams.back());
    streams.pop_back();
    OperationId& id = next_of[stream];
    for (; id != kNone; id = at(id).next) {
      const auto here = static_cast<std::size_t>(id);
      const Operation& operation = operations_[here];
      double start = operation.previous == kNone
                         ? 0.0
                         : timeline.end[static_cast<std::size_t>(operation.previous)];
      OperationId missing = kNone;
      for (OperationId other : operation.waits) {
        if (other == kNone) break;
        const double end = timeline.end[static_cast<std::size_t>(other)];
        if (end == kNotRun) missing = other;
        start = std::max(start, end);
      }
      if (missing != kNone) {
        std::int32_t& first = waiting[static_cast<std::size_t>(missing)];
        also_waiting[stream] = first;
        first = static_cast<std::int32_t>(stream);
        break;
      }
      timeline.start[here] = start;
      timeline.end[here] = start + duration(operation);
      ++done;
      for (std::int32_t other = waiting[here]; other != kNone;
           other = also_waiting[static_cast<std::size_t>(other)]) {
        streams.push_back(other);
      }
    }
  }
  SEXTANT_ASSERT(done == n, "{} of {} operations wait for one another", n - done, n);

  for (int rank = 0; rank < ranks_; ++rank) {
    const OperationId last = last_on_stream_[static_cast<std::size_t>(rank * kStreamsPerRank)];
    if (last == kNone) continue;
    const double end = timeline.end[static_cast<std::size_t>(last)];
    timeline.finish = std::max(timeline.finish, end);
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
      parts += parts_of(id) * ((to - begin) / length);
    }
    to = begin;
    id = binding_predecessor(timeline, id);
  }
  parts[StepPart::kOther] += std::max(0.0, to - from);
}

/// Of ranks that are equally busy, the last to end.
int OperationGraph::pace_setter(const Timeline& timeline) const {
  std::vector<double> busy(static_cast<std::size_t>(ranks_), 0.0);
  for (const Operation& operation : operations_) {
    if (operation.stream % kStreamsPerRank != static_cast<int>(Stream::kCompute)) continue;
    busy[static_cast<std::size_t>(operation.stream / kStreamsPerRank)] += duration(operation);
  }
  constexpr double kEqual = 0.999;
  const double most = *std::max_element(busy.begin(), busy.end());
  int setter = 0;
  double latest = -1.0;
  for (int rank = 0; rank < ranks_; ++rank) {
    const OperationId last = last_on_stream_[static_cast<std::size_t>(rank * kStreamsPerRank)];
    if (last == kNone || busy[static_cast<std::size_t>(rank)] < kEqual * most) continue;
    const double end = timeline.end[static_cast<std::size_t>(last)];
    if (end <= latest) continue;
    latest = end;
    setter = rank;
  }
  return setter;
}

PartTimes OperationGraph::attribute(const Timeline& timeline) const {
  PartTimes parts;
  OperationId id =
      last_on_stream_[static_cast<std::size_t>(pace_setter(timeline) * kStreamsPerRank)];
  if (id == kNone) return parts;
  parts[StepPart::kPipelineBubble] += timeline.finish - timeline.end[static_cast<std::size_t>(id)];
  while (id != kNone) {
    const Operation& operation = at(id);
    parts += parts_of(id);
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

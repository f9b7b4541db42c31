#include "calibrate/replay/measured_step.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "calibrate/replay/rank_program.h"
#include "sextant/training/group_members.h"

namespace sextant::replay {
namespace {

using OperationId = OperationGraph::OperationId;
using Stream = OperationGraph::Stream;

constexpr std::size_t kFields = 2 + kStepParts;  ///< of an OperationTime, as numbers

struct Place {
  int rank = 0;
  Stream stream = Stream::kCompute;
  OperationId previous = OperationGraph::kNone;
};

std::vector<Place> places_in(const OperationGraph& graph) {
  std::vector<Place> places(graph.size());
  for (int rank = 0; rank < graph.ranks(); ++rank) {
    for (Stream stream : kStreams) {
      OperationId previous = OperationGraph::kNone;
      for (OperationId id : graph.on_stream(rank, stream)) {
        places[static_cast<std::size_t>(id)] = {rank, stream, previous};
        previous = id;
      }
    }
  }
  return places;
}

bool is_message(OperationKind kind) {
  return kind == OperationKind::kSendActivations || kind == OperationKind::kSendGradients;
}

void write_times(const RankProgram& program, const RankStep& step, std::vector<double>& values) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    for (std::size_t i = 0; i < step.lanes[lane].size(); ++i) {
      const OperationTime& time = step.lanes[lane][i];
      const auto id = static_cast<std::size_t>(program.lanes[lane][i].operation);
      double* const to = values.data() + id * kFields;
      to[0] = time.start_s;
      to[1] = time.end_s;
      for (std::size_t part = 0; part < kStepParts; ++part) {
        to[2 + part] = time.parts[static_cast<StepPart>(part)];
      }
    }
  }
}

OperationTime read_time(const double* from) {
  OperationTime time{from[0], from[1], {}};
  for (std::size_t part = 0; part < kStepParts; ++part) {
    time.parts[static_cast<StepPart>(part)] = from[2 + part];
  }
  return time;
}

/// Puts measured times into the folded graph.
class Folding {
 public:
  Folding(const StepRecipe& recipe, const std::vector<OperationTime>& times)
      : recipe_(recipe),
        folded_(recipe.graph),
        times_(times),
        places_(places_in(folded_)),
        step_{OperationGraph(folded_.ranks()), {}} {}

  MeasuredStep fold() {
    set_ends();
    set_starts();
    for (std::size_t i = 0; i < times_.size(); ++i) {
      const auto id = static_cast<OperationId>(i);
      step_.graph.add(places_[i].rank, places_[i].stream, step_.graph.add_work(parts(i)));
      for (OperationId other : folded_.waits_of(id)) {
        if (other != OperationGraph::kNone) step_.graph.wait(id, other);
      }
    }
    for (int rank = 0; rank < folded_.ranks(); ++rank) {
      const OperationId last = folded_.on_stream(rank, Stream::kCompute).back();
      step_.timeline.finish = std::max(step_.timeline.finish, end(last));
    }
    return std::move(step_);
  }

 private:
  OperationKind kind(std::size_t i) const { return recipe_.labels[i].kind; }
  double end(OperationId id) const { return step_.timeline.end[static_cast<std::size_t>(id)]; }

  /// When everything has ended that an operation waits for.
  double ready(std::size_t i) const {
    double ready = 0.0;
    const auto after = [&](OperationId other) {
      if (other != OperationGraph::kNone) ready = std::max(ready, end(other));
    };
    after(places_[i].previous);
    for (OperationId other : folded_.waits_of(static_cast<OperationId>(i))) after(other);
    return ready;
  }

  /// Joins are no work. They, and the norm, wait for operations before them only, some of them on
  /// other ranks, whose clocks may differ a little.
  void set_ends() {
    for (std::size_t i = 0; i < times_.size(); ++i) {
      double end = std::max(times_[i].start_s, times_[i].end_s);
      if (kind(i) == OperationKind::kJoin) end = ready(i);
      if (kind(i) == OperationKind::kGradientNorm) end = std::max(end, ready(i));
      step_.timeline.end.push_back(end);
    }
  }

  void set_starts() {
    double tied = 0.0;
    for (std::size_t i = 0; i < times_.size(); ++i) {
      if (kind(i) == OperationKind::kReduceTiedEmbeddings) tied = std::max(tied, times_[i].start_s);
    }
    for (std::size_t i = 0; i < times_.size(); ++i) {
      double start = ready(i);
      if (kind(i) == OperationKind::kReduceTiedEmbeddings) start = std::max(start, tied);
      step_.timeline.start.push_back(std::min(start, step_.timeline.end[i]));
    }
  }

  /// They sum to what the operation takes.
  PartTimes parts(std::size_t i) const {
    const double seconds = step_.timeline.end[i] - step_.timeline.start[i];
    PartTimes parts;
    if (is_message(kind(i))) {
      parts[StepPart::kPipelineTransfer] = seconds;
    } else if (kind(i) == OperationKind::kReduceTiedEmbeddings) {
      parts[StepPart::kDataParallel] = seconds;
    } else if (kind(i) == OperationKind::kGradientNorm) {  // begins when all ranks are there
      const double together = std::max(0.0, step_.timeline.end[i] - times_[i].start_s);
      parts[StepPart::kDataParallel] = std::min(together, seconds);
      parts[StepPart::kOther] = seconds - parts[StepPart::kDataParallel];
    } else if (kind(i) != OperationKind::kJoin) {
      parts = times_[i].parts;
      const double items = parts.total();
      if (items > seconds) return parts * (seconds / items);
      parts[StepPart::kOther] += seconds - items;
    }
    return parts;
  }

  const StepRecipe& recipe_;
  const OperationGraph& folded_;
  const std::vector<OperationTime>& times_;
  std::vector<Place> places_;
  MeasuredStep step_;
};

}  // namespace

MeasuredStep measured_step(const StepRecipe& recipe, const std::vector<OperationTime>& times) {
  return Folding(recipe, times).fold();
}

std::vector<OperationTime> times_of_slowest(const comm::World& world, const StepInputs& inputs,
                                            const RankProgram& program, const RankStep& mine,
                                            std::size_t operations) {
  std::vector<double> ends(static_cast<std::size_t>(world.size()));
  ends[static_cast<std::size_t>(world.rank())] = mine.end_s;
  world.largest(ends);
  const auto slowest = std::max_element(ends.begin(), ends.end()) - ends.begin();
  const std::vector<int> chosen =
      group_members(inputs, RankGroup::kPipeline, static_cast<int>(slowest));

  // The largest of all ranks' values: nothing is below zero, and ranks that were not chosen, or
  // have no part in an operation, give zeros.
  std::vector<double> values(operations * kFields);
  if (std::binary_search(chosen.begin(), chosen.end(), world.rank())) {
    write_times(program, mine, values);
  }
  world.largest(values);
  std::vector<OperationTime> times(operations);
  for (std::size_t i = 0; i < times.size(); ++i) times[i] = read_time(values.data() + i * kFields);
  return times;
}

std::vector<StageTimes> stage_times(const OperationGraph& graph,
                                    const OperationGraph::Timeline& timeline) {
  std::vector<StageTimes> stages;
  for (int rank = 0; rank < graph.ranks(); ++rank) {
    StageTimes& stage = stages.emplace_back();
    for (OperationId id : graph.on_stream(rank, Stream::kCompute))
      stage.parts += graph.parts_of(id);
    stage.waiting_s = timeline.finish - stage.parts.total();
  }
  return stages;
}

}  // namespace sextant::replay

#include "src/pages/step_picture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "src/pages/html_page.h"

namespace sextant::pages {
namespace {

using Json = nlohmann::ordered_json;
using OperationId = OperationGraph::OperationId;
using Stream = OperationGraph::Stream;

/// In the order of their lanes.
constexpr std::array kStreams{std::pair{Stream::kCompute, "compute"},
                              std::pair{Stream::kCollective, "collectives"},
                              std::pair{Stream::kSendForward, "send forward"},
                              std::pair{Stream::kSendBackward, "send backward"}};

std::int64_t nanoseconds(double seconds) { return std::llround(seconds * 1e9); }

/// Operations of a stream that take time.
std::vector<OperationId> timed(const StepTrace& trace, int rank, Stream stream) {
  std::vector<OperationId> ids = trace.graph.on_stream(rank, stream);
  std::erase_if(ids, [&](OperationId id) {
    const auto at = static_cast<std::size_t>(id);
    return nanoseconds(trace.timeline.end[at]) <= nanoseconds(trace.timeline.start[at]);
  });
  return ids;
}

class StepDrawing {
 public:
  explicit StepDrawing(const StepTrace& trace) : trace_(trace) {}

  Json draw(std::size_t most) {
    const std::vector<int> ranks = ranks_to_draw(most);
    const std::size_t together = (operations_ + most - 1) / most;
    Json lanes = Json::array();
    for (const auto& [stream, name] : kStreams) {
      for (const int rank : ranks) {
        const std::vector<OperationId> ids = timed(trace_, rank, stream);
        if (ids.empty()) continue;
        lanes.push_back({{"stage", rank}, {"stream", name}});
        lanes.back().update(together > 1 ? blocks(ids, together) : operations(ids));
      }
    }
    Json stages = Json::array();
    for (int rank = 0; rank < trace_.graph.ranks(); ++rank) stages.push_back(stage(rank));
    return {{"time_s", trace_.timeline.finish}, {"together", together},
            {"kinds", names<OperationKind>()},  {"parts", names<StepPart>()},
            {"shapes", std::move(shapes_)},     {"lanes", std::move(lanes)},
            {"stages", std::move(stages)}};
  }

 private:
  template <typename Enum>
  static Json names() {
    Json list = Json::array();
    for (const auto& [value, name] : EnumNames<Enum>::table) list.push_back(name);
    return list;
  }

  /// All of them, or as many as fit, evenly from the first to the last; two at least.
  std::vector<int> ranks_to_draw(std::size_t most) {
    const int ranks = trace_.graph.ranks();
    std::size_t all = 0;
    for (int rank = 0; rank < ranks; ++rank) all += count(rank);
    const auto fit = static_cast<int>(most * static_cast<std::size_t>(ranks) / std::max(all, most));
    const int drawn = std::min(ranks, std::max(2, fit));
    std::vector<int> chosen;
    operations_ = 0;
    for (int i = 0; i < drawn; ++i) {
      chosen.push_back(drawn == 1 ? 0 : i * (ranks - 1) / (drawn - 1));
      operations_ += count(chosen.back());
    }
    return chosen;
  }

  std::size_t count(int rank) const {
    std::size_t operations = 0;
    for (const auto& [stream, name] : kStreams) operations += timed(trace_, rank, stream).size();
    return operations;
  }

  double start(OperationId id) const { return trace_.timeline.start[static_cast<std::size_t>(id)]; }
  double end(OperationId id) const { return trace_.timeline.end[static_cast<std::size_t>(id)]; }
  const OperationLabel& label(OperationId id) const {
    return trace_.labels[static_cast<std::size_t>(id)];
  }

  /// Each operation by itself. What is rounded away of one is made up for before the next.
  Json operations(const std::vector<OperationId>& ids) {
    Json gap = Json::array(), shape = Json::array(), microbatch = Json::array();
    std::int64_t clock = 0;
    for (const OperationId id : ids) {
      const std::int64_t wait = std::max<std::int64_t>(0, nanoseconds(start(id)) - clock);
      const auto [index, duration] = shape_of(id);
      clock += wait + duration;
      gap.push_back(wait);
      shape.push_back(index);
      microbatch.push_back(label(id).microbatch);
    }
    return {{"gap", std::move(gap)},
            {"shape", std::move(shape)},
            {"microbatch", std::move(microbatch)}};
  }

  /// The shape's index and its duration.
  std::pair<std::size_t, std::int64_t> shape_of(OperationId id) {
    const OperationLabel& what = label(id);
    const PartTimes& parts = trace_.graph.parts_of(id);
    const std::int64_t duration = nanoseconds(parts.total());
    Json times = Json::array();
    for (const auto& [part, name] : EnumNames<StepPart>::table) {
      const std::int64_t time = nanoseconds(parts[part]);
      if (time > 0) times.insert(times.end(), {Json(static_cast<int>(part)), Json(time)});
    }
    Json shape = {
        static_cast<int>(what.kind), what.chunk, what.layer, what.to, duration, std::move(times)};
    const auto [known, added] = known_.try_emplace(shape.dump(), shapes_.size());
    if (added) shapes_.push_back(std::move(shape));
    return {known->second, duration};
  }

  /// Runs of `together` neighbours.
  Json blocks(const std::vector<OperationId>& ids, std::size_t together) const {
    Json gap = Json::array(), duration = Json::array(), kind = Json::array(), busy = Json::array();
    std::int64_t clock = 0;
    for (std::size_t first = 0; first < ids.size(); first += together) {
      const std::size_t last = std::min(ids.size(), first + together) - 1;
      std::map<OperationKind, double> times;
      double all = 0.0;
      for (std::size_t i = first; i <= last; ++i) {
        times[label(ids[i]).kind] += end(ids[i]) - start(ids[i]);
        all += end(ids[i]) - start(ids[i]);
      }
      const auto most =
          std::max_element(times.begin(), times.end(),
                           [](const auto& a, const auto& b) { return a.second < b.second; });
      const std::int64_t from = std::max(clock, nanoseconds(start(ids[first])));
      const std::int64_t to = std::max(from, nanoseconds(end(ids[last])));
      gap.push_back(from - clock);
      duration.push_back(to - from);
      kind.push_back(static_cast<int>(most->first));
      busy.push_back(nanoseconds(all));
      clock = to;
    }
    return {{"gap", std::move(gap)},
            {"duration", std::move(duration)},
            {"kind", std::move(kind)},
            {"busy", std::move(busy)}};
  }

  /// What the compute stream does, by part, and while it waits.
  Json stage(int rank) const {
    PartTimes parts;
    double clock = 0.0, with_collectives = 0.0, without = 0.0;
    const std::vector<OperationId> collectives = timed(trace_, rank, Stream::kCollective);
    const auto wait_until = [&](double time) {
      if (time <= clock) return;
      const double under_way = overlap(collectives, clock, time);
      with_collectives += under_way;
      without += time - clock - under_way;
    };
    for (const OperationId id : trace_.graph.on_stream(rank, Stream::kCompute)) {
      wait_until(start(id));
      parts += trace_.graph.parts_of(id);
      clock = end(id);
    }
    wait_until(trace_.timeline.finish);
    Json times = Json::array();
    for (const auto& [part, name] : EnumNames<StepPart>::table) {
      times.push_back(for_drawing(parts[part]));
    }
    return {{"parts", std::move(times)},
            {"waiting", {for_drawing(with_collectives), for_drawing(without)}}};
  }

  /// Of the time from `begin` to `end`, how much the operations take; they do not overlap.
  double overlap(const std::vector<OperationId>& ids, double begin, double end_) const {
    auto at = std::partition_point(ids.begin(), ids.end(),
                                   [&](OperationId id) { return end(id) <= begin; });
    double sum = 0.0;
    for (; at != ids.end() && start(*at) < end_; ++at) {
      sum += std::min(end_, end(*at)) - std::max(begin, start(*at));
    }
    return sum;
  }

  const StepTrace& trace_;
  std::size_t operations_ = 0;                ///< of the ranks that are drawn
  std::map<std::string, std::size_t> known_;  ///< shapes, as text
  Json shapes_ = Json::array();
};

}  // namespace

Json step_picture(const StepTrace& trace, std::size_t most) {
  return StepDrawing(trace).draw(most);
}

}  // namespace sextant::pages

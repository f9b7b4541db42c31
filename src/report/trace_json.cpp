#include "src/report/trace_json.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>

#include <fmt/format.h>

#include "src/report/trace_events.h"

namespace sextant::report {
namespace {

using OperationId = OperationGraph::OperationId;
using Stream = OperationGraph::Stream;

struct StreamName {
  Stream stream;
  const char* name;
};
/// In the order of their rows.
constexpr std::array kStreams{StreamName{Stream::kCompute, "compute"},
                              StreamName{Stream::kCollective, "collectives"},
                              StreamName{Stream::kSendForward, "send forward"},
                              StreamName{Stream::kSendBackward, "send backward"}};

/// Categories, by which viewers filter.
const char* category(OperationKind kind) {
  switch (kind) {
    case OperationKind::kForward:
      return "forward";
    case OperationKind::kBackward:
    case OperationKind::kWeightGradients:
      return "backward";
    case OperationKind::kGatherParameters:
    case OperationKind::kReduceGradients:
    case OperationKind::kReduceTiedEmbeddings:
    case OperationKind::kGradientNorm:
      return "data_parallel";
    case OperationKind::kSendActivations:
    case OperationKind::kSendGradients:
      return "pipeline";
    case OperationKind::kOptimizer:
      return "optimizer";
    case OperationKind::kJoin:
      break;
  }
  return "join";
}

/// Times are rounded once, as points: what ends where another begins still does.
std::int64_t nanoseconds(double seconds) { return std::llround(seconds * 1e9); }

class TraceWriter {
 public:
  TraceWriter(std::ostream& out, const StepTrace& trace) : events_(out), trace_(trace) {}

  void write(const TraceNotes& notes) {
    events_.open(notes);
    for (int rank = 0; rank < trace_.graph.ranks(); ++rank) write_rank(rank);
    events_.close();
  }

 private:
  void write_rank(int rank) {
    events_.name("process", rank, 0, "pipeline rank", rank);
    for (std::size_t thread = 0; thread < kStreams.size(); ++thread) {
      write_stream(rank, static_cast<int>(thread));
    }
  }

  /// A stream without work has no row.
  void write_stream(int rank, int thread) {
    const StreamName& stream = kStreams[static_cast<std::size_t>(thread)];
    bool named = false;
    for (const OperationId id : trace_.graph.on_stream(rank, stream.stream)) {
      if (!takes_time(id)) continue;
      if (!named) events_.name("thread", rank, thread, stream.name, thread);
      named = true;
      write_operation(id, rank, thread);
    }
  }

  std::int64_t start(OperationId id) const {
    return nanoseconds(trace_.timeline.start[static_cast<std::size_t>(id)]);
  }
  std::int64_t end(OperationId id) const {
    return nanoseconds(trace_.timeline.end[static_cast<std::size_t>(id)]);
  }
  bool takes_time(OperationId id) const { return end(id) > start(id); }
  const OperationLabel& label(OperationId id) const {
    return trace_.labels[static_cast<std::size_t>(id)];
  }

  static bool is_transfer(OperationKind kind) {
    return kind == OperationKind::kSendActivations || kind == OperationKind::kSendGradients;
  }

  void write_operation(OperationId id, int rank, int thread) {
    const OperationKind kind = label(id).kind;
    events_.begin("X", rank, thread, operation_name(label(id)));
    events_.add("cat", fmt::format(R"("{}")", category(kind)));
    events_.add("ts", microseconds(start(id)));
    events_.add("dur", microseconds(end(id) - start(id)));
    events_.add("args", arguments(id));
    events_.end();
    if (is_transfer(kind)) write_flow("s", id, start(id), rank, thread);
    for (const OperationId other : trace_.graph.waits_of(id)) {
      if (other == OperationGraph::kNone) break;
      if (is_transfer(label(other).kind) && takes_time(other)) {
        write_flow("f", other, start(id), rank, thread);
      }
    }
  }

  /// One end of the arrow that a transfer makes: it belongs to the operation around `at`.
  void write_flow(const char* phase, OperationId transfer, std::int64_t at, int rank, int thread) {
    events_.begin(phase, rank, thread, enum_name(label(transfer).kind));
    events_.add("cat", R"("pipeline")");
    events_.add("ts", microseconds(at));
    events_.add("id", fmt::format("{}", transfer));
    events_.add("bp", R"("e")");
    events_.end();
  }

  /// What the operation is of, and its time by part, in microseconds.
  std::string arguments(OperationId id) const {
    std::string text;
    const auto add = [&](std::string_view name, const std::string& value) {
      text += fmt::format("{}\"{}\": {}", text.empty() ? "" : ", ", name, value);
    };
    const OperationLabel& what = label(id);
    if (what.microbatch >= 0) add("microbatch", fmt::format("{}", what.microbatch));
    if (what.chunk >= 0) add("chunk", fmt::format("{}", what.chunk));
    if (what.layer >= 0) add("layer", fmt::format("{}", what.layer));
    if (what.to >= 0) add("to_layer", fmt::format("{}", what.to));
    for (const auto& [part, name] : EnumNames<StepPart>::table) {
      const std::int64_t time = nanoseconds(trace_.graph.parts_of(id)[part]);
      if (time > 0) add(fmt::format("{}_us", name), microseconds(time));
    }
    return "{" + text + "}";
  }

  TraceEvents events_;
  const StepTrace& trace_;
};

}  // namespace

void write_trace(std::ostream& out, const StepTrace& trace, const TraceNotes& notes) {
  TraceWriter(out, trace).write(notes);
}

}  // namespace sextant::report

#pragma once

#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "sextant/training/step_trace.h"

namespace sextant::report {

/// What the trace is of, as name and value: shown by viewers beside it.
using TraceNotes = std::vector<std::pair<std::string, std::string>>;

/// Writes the timeline of a step in the trace event format, which ui.perfetto.dev and
/// chrome://tracing open. A process is a pipeline rank, a thread one of its streams; times are in
/// microseconds, to the nanosecond. Every operation that takes time is a complete event ("X") whose
/// args say what it is of and how long it spends on each part of the step; a transfer between
/// ranks begins a flow ("s") that ends ("f") at the pass that waits for it.
///
/// Event by event, so that its size is limited by the stream only.
/// @source Trace Event Format,
/// docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
void write_trace(std::ostream& out, const StepTrace& trace, const TraceNotes& notes);

}  // namespace sextant::report

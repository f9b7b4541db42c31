#pragma once

#include <cstdint>
#include <ostream>

#include "sextant/governance/governance.h"
#include "src/report/trace_json.h"

namespace sextant::report {

/// What a trace of a cluster holds.
struct ClusterTraceSize {
  std::int64_t jobs = 0;
  std::int64_t events = 0;
  double wall_time_s = 0;
};

/// Simulates one replica and writes it in the trace event format, which
/// ui.perfetto.dev and chrome://tracing open. A process is a team, and process 0 the cluster; a
/// thread is a row of jobs that follow one another. Each job is a complete event ("X") around those
/// of its phases: waiting, starting, working, …; evictions are instants ("i"). Counters ("C") tell
/// the quota that a team holds, its own and borrowed, and the jobs that wait.
///
/// Event by event: what is in memory grows with the jobs that are there at once.
/// @source as write_trace
ClusterTraceSize write_cluster_trace(std::ostream& out, const GovernanceInputs& inputs,
                                     JobSource& jobs, ReplicaKey key, const TraceNotes& notes);

}  // namespace sextant::report

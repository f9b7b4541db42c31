#pragma once

#include <optional>
#include <string>
#include <vector>

#include "calibrate/comm/suites.h"
#include "calibrate/ingest/measurement.h"

namespace sextant::comm {

/// Groups that communicate at once; a rank is in at most one of them.
struct PlannedGroups {
  std::string name;  ///< "4 nodes", "tensor groups"
  std::vector<std::vector<int>> ranks;
};

/// What the ranks of a group do.
enum class Pattern {
  kCollective,
  kRing,      ///< every rank sends to the next one
  kAcross,    ///< rank i of n and rank i + n/2 send to each other, all at once
  kPingPong,  ///< of two ranks
  kStream     ///< many messages in flight from one rank to the other
};

struct PlannedPoint {
  std::string name;       ///< "all_reduce, 4 nodes, 1 MiB"
  ingest::Sample sample;  ///< all but its times
  Pattern pattern = Pattern::kCollective;
  double skew = 0.0;
  std::size_t groups = 0;  ///< index into the plan's
  /// Other groups whose ranks do an operation of their own at the same time, from another thread;
  /// the time is that until both have ended, and holds some 10 µs in which the thread wakes up.
  struct Beside {
    std::size_t groups;
    ingest::Operation operation;
    Pattern pattern;
  };
  std::optional<Beside> beside;
};

/// Everything that a run measures, in the order in which it does, what matters most first: pairs,
/// all ranks, those of one node, a layout's groups alone and beside each other, those of 2, 4 …
/// nodes.
struct CommunicationPlan {
  std::vector<PlannedGroups> groups;
  std::vector<PlannedPoint> points;
};

/// @param node_of the node of every rank of the world
/// @throws CommError if there are not enough ranks or nodes, or the layout does not fit on them
CommunicationPlan plan_communication(const std::vector<int>& node_of,
                                     const CommunicationOptions& options);

/// From `smallest` to `largest` by factors of `step`, rounded up to multiples of `granule`; each
/// once.
std::vector<std::size_t> message_sizes(const CommunicationOptions& options, std::size_t granule);

}  // namespace sextant::comm

#pragma once

#include <cstdint>
#include <limits>
#include <vector>

namespace sextant {

/// Flows of a transfer on a link.
struct FlowLoad {
  std::int32_t link = 0;
  double flows = 1.0;  ///< that cross it, each at the transfer's rate; below one: a share of one
};

/// Flows that move together, as the edges of a ring do: each carries `bytes`, all at the same rate,
/// which is that of the slowest. A single flow is one of these.
struct TransferPattern {
  double bytes = 0.0;           ///< of each flow
  std::vector<FlowLoad> loads;  ///< by ascending link, each link once
};

/// What the flow engine runs: activities, some of which move bytes over links that they share.
///
/// Links share fairly: while they are busy, the rate of every flow is raised until a link on its
/// way is full (max-min fairness over flows; a pattern with k flows on a link has k shares of it).
struct FlowProblem {
  /// Waits, lasts `seconds`, then moves `bytes` by each flow of its pattern, if it has one.
  struct Activity {
    double seconds = 0.0;
    std::int32_t pattern = -1;  ///< index into `patterns`; -1: it moves nothing
    double bytes = 0.0;         ///< of each flow
    double rate = std::numeric_limits<double>::infinity();  ///< of each flow at most [B/s]
    bool awaited = true;  ///< false: the run is over without its end (traffic of others)
    std::vector<std::int32_t> waits = {};  ///< that must have ended; each less than its own index

    bool moves() const { return pattern >= 0 && bytes > 0.0; }
  };

  std::vector<double> capacities;               ///< by link [B/s], > 0
  std::vector<std::vector<FlowLoad>> patterns;  ///< by ascending link, each link once
  std::vector<Activity> activities;
};

/// Times in seconds from the start; infinity: it had not come to that when the run was over.
struct FlowResult {
  std::vector<double> start;    ///< of each activity, once its waits have ended [s]
  std::vector<double> moving;   ///< when its transfer began to move; its end without one [s]
  std::vector<double> end;      ///< [s]
  double wall_s = 0.0;          ///< that the engine took
  std::int64_t peak_bytes = 0;  ///< resident memory of the engine's process
};

}  // namespace sextant

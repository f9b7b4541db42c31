#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "calibrate/comm/device.h"
#include "calibrate/comm/world.h"
#include "calibrate/replay/links.h"
#include "calibrate/replay/rank_program.h"
#include "sextant/training/operation_graph.h"

namespace sextant::replay {

/// When an operation ran on a rank, in seconds from the beginning of the step, and what its time
/// went to.
struct OperationTime {
  double start_s = 0.0;
  double end_s = 0.0;
  PartTimes parts;
};

/// One step on one rank: times of its program's tasks, and when the last of its compute had ended.
/// A message has its beginning where it is sent, and its end where it arrives.
struct RankStep {
  std::array<std::vector<OperationTime>, kLanes> lanes;
  double end_s = 0.0;
};

/// The threads of a rank: one for each lane that has work.
class Crew {
 public:
  /// @param operations of the folded graph
  Crew(const comm::World& world, const RankProgram& program, std::size_t operations, Links& links,
       comm::Device& device)
      : world_(world), program_(program), operations_(operations), links_(links), device_(device) {}

  /// All ranks begin together. A rank on which anything fails says so and ends the program.
  RankStep step();

 private:
  const comm::World& world_;
  const RankProgram& program_;
  std::size_t operations_;
  Links& links_;
  comm::Device& device_;
};

/// Shorter times of the host are left out: no thread sleeps so briefly.
inline constexpr double kShortestHostTime_s = 1e-6;

}  // namespace sextant::replay

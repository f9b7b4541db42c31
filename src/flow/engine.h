#pragma once

#include <stdexcept>

#include "sextant/network/flow_problem.h"

namespace sextant::flow {

/// The activities that are awaited cannot all end. what() names the first that does not.
class NoEnd : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Runs a problem on SimGrid's engine. Once in a process, on a thread whose stack holds some
/// hundred bytes for each link: SimGrid 3.32 follows the links that share transfers recursively.
/// What it built it leaves behind, for the process to end with.
/// @throws NoEnd
FlowResult simulate(const FlowProblem& problem);

}  // namespace sextant::flow

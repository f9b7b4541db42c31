#pragma once

#include <filesystem>
#include <optional>
#include <stdexcept>

#include "sextant/network/flow_problem.h"

namespace sextant::run {

/// The flow engine did not answer: it is not installed, ended by a signal, took too long, ran out
/// of memory, or refused its input. what() says which, and what helps.
class FlowFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct FlowOptions {
  /// `sextant-flow`; absent: $SEXTANT_FLOW, else the one beside this program.
  std::optional<std::filesystem::path> worker;
  double timeout_s = 600.0;
};

/// Runs a problem in a process of its own (SimGrid's engine is one per process): started by
/// posix_spawn, fed and read over pipes. Never hangs: the worker is killed at the time-out, and on
/// an interrupt.
/// @throws FlowFailure
FlowResult run_flows(const FlowProblem& problem, const FlowOptions& options = {});

}  // namespace sextant::run

#pragma once

#include <filesystem>
#include <functional>
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
  std::optional<std::filesystem::path> worker = {};
  double timeout_s = 600.0;
  /// Asked a few times a second; once it says so, the worker is killed (an Interrupt's requested).
  std::function<bool()> stopped = {};
};

/// Runs a problem in a process of its own (SimGrid's engine is one per process): started by
/// posix_spawn, fed and read over pipes. Never hangs: the worker is killed at the time-out, once
/// `stopped` says so, and with the thread that called. Safe from several threads at once.
/// @throws FlowFailure
FlowResult run_flows(const FlowProblem& problem, const FlowOptions& options = {});

/// The worker that run_flows would start; absent: it is not installed.
std::optional<std::filesystem::path> find_flow_worker(const FlowOptions& options = {});

}  // namespace sextant::run

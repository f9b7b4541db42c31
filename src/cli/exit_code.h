#pragma once

namespace sextant::cli {

/// What every command returns to the shell.
enum class ExitCode {
  kOk = 0,
  kInfeasible = 1,         ///< the plan cannot work; the message says what would make it feasible
  kExpectationFailed = 1,  ///< validate: an outcome is not what the scenario expects
  kUnhealthy = 1,          ///< calibrate check: the cluster is not as it should be
  kIncomplete = 1,         ///< sweep --merge: points of the study are missing
  kUsage = 2,              ///< the command line is wrong
  kBadInput = 3,           ///< a file is wrong
  kUnavailable = 69,       ///< what was asked for needs a program that is not installed
  kInternal = 70,          ///< a defect of Sextant, or of its flow engine
  kInterrupted = 130       ///< by a signal: what was known is said, and what sweep did is kept
};

}  // namespace sextant::cli

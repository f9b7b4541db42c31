#pragma once

#include <cstdint>
#include <optional>

#include "src/cli/arguments.h"
#include "src/cli/exit_code.h"
#include "src/cli/progress_line.h"
#include "src/run/interrupt.h"
#include "src/run/parallel_for.h"
#include "src/run/ranks.h"

namespace sextant::cli {

/// Work that somebody waits for: says on a terminal how far it is, and ends early when a signal
/// asks for what is known so far. Processes that were started together end as their launcher says.
/// Make at most one at a time.
class WatchedWork {
 public:
  WatchedWork(const Arguments& arguments, const run::Ranks& ranks);

  /// Its functions refer to this object.
  run::ParallelOptions parallel();
  ProgressLine& line() { return *line_; }
  /// Wipes the line: what comes now is the answer.
  void ended() { line_.reset(); }
  /// Whether a signal has come.
  bool interrupted() const { return interrupt_ && interrupt_->requested(); }
  /// `code`, or kInterrupted, after a word on stderr, where a signal has come.
  ExitCode concluded(ExitCode code) const;

 private:
  int threads_;
  const run::Ranks& ranks_;
  std::optional<run::Interrupt> interrupt_;
  std::optional<ProgressLine> line_;
};

}  // namespace sextant::cli

#include "src/cli/watched_work.h"

#include <fmt/format.h>

#include <cstdio>

namespace sextant::cli {

WatchedWork::WatchedWork(const Arguments& arguments, const run::Ranks& ranks)
    : threads_(arguments.threads()), ranks_(ranks) {
  if (ranks.count() == 1) interrupt_.emplace(run::Interrupt::Keeps::kOnceKnown);
  line_.emplace("working", 0);
}

run::ParallelOptions WatchedWork::parallel() {
  run::ParallelOptions options{.threads = threads_, .ranks = &ranks_};
  options.progress = [this](std::int64_t done) {
    if (line_) line_->update(done);
  };
  options.phase = [this](const std::string& what, std::int64_t total) {
    if (line_) line_->begin(what, total);
  };
  if (!interrupt_) return options;
  options.stopped = [this](std::int64_t done) {
    if (done > 0) interrupt_->something_known();
    return interrupt_->requested();
  };
  return options;
}

ExitCode WatchedWork::concluded(ExitCode code) const {
  if (!interrupted()) return code;
  fmt::print(stderr, "sextant: interrupted: this is what was known by then\n");
  return ExitCode::kInterrupted;
}

}  // namespace sextant::cli

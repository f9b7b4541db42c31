#include "calibrate/comm/progress_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace sextant::comm {

ProgressLine::ProgressLine(bool shows, std::string of)
    : shows_(shows),
      of_(std::move(of)),
      terminal_(isatty(STDERR_FILENO) == 1),
      started_(Clock::now()) {}

ProgressLine::~ProgressLine() {
  if (shows_ && terminal_ && done_ > 0) fmt::print(stderr, "\r\x1b[K");
}

void ProgressLine::expect(int points) {
  expected_ += points;
  quarters_ = quarters();
}

void ProgressLine::begin(const std::string& point) {
  if (!shows_ || !terminal_) return;
  fmt::print(stderr, "\r{}\x1b[K", line(point));
  std::fflush(stderr);
}

void ProgressLine::end() {
  ++done_;
  if (!shows_ || terminal_) return;
  if (quarters() > quarters_) fmt::print(stderr, "{}\n", line(""));
  quarters_ = quarters();
}

int ProgressLine::quarters() const {
  return expected_ == 0 ? 0 : std::min(4, 4 * done_ / expected_);
}

std::string ProgressLine::line(const std::string& point) const {
  const double elapsed_s = std::chrono::duration<double>(Clock::now() - started_).count();
  const std::string text =
      fmt::format("  {} of {} {}, {:.0f} s", done_, std::max(expected_, done_), of_, elapsed_s);
  return point.empty() ? text : text + ": " + point;
}

}  // namespace sextant::comm

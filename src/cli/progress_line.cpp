#include "src/cli/progress_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "src/report/human.h"
#include "src/run/ranks.h"

namespace sextant::cli {
namespace {

constexpr std::chrono::milliseconds kQuiet{1000};  ///< shorter work shows nothing
constexpr std::chrono::milliseconds kRefresh{100};

}  // namespace

ProgressLine::ProgressLine(std::string unit, std::int64_t total)
    : unit_(std::move(unit)),
      total_(total),
      terminal_(isatty(STDERR_FILENO) == 1 && run::launched_processes() == 0),
      started_(Clock::now()),
      shown_(started_) {}

ProgressLine::~ProgressLine() {
  if (visible_) fmt::print(stderr, "\r\x1b[K");
}

void ProgressLine::update(std::int64_t done) {
  if (!terminal_) return;
  const Clock::time_point now = Clock::now();
  if (now - started_ < kQuiet || now - shown_ < kRefresh) return;
  shown_ = now;
  visible_ = true;
  const double elapsed_s = std::chrono::duration<double>(now - started_).count();
  fmt::print(stderr, "\r{}\x1b[K", progress_text(done, total_, elapsed_s, unit_));
  std::fflush(stderr);
}

std::string progress_text(std::int64_t done, std::int64_t total, double elapsed_s,
                          const std::string& unit) {
  std::string text = fmt::format("  {} of {} {}, {:.0f} s", report::grouped(done),
                                 report::grouped(total), unit, elapsed_s);
  if (done <= 0) return text;
  const double rate = static_cast<double>(done) / elapsed_s;
  return text + fmt::format(", {} /s, about {:.0f} s left", report::significant(rate),
                            static_cast<double>(total - done) / rate);
}

}  // namespace sextant::cli

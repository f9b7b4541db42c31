#include "src/cli/progress_line.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "src/report/human.h"
#include "src/report/text_table.h"
#include "src/run/ranks.h"

namespace sextant::cli {
namespace {

constexpr std::chrono::milliseconds kQuiet{1000};  ///< shorter work shows nothing
constexpr std::chrono::milliseconds kRefresh{200};
constexpr double kKnown_s = 0.2;  ///< a rate over less than this says little

int columns_of_stderr() {
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

std::string counted(const Progress& progress) {
  if (progress.done == 0) return progress.unit;
  if (progress.total == 0) {
    return fmt::format("{} {}", report::grouped(progress.done), progress.unit);
  }
  return fmt::format("{} of {} {}", report::grouped(progress.done), report::grouped(progress.total),
                     progress.unit);
}

}  // namespace

ProgressLine::ProgressLine(std::string unit, std::int64_t total)
    : terminal_(isatty(STDERR_FILENO) == 1 && run::launched_processes() == 0),
      started_(Clock::now()),
      unit_(std::move(unit)),
      total_(total),
      phase_started_(started_) {
  if (terminal_) ticker_ = std::jthread([this](const std::stop_token& stop) { tick(stop); });
}

ProgressLine::~ProgressLine() {
  if (!terminal_) return;
  ticker_.request_stop();
  ticker_.join();
  wipe();
}

void ProgressLine::begin(std::string unit, std::int64_t total) {
  if (!terminal_) return;
  const std::scoped_lock lock(mutex_);
  unit_ = std::move(unit);
  total_ = total;
  done_ = 0;
  phase_started_ = Clock::now();
}

void ProgressLine::update(std::int64_t done) {
  if (!terminal_) return;
  const std::scoped_lock lock(mutex_);
  done_ = done;
}

void ProgressLine::print(const std::string& line) {
  const std::scoped_lock lock(mutex_);
  wipe();
  fmt::print(stderr, "{}\n", report::shown(line));
}

void ProgressLine::tick(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  auto next = started_ + kQuiet;
  while (!wake_.wait_until(lock, stop, next, [] { return false; }) && !stop.stop_requested()) {
    show();
    next = Clock::now() + kRefresh;
  }
}

void ProgressLine::show() {
  const Progress progress{.unit = unit_,
                          .done = done_,
                          .total = total_,
                          .elapsed_s = seconds_since(started_),
                          .phase_s = seconds_since(phase_started_)};
  fmt::print(stderr, "\r  {}\x1b[K", progress_text(progress, columns_of_stderr() - 3));
  std::fflush(stderr);
  visible_ = true;
}

void ProgressLine::wipe() {
  if (!visible_) return;
  fmt::print(stderr, "\r\x1b[K");
  visible_ = false;
}

std::string progress_text(const Progress& progress, int columns) {
  std::string text = fmt::format(", {:.0f} s", progress.elapsed_s);
  if (progress.done > 0 && progress.phase_s >= kKnown_s) {
    const double rate = static_cast<double>(progress.done) / progress.phase_s;
    text += fmt::format(", {} /s", report::significant(rate));
    const auto left = static_cast<double>(progress.total - progress.done);
    if (left >= 0) text += fmt::format(", about {:.0f} s left", left / rate);
  }
  const auto room = static_cast<std::size_t>(std::max(0, columns));
  const std::size_t rest = room - std::min(room, text.size());
  return report::fitted(report::fitted(counted(progress), rest) + text, room);
}

}  // namespace sextant::cli

#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace sextant::cli {

/// One line on stderr for work that takes more than a second: what is done, elapsed time, rate,
/// estimate; and the time alone while nothing is done yet. Says nothing where stderr is no
/// terminal.
class ProgressLine {
 public:
  /// `total` 0: nobody knows.
  ProgressLine(std::string unit, std::int64_t total);
  ~ProgressLine();  ///< wipes the line
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// From now on something else is counted. The elapsed time goes on.
  void begin(std::string unit, std::int64_t total);
  void update(std::int64_t done);
  /// Writes a line of text that stays, above it.
  void print(const std::string& line);

 private:
  using Clock = std::chrono::steady_clock;

  void tick(const std::stop_token& stop);
  void show();
  void wipe();

  bool terminal_;
  Clock::time_point started_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::string unit_;
  std::int64_t total_;
  std::int64_t done_ = 0;
  Clock::time_point phase_started_;
  bool visible_ = false;
  std::jthread ticker_;  ///< last: it uses all the others
};

/// How far some work is.
struct Progress {
  std::string unit;  ///< in the plural
  std::int64_t done = 0;
  std::int64_t total = 0;  ///< 0: nobody knows
  double elapsed_s = 0;    ///< of all the work
  double phase_s = 0;      ///< since this is counted
};

/// "1,200 of 10,000 replicas, 2 s, 600 /s, about 15 s left", of at most so many columns.
std::string progress_text(const Progress& progress, int columns = 80);

}  // namespace sextant::cli

#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace sextant::cli {

/// One line on stderr for work that takes more than a second: done, elapsed, rate, estimate. Says
/// nothing where stderr is no terminal.
class ProgressLine {
 public:
  ProgressLine(std::string unit, std::int64_t total);
  ~ProgressLine();  ///< wipes the line
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void update(std::int64_t done);

 private:
  using Clock = std::chrono::steady_clock;

  std::string unit_;
  std::int64_t total_;
  bool terminal_;
  Clock::time_point started_;
  Clock::time_point shown_;
  bool visible_ = false;
};

/// "  1,200 of 10,000 replicas, 2 s, 600 /s, about 15 s left".
std::string progress_text(std::int64_t done, std::int64_t total, double elapsed_s,
                          const std::string& unit);

}  // namespace sextant::cli

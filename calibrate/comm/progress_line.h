#pragma once

#include <chrono>
#include <string>

namespace sextant::comm {

/// How far the points are, on stderr: a moving line on a terminal, else a line every quarter.
class ProgressLine {
 public:
  /// Of several processes only the root shows one. `of` are counted: "points", "steps".
  explicit ProgressLine(bool shows, std::string of = "points");
  ~ProgressLine();  ///< wipes the moving line
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// More points; the quarters are from now on those of all.
  void expect(int points);
  /// A point begins.
  void begin(const std::string& point);
  /// It has ended.
  void end();

 private:
  using Clock = std::chrono::steady_clock;

  std::string line(const std::string& point) const;
  int quarters() const;

  bool shows_;
  std::string of_;
  bool terminal_;
  int expected_ = 0;
  int done_ = 0;
  int quarters_ = 0;
  Clock::time_point started_;
};

}  // namespace sextant::comm

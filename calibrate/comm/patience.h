#pragma once

#include <chrono>

namespace sextant::comm {

/// Waiting for what other processes do: looks again at once for the first 200 µs, so that short
/// operations are timed well; then sleeps between two looks, a twentieth of the time that it has
/// waited and at most 1 ms, so that a thread that waits leaves its core to one that computes.
class Patience {
 public:
  Patience();
  /// Call it between two looks.
  void pause();

 private:
  std::chrono::steady_clock::time_point begun_;
};

}  // namespace sextant::comm

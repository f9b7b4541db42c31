#pragma once

#include <chrono>

#include "sextant/kernel/random_stream.h"

namespace sextant::comm {

/// Waits before a request is tried again: uniform between zero and min(base · 2^i, longest) before
/// retry i = 0, 1, 2 …, exponential backoff with full jitter.
/// @source M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015; base and
/// longest are larger and smaller than those of AWS's SDKs (1 s or 50 ms; 20 s).
class Backoff {
 public:
  static constexpr double kBaseS = 0.1;
  static constexpr double kLongestS = 10.0;

  /// Ranks draw from streams of their own, or they would all come back together.
  explicit Backoff(int rank);
  /// The longest wait before retry `retry` >= 0 [s].
  static double longest_s(int retry);
  std::chrono::duration<double> draw(int retry);

 private:
  RandomStream stream_;
};

}  // namespace sextant::comm

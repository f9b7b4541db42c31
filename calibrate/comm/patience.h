#pragma once

#include <chrono>

namespace sextant::comm {

/// Says while it lives that a thread of this process computes on the host's processors.
class Computing {
 public:
  Computing();
  ~Computing();
  Computing(const Computing&) = delete;
  Computing& operator=(const Computing&) = delete;
};

/// Waiting for what other processes do. While no thread of this process computes it looks without
/// pause, as MPI's own blocking calls do: two ranks that sleep in turn would send in turn. While
/// one does, it leaves the core to it after 200 µs and sleeps between two looks, a twentieth of the
/// time that it has waited and at most 1 ms.
class Patience {
 public:
  Patience();
  /// Call it between two looks.
  void pause();

 private:
  std::chrono::steady_clock::time_point begun_;
};

}  // namespace sextant::comm

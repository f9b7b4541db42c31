#include "calibrate/comm/patience.h"

#include <sys/prctl.h>

#include <algorithm>
#include <atomic>
#include <thread>

namespace sextant::comm {
namespace {

constexpr std::chrono::microseconds kSpin{200};
constexpr std::chrono::microseconds kLongestSleep{1000};
constexpr int kShare = 20;

std::atomic<int> computing_threads = 0;

/// Linux lets a sleep last 50 µs longer than asked; not those of threads that wait here.
void sleep_precisely(std::chrono::nanoseconds time) {
  thread_local const bool precise = prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL) == 0;
  static_cast<void>(precise);
  std::this_thread::sleep_for(time);
}

}  // namespace

Computing::Computing() { ++computing_threads; }
Computing::~Computing() { --computing_threads; }

Patience::Patience() : begun_(std::chrono::steady_clock::now()) {}

void Patience::pause() {
  if (computing_threads == 0) {
    std::this_thread::yield();  // to others that wait
    return;
  }
  const std::chrono::nanoseconds waited = std::chrono::steady_clock::now() - begun_;
  if (waited < kSpin) return;
  sleep_precisely(std::min<std::chrono::nanoseconds>(waited / kShare, kLongestSleep));
}

}  // namespace sextant::comm

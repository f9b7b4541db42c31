#include "calibrate/comm/patience.h"

#include <sys/prctl.h>

#include <thread>

namespace sextant::comm {
namespace {

constexpr std::chrono::microseconds kSpin{200};
constexpr std::chrono::microseconds kSleep{50};

/// Linux lets a sleep last 50 µs longer than asked; not those of threads that wait here.
void sleep_precisely() {
  thread_local const bool precise = prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL) == 0;
  static_cast<void>(precise);
  std::this_thread::sleep_for(kSleep);
}

}  // namespace

Patience::Patience() : begun_(std::chrono::steady_clock::now()) {}

void Patience::pause() {
  if (std::chrono::steady_clock::now() - begun_ > kSpin) sleep_precisely();
}

}  // namespace sextant::comm

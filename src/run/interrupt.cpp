#include "src/run/interrupt.h"

#include <array>
#include <atomic>
#include <csignal>
#include <cstddef>

namespace sextant::run {
namespace {

constexpr std::array kSignals{SIGINT, SIGTERM};
using Handler = void (*)(int);

// A handler of signals can reach nothing else.
std::atomic<bool> signalled{false};
std::array<Handler, kSignals.size()> handlers_before{};

void keep(int signal) {
  signalled = true;
  std::signal(signal, SIG_DFL);
}

}  // namespace

Interrupt::Interrupt() {
  signalled = false;
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    handlers_before[i] = std::signal(kSignals[i], keep);
  }
}

Interrupt::~Interrupt() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) std::signal(kSignals[i], handlers_before[i]);
}

bool Interrupt::requested() const { return signalled; }

}  // namespace sextant::run

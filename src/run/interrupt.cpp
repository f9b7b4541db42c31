#include "src/run/interrupt.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstddef>
#include <string_view>

namespace sextant::run {
namespace {

constexpr std::array kSignals{SIGINT, SIGTERM};
constexpr std::string_view kWipe = "\r\x1b[K";
constexpr std::string_view kNothingKnown = "sextant: interrupted before anything was known\n";
using Handler = void (*)(int);

// A handler of signals can reach nothing else.
std::atomic<bool> signalled{false};
std::atomic<bool> known{false};
std::atomic<bool> on_terminal{false};
std::array<Handler, kSignals.size()> handlers_before{};

/// As a handler may: without the C library's buffers.
void say(std::string_view text) {
  if (::write(STDERR_FILENO, text.data(), text.size()) < 0) return;
}

void keep(int signal) {
  std::signal(signal, SIG_DFL);
  if (known) {
    signalled = true;
    return;
  }
  if (on_terminal) say(kWipe);
  say(kNothingKnown);
  std::raise(signal);  // delivered when this handler returns: the shell sees what ended it
}

}  // namespace

Interrupt::Interrupt(Keeps keeps) {
  signalled = false;
  known = keeps == Keeps::kAlways;
  on_terminal = ::isatty(STDERR_FILENO) == 1;
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    handlers_before[i] = std::signal(kSignals[i], keep);
  }
}

Interrupt::~Interrupt() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) std::signal(kSignals[i], handlers_before[i]);
}

void Interrupt::something_known() { known = true; }

bool Interrupt::requested() const { return signalled; }

}  // namespace sextant::run

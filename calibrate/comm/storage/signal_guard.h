#pragma once

#include <csignal>

namespace sextant::comm {

/// A signal is ignored for as long as this lives: the call that caused it fails instead.
class SignalIgnored {
 public:
  explicit SignalIgnored(int signal) : signal_(signal), before_(std::signal(signal, SIG_IGN)) {}
  ~SignalIgnored() { std::signal(signal_, before_); }
  SignalIgnored(const SignalIgnored&) = delete;
  SignalIgnored& operator=(const SignalIgnored&) = delete;

 private:
  int signal_;
  void (*before_)(int);
};

}  // namespace sextant::comm

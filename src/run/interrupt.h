#pragma once

namespace sextant::run {

/// While one lives, SIGINT and SIGTERM do not end the program but are kept, so that it can stop in
/// order and say what it has; a second one ends it. Make at most one at a time.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// Whether a signal has come. Safe from any thread.
  bool requested() const;
};

}  // namespace sextant::run

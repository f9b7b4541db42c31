#pragma once

#include <stdexcept>

namespace sextant::run {

/// While one lives, SIGINT and SIGTERM do not end the program but are kept, so that it can stop in
/// order and say what it has; a second one ends it. Make at most one at a time.
class Interrupt {
 public:
  enum class Keeps {
    kAlways,
    kOnceKnown  ///< before something_known() a signal says that nothing is known, and ends it
  };

  explicit Interrupt(Keeps keeps = Keeps::kAlways);
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// From now on there is something to say. Safe from any thread.
  void something_known();
  /// Whether a signal has come. Safe from any thread.
  bool requested() const;
};

/// Thrown where work was stopped before the first of its results.
class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("interrupted before anything was known") {}
};

}  // namespace sextant::run

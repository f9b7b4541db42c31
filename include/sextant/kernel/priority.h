#pragma once

#include <cstdint>

namespace sextant {

/// The order of events at the same nanosecond, smallest first. The order is part of the model: it
/// says who wins a tie, and so it is written down here, each with its reason. Within a priority the
/// first scheduled is the first served.
enum class Priority : std::uint8_t {
  /// What breaks, breaks first: a node that dies in the instant in which a checkpoint completes
  /// died before it was complete. The forecast errs to the careful side.
  kFailure = 10,
  /// The bad news arrives before anything else that the interrupted process could do in the same
  /// instant, but after all failures of that instant, so that it sees all of them.
  kInterrupt = 20,
  /// Capacity that comes back (repairs, releases, ends of reservations) is there before anybody
  /// asks for capacity in the same instant.
  kRelease = 30,
  /// Ordinary delays.
  kNormal = 40,
  /// Waiters of an event continue when the ordinary delays of the instant are over.
  kEvent = 50,
  /// Processes that were started: when what caused them is over.
  kStart = 60,
  /// Decisions (schedulers, spare allocation) when all of the instant's facts are known.
  kDecision = 70,
  /// Probes and statistics: they see the settled state of the instant.
  kObserve = 80,
  /// The end of the simulation comes after everything that happens at that time.
  kEnd = 90,
};

}  // namespace sextant

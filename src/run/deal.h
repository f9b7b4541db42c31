#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "src/run/parallel_for.h"

namespace sextant::run {

/// Work that is dealt out piece by piece.
struct DealtWork {
  /// Does piece i; called on any thread of any rank. What it returns goes to the first rank.
  std::function<std::string(std::int64_t)> work;
  /// Receives what work(i) returned: on the first rank, in its calling thread, once for each piece,
  /// in the order in which they are done.
  std::function<void(std::int64_t, std::string)> take;
  /// Asked on the first rank now and then: true leaves the pieces that nobody has begun.
  std::function<bool()> stopped;
};

/// Does the pieces `todo` on all threads of all ranks: whoever is free gets the next ones, so that
/// long pieces keep nobody waiting. Only the first rank's `todo` counts. Returns on every rank when
/// all is done or stopped; false if pieces were left.
///
/// What work throws, on whichever rank, is thrown again on the first rank after the pieces that are
/// under way have ended and were taken (a std::runtime_error with its text if it was another
/// rank's). Then the first rank is to leave; the others throw RanksParted when it does.
/// @throws RanksParted if another rank has stopped, or does something else
bool deal(const std::vector<std::int64_t>& todo, const ParallelOptions& options,
          const DealtWork& work);

}  // namespace sextant::run

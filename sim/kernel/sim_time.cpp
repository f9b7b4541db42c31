#include "sextant/kernel/sim_time.h"

#include <cmath>

#include "sextant/kernel/assert.h"

namespace sextant {

SimDuration SimDuration::rounded(Seconds duration) {
  constexpr double kTwoTo63 = 9223372036854775808.0;
  const double nanoseconds = duration.si() * 1e9;
  SEXTANT_ASSERT(nanoseconds > -kTwoTo63, "a duration of {} s", duration.si());
  if (nanoseconds >= kTwoTo63) return never();
  return SimDuration(std::llround(nanoseconds));
}

}  // namespace sextant

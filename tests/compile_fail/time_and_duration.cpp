// Two points of time do not add up; a point and a length do.
#include "sextant/kernel/sim_time.h"

namespace sextant {

#ifdef MUST_NOT_COMPILE
const auto later = SimTime(1) + SimTime(2);
#else
const auto later = SimTime(1) + SimDuration(2);
#endif

}  // namespace sextant

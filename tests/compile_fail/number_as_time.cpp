// A bare number is not a time: 5 what?
#include "sextant/kernel/quantity.h"

namespace sextant {

#ifdef MUST_NOT_COMPILE
const Seconds time = 5.0;
#else
const Seconds time{5.0};
#endif

}  // namespace sextant

// Bytes and a rate of operations do not add up.
#include "sextant/kernel/quantity.h"

namespace sextant {

#ifdef MUST_NOT_COMPILE
const auto sum = Bytes(1) + FlopsPerSecond(1);
#else
const auto sum = Bytes(1) + BytesPerSecond(1) * Seconds(1);
#endif

}  // namespace sextant

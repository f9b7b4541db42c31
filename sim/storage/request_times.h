#pragma once

#include "sextant/storage/request_load.h"

namespace sextant {

/// What one request to a store takes [s], and what a partition takes of them.
struct RequestTimes {
  double first_byte = 0;         ///< at least,
  double first_byte_spread = 0;  ///< and up to so much more, evenly
  double transfer = 0;
  double refusal = 0;
  double rate = 0;   ///< of one partition [1/s]
  double depth = 1;  ///< requests that a rested partition takes at once

  RequestTimes(const ObjectStore& store, const RequestLoad& load);

  double longest() const { return first_byte + first_byte_spread + transfer; }
};

}  // namespace sextant

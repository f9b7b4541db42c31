#pragma once

#include <string>

#include "sextant/kernel/coefficient.h"

namespace sextant::fit {

/// Notes where a fitted number or curve comes from; what stood there before is replaced.
template <class Sourced>
void mark_fitted(Sourced& number, const std::string& source, const std::string& date) {
  number.source = source;
  number.date = date;
  number.method = Method::kFitted;
}

}  // namespace sextant::fit

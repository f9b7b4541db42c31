#pragma once

namespace sextant::fit {

/// To four significant digits: more than any fit knows.
double rounded(double value);

}  // namespace sextant::fit

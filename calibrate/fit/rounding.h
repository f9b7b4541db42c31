#pragma once

namespace sextant::fit {

/// To four significant digits: more than any fit knows. 0 stays 0.
double rounded(double value);

}  // namespace sextant::fit

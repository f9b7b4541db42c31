#pragma once

#include <vector>

namespace sextant::validate {

/// A measured value against an interval around its forecast, both as logarithms.
struct IntervalCase {
  double error = 0.0;       ///< log(measured / predicted)
  double half_width = 0.0;  ///< of the 80 % interval
};

/// Interval score of a central 80 % interval: its width, and ten times what lies outside. Smaller
/// is better; it rewards intervals that are narrow where errors are small.
/// @source Gneiting & Raftery 2007, doi 10.1198/016214506000001437, equation 43
double interval_score(const IntervalCase& item);

/// Mean over the cases.
/// @pre there is one
double mean_interval_score(const std::vector<IntervalCase>& cases);

/// The half width that, given to all cases alike, has the best mean score on them: what 80 % of
/// the errors do not exceed.
/// @pre there is one
double best_constant_half_width(const std::vector<IntervalCase>& cases);

}  // namespace sextant::validate

#pragma once

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/portable_math.h"

namespace sextant {

/// What a coefficient turns out to be where its uncertainty has this standard score: lognormal on
/// either side of the value, so that the ends of its 80 % range are the 10 % and 90 % quantiles.
/// The value itself where no range is known, and where value or range are not positive.
template <class T>
T at_score(const Coefficient<T>& coefficient, double score) {
  constexpr double kScoreOfP90 = 1.2815515655446004;
  if (!coefficient.range) return coefficient.value;
  const T end = (*coefficient.range)[score < 0 ? 0 : 1];
  const double ratio = coefficient.value > T{} ? end / coefficient.value : 0.0;
  if (!(ratio > 0)) return coefficient.value;
  const double scores = (score < 0 ? -score : score) / kScoreOfP90;
  return portable_exp(scores * portable_log(ratio)) * coefficient.value;
}

}  // namespace sextant

#pragma once

#include <span>
#include <vector>

#include "sextant/kernel/running_moments.h"
#include "src/sweep/sampling.h"

namespace sextant::sweep {

/// What one input does to an output, by Morris' screening: elementary effects are differences of
/// the output over those of the input in the unit cube.
struct MorrisEffect {
  double mean = 0;      ///< mu: its sign says which way the output goes
  double mean_abs = 0;  ///< mu*: how much the input matters
  double sigma = 0;     ///< spread: not linear, or together with other inputs
};

/// One for each input. `outputs`: of the points of the design, in their order; NaN where a point
/// has no answer (an infeasible plan): effects that need it are left out. An input without any
/// effect left has NaN.
std::vector<MorrisEffect> morris_effects(const MorrisDesign& design,
                                         std::span<const double> outputs);

/// Shares of an output's variance: estimates, which can fall a little below 0 or above 1. All are 0
/// where the output does not vary.
struct SobolIndex {
  double first = 0;       ///< by this input alone (Saltelli 2010, estimator b)
  double total = 0;       ///< with all that it does together with others (Jansen 1999)
  Interval first_ci95{};  ///< bootstrap over the base points
  Interval total_ci95{};
};

/// The same for Sobol's indices: base points with a NaN anywhere in their row are left out. NaN if
/// none is left.
std::vector<SobolIndex> sobol_indices(const SobolDesign& design, std::span<const double> outputs);

}  // namespace sextant::sweep

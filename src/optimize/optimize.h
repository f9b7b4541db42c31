#pragma once

#include <functional>

#include "src/catalog/catalogue.h"
#include "src/optimize/answer.h"
#include "src/run/parallel_for.h"

namespace sextant::optimize {

struct OptimizeOptions {
  run::ParallelOptions parallel;  ///< ranks share the work and all get the answer
  /// Asked now and then; the answer is then the best so far.
  std::function<bool()> stopped;
  /// Told what is the best so far, whenever that has improved.
  std::function<void(const Candidate&)> improved;
  /// So many layouts of the best's cluster are kept to be drawn (Answer::sample).
  std::size_t sample = 0;
};

/// The best ten of a space:
///   1. every cluster's layouts in the closed tier, the best of them by replay, the most promising
///      cluster first;
///   2. every way to buy it with its best layout, in a few replicas, unless a bound shows that it
///      cannot be among the ten, or that it misses a limit;
///   3. of a range of nodes, more numbers around the best;
///   4. more replicas for what is not surely worse than the tenth, all for the best ten.
/// The first thing tried is the scenario as it is, if it is in the space. The same at any number of
/// threads and ranks, unless it was stopped.
/// @throws io::InputError for a name that the catalogue does not have
Answer optimize(const Question& question, catalog::Catalogue& catalogue,
                const OptimizeOptions& options = {});

}  // namespace sextant::optimize

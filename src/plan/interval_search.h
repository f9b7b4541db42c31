#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sextant/campaign/campaign.h"
#include "src/run/parallel_for.h"

namespace sextant::plan {

/// Steps between two checkpoints: of the faster tiers in their order, then of the store.
using SaveSteps = std::vector<double>;

/// Simulates a run with other intervals, always with the same replicas.
class IntervalSearch {
 public:
  /// Of a run of one phase, whose steps all take the same time. Its intervals are not used. It is
  /// simulated at its median step and the profile's own rate, because one interval is chosen for
  /// all that they may turn out to be; with a store that has grown to the load; and as much of a
  /// long run as shows enough failures. A fleet of new nodes changes as it ages, and is simulated
  /// whole.
  IntervalSearch(const CampaignInputs& inputs, std::uint64_t seed,
                 const run::ParallelOptions& parallel);

  Seconds step() const;
  /// Mean wall time per step at each of the points.
  std::vector<double> costs(const std::vector<SaveSteps>& points) const;
  /// Steps of one tier at which the wall time is least, all others as they are: a parabola in the
  /// logarithm through the best points of a grid around `steps`. Whole steps of the fastest tier,
  /// whole segments of it for the others, and of them the shortest that is as good to 0.02 %: they
  /// are there for what is rare, which few simulated failures show.
  double best_steps(SaveSteps steps, std::size_t tier) const;

 private:
  struct Limits;
  struct Trial;
  double shortest_as_good(SaveSteps steps, std::size_t tier, const Trial& best,
                          const Limits& limits) const;
  Limits limits_of(const SaveSteps& steps, std::size_t tier) const;
  CampaignInputs variant(const SaveSteps& steps) const;

  CampaignInputs inputs_;
  std::uint64_t seed_;
  run::ParallelOptions parallel_;
  std::int64_t replicas_;
};

}  // namespace sextant::plan

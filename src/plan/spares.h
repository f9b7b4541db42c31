#pragma once

#include <cstdint>
#include <optional>

#include "sextant/campaign/campaign.h"
#include "sextant/kernel/sample.h"
#include "src/plan/forecast.h"
#include "src/run/parallel_for.h"

namespace sextant::plan {

/// Spares that a run rents, and what it could do with.
struct SpareNeeds {
  std::int64_t rented = 0;
  std::optional<double> asked;  ///< they were chosen so that this share of runs never waits
  Summary peak;                 ///< nodes that are missing at once, at most, in a run with enough
  std::int64_t for_95 = 0;      ///< with so many, 95 % of the runs never wait for a node …
  std::int64_t for_99 = 0;
  /// … and this many suffice at 95 % of all moments, by the formula; absent with spot, or where
  /// nothing is replaced.
  std::optional<std::int64_t> formula_95;
};

/// Fewest spares with which at least the share `probability` of replicas never waits: the least s
/// with P(peak <= s) >= probability. `peaks`: most nodes missing at once in each replica, with
/// more than enough spares.
std::int64_t spares_for(const Sample& peaks, double probability);

/// Fewest spares s with P(K > s) <= 1 - probability at a random moment, where each of `nodes` is
/// missing independently with probability q = repair / (life + repair): K is binomial. With all of
/// a fleet's nodes as `nodes`, the spares among them, it is the rule of reserved machines (Google's
/// 130 of 144 cubes).
std::int64_t spares_by_formula(std::int64_t nodes, double missing, double probability);

/// Time that a node is missing over the whole of its life: q of the formula; from the causes and
/// domains whose remedy is another node. Nothing where the formula does not hold.
std::optional<double> missing_share(const CampaignInputs& inputs);

/// More than a run of this size is likely to need.
int many_spares(const CampaignInputs& inputs);

/// The spares that let this share of runs never wait.
int choose_spares(const ForecastInputs& inputs, double probability,
                  const run::ParallelOptions& parallel);

/// What the run's replicas say; where its spares did not suffice, what others with more would.
/// Nothing where nothing fails and no spares are rented, nor of a run that hardly trains: spares
/// do not help it.
std::optional<SpareNeeds> spare_needs(const ForecastInputs& inputs, const Forecast& forecast,
                                      const run::ParallelOptions& parallel);

}  // namespace sextant::plan

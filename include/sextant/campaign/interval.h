#pragma once

#include "sextant/kernel/quantity.h"

namespace sextant {

/// Young 1974: sqrt(2 C M), for a checkpoint of cost C and mean time M between interruptions.
/// Valid for C much smaller than M.
Seconds young_interval(Seconds cost, Seconds mean_life);

/// Daly 2006: sqrt(2 C M) [1 + sqrt(C / 2M) / 3 + (C / 2M) / 9] - C for C < 2M, else M.
/// Exponential failures, blocking checkpoints. Training time between two checkpoints.
Seconds daly_interval(Seconds cost, Seconds mean_life);

/// A run that saves in a fast tier and in a store, blocking; a share of its failures, which are
/// exponential, loses what the fast tier holds.
struct TwoLevelRun {
  Seconds fast_cost;  ///< of one checkpoint in the fast tier
  Seconds store_cost;
  Seconds mean_life;          ///< between two failures of any kind
  double lost = 0;            ///< share of them that goes back to the store
  Seconds fast_recovery{0};   ///< from a failure until training goes on, from the fast tier
  Seconds store_recovery{0};  ///< the same from the store
};
/// Training time between two checkpoints.
struct TwoLevelIntervals {
  Seconds fast;
  Seconds store;
};

/// Of first order (SCR, VeloC, FTI): Young's for the failures that go back to each,
/// fast = sqrt(2 C1 M) and store = sqrt(2 C2 M / lost). Valid where both costs are far below M.
TwoLevelIntervals two_level_intervals(const TwoLevelRun& run);

/// Wall time that such a run spends on checkpoints, recoveries and lost work over that of its
/// training, of first order:
/// C1 / t1 + C2 / t2 + (1 - lost) / M · (t1 / 2 + R1) + lost / M · (t2 / 2 + R2).
double two_level_waste(const TwoLevelRun& run, const TwoLevelIntervals& intervals);

/// Constants of a run with exponential failures and blocking checkpoints.
struct RenewalRun {
  Seconds interval;   ///< training time between two checkpoints
  Seconds cost;       ///< of one checkpoint
  Seconds recovery;   ///< from the failure until training goes on; starts again if hit itself
  Seconds mean_life;  ///< of the whole job
};

/// Expected wall time of `work` (Daly 2006): M e^(R/M) (e^((tau + C)/M) - 1) work / tau. Exact when
/// the work is a whole number of intervals.
Seconds renewal_wall_time(const RenewalRun& run, Seconds work);

/// Productive over wall time of the same run in the long run: work / renewal_wall_time.
double renewal_ettr(const RenewalRun& run);

}  // namespace sextant

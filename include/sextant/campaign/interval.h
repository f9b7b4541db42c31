#pragma once

#include "sextant/kernel/quantity.h"

namespace sextant {

/// Young 1974: sqrt(2 C M), for a checkpoint of cost C and mean time M between interruptions.
/// Valid for C much smaller than M.
Seconds young_interval(Seconds cost, Seconds mean_life);

/// Daly 2006: sqrt(2 C M) [1 + sqrt(C / 2M) / 3 + (C / 2M) / 9] - C for C < 2M, else M.
/// Exponential failures, blocking checkpoints. Training time between two checkpoints.
Seconds daly_interval(Seconds cost, Seconds mean_life);

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

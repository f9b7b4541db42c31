#include "sextant/campaign/interval.h"

#include <cmath>

#include "sextant/kernel/portable_math.h"

namespace sextant {

Seconds young_interval(Seconds cost, Seconds mean_life) {
  return Seconds(std::sqrt(2.0 * cost.si() * mean_life.si()));
}

Seconds daly_interval(Seconds cost, Seconds mean_life) {
  if (cost >= 2.0 * mean_life) return mean_life;
  const double ratio = cost / (2.0 * mean_life);
  const double correction = 1.0 + std::sqrt(ratio) / 3.0 + ratio / 9.0;
  return correction * young_interval(cost, mean_life) - cost;
}

TwoLevelIntervals two_level_intervals(const TwoLevelRun& run) {
  return {.fast = young_interval(run.fast_cost, run.mean_life),
          .store = young_interval(run.store_cost, run.mean_life / run.lost)};
}

double two_level_waste(const TwoLevelRun& run, const TwoLevelIntervals& intervals) {
  const Seconds fast_loss = 0.5 * intervals.fast + run.fast_recovery;
  const Seconds store_loss = 0.5 * intervals.store + run.store_recovery;
  return run.fast_cost / intervals.fast + run.store_cost / intervals.store +
         (1.0 - run.lost) * (fast_loss / run.mean_life) + run.lost * (store_loss / run.mean_life);
}

Seconds renewal_wall_time(const RenewalRun& run, Seconds work) {
  const Seconds segment = run.interval + run.cost;
  const double attempts =
      portable_exp(run.recovery / run.mean_life) * (portable_exp(segment / run.mean_life) - 1.0);
  return run.mean_life * attempts * (work / run.interval);
}

double renewal_ettr(const RenewalRun& run) { return kHour / renewal_wall_time(run, kHour); }

}  // namespace sextant

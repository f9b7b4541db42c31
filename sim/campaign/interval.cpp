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

Seconds renewal_wall_time(const RenewalRun& run, Seconds work) {
  const Seconds segment = run.interval + run.cost;
  const double attempts =
      portable_exp(run.recovery / run.mean_life) * (portable_exp(segment / run.mean_life) - 1.0);
  return run.mean_life * attempts * (work / run.interval);
}

double renewal_ettr(const RenewalRun& run) { return kHour / renewal_wall_time(run, kHour); }

}  // namespace sextant

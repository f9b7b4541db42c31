#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "src/plan/plan.h"

namespace sextant::pages {

/// What saving costs at one interval, as shares of the training time.
struct CadencePoint {
  double interval_s = 0;
  double saving = 0;  ///< checkpoints
  double lost = 0;    ///< work done again
};

/// One tier of checkpoints: what the closed form says of its interval.
struct CadenceCurve {
  std::string tier;                   ///< "store", or the medium of a faster tier
  std::optional<std::size_t> faster;  ///< its index among the faster tiers
  double overhead_s = 0;
  double mean_life_s = 0;  ///< between failures that go back to this tier
  CadencePoint chosen;
  std::vector<CadencePoint> points;

  /// With exponential failures and without recoveries: the overhead, and what renewal_wall_time()
  /// says beyond it.
  CadencePoint at(double interval_s) const;
};

/// Over 1/8 to 8 times the chosen intervals and those of the formulas. Empty where no failure comes
/// unannounced, or where saving costs nothing: there the closed form has nothing to say.
std::vector<CadenceCurve> cadence_curves(const plan::PlanResult& result);

/// [{tier, faster, overhead_s, mean_life_s, chosen, points}]; a point is {interval_s, saving,
/// lost}.
nlohmann::ordered_json cadence_json(const plan::PlanResult& result);

}  // namespace sextant::pages

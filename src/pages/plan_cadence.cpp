#include "src/pages/plan_cadence.h"

#include <algorithm>
#include <cmath>

#include "sextant/campaign/expected_ettr.h"
#include "sextant/campaign/interval.h"
#include "sextant/campaign/tier_survival.h"
#include "src/pages/html_page.h"

namespace sextant::pages {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kPoints = 41;
constexpr double kReach = 8;  ///< times shorter and longer

/// Evenly in the logarithm.
void add_points(const plan::TierInterval& tier, CadenceCurve& curve) {
  const auto [least, most] = std::minmax({tier.interval.si(), tier.young.si(), tier.daly.si()});
  const double from = least / kReach;
  const double growth = std::pow(most * kReach / from, 1.0 / (kPoints - 1));
  for (int i = 0; i < kPoints; ++i) curve.points.push_back(curve.at(from * std::pow(growth, i)));
}

Json point_json(const CadencePoint& point) {
  return {{"interval_s", for_drawing(point.interval_s)},
          {"saving", for_drawing(point.saving)},
          {"lost", for_drawing(point.lost)}};
}

}  // namespace

CadencePoint CadenceCurve::at(double interval_s) const {
  const RenewalRun run{.interval = Seconds(interval_s),
                       .cost = Seconds(overhead_s),
                       .recovery = Seconds(0),
                       .mean_life = Seconds(mean_life_s)};
  const double saving = overhead_s / interval_s;
  const double all = renewal_wall_time(run, run.interval) / run.interval - 1.0;
  return {.interval_s = interval_s, .saving = saving, .lost = all - saving};
}

std::vector<CadenceCurve> cadence_curves(const plan::PlanResult& result) {
  const auto between = mean_time_to_interruption_by_kind(result.campaign).unexpected;
  if (!between) return {};
  const CampaignPhase& phase = result.longest().campaign;
  std::vector<CadenceCurve> curves;
  const auto add = [&](const CheckpointCosts& costs, const plan::TierInterval& tier,
                       std::optional<std::size_t> faster) {
    const double share = share_lost(result.campaign, faster.value_or(phase.faster.size()));
    if (!(share > 0) || !(costs.overhead().si() > 0)) return;
    CadenceCurve& curve = curves.emplace_back();
    curve.tier = faster ? enum_name(phase.faster[*faster].medium) : "store";
    curve.faster = faster;
    curve.overhead_s = costs.overhead().si();
    curve.mean_life_s = between->si() / share;
    curve.chosen = curve.at(tier.interval.si());
    add_points(tier, curve);
  };
  for (std::size_t i = 0; i < phase.faster.size(); ++i) {
    add(phase.faster[i].costs, result.interval.faster[i], i);
  }
  add(phase.checkpoint, result.interval, std::nullopt);
  return curves;
}

Json cadence_json(const plan::PlanResult& result) {
  Json json = Json::array();
  for (const CadenceCurve& curve : cadence_curves(result)) {
    Json points = Json::array();
    for (const CadencePoint& point : curve.points) points.push_back(point_json(point));
    json.push_back({{"tier", curve.tier},
                    {"faster", curve.faster ? Json(*curve.faster) : Json()},
                    {"overhead_s", curve.overhead_s},
                    {"mean_life_s", curve.mean_life_s},
                    {"chosen", point_json(curve.chosen)},
                    {"points", std::move(points)}});
  }
  return json;
}

}  // namespace sextant::pages

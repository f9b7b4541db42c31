#include "src/report/difference_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "src/report/estimate_json.h"
#include "src/report/human.h"
#include "src/report/plan_json.h"
#include "src/report/text_table.h"

namespace sextant::report {
namespace {

using enum TextTable::Align;
using Json = nlohmann::ordered_json;

/// "+1.23"; "0".
std::string with_sign(double value) {
  if (value == 0) return "0";
  return (value < 0 ? "-" : "+") + significant(std::abs(value));
}

/// Half the width of an interval; "0" where only rounding is left of it.
std::string half_width(const Interval& interval, double unit) {
  const double half = 0.5 * (interval.high - interval.low) / unit;
  return half < 1e-9 ? "0" : significant(half, 2);
}

class Table {
 public:
  explicit Table(TextStyle style)
      : style_(style), table_({kLeft, kRight, kRight, kLeft, kLeft, kLeft}) {
    table_.row({"", style.dim("there"), style.dim("difference"), style.dim("95 %"),
                style.dim("p10 .. p90"), ""});
  }

  /// `there`: the other run's. `unit`: what one of `scale` is called.
  void row(const char* what, double there, const plan::PairedDifference& difference, Scale scale) {
    const Summary& value = difference.value;
    const auto in_unit = [&](double x) { return x / scale.unit_si; };
    table_.row(
        {what, fmt::format("{} {}", significant(in_unit(there)), scale.unit),
         style_.bold(with_sign(in_unit(value.mean))), "± " + half_width(value.ci95, scale.unit_si),
         fmt::format("{} .. {}", with_sign(in_unit(value.p10)), with_sign(in_unit(value.p90))),
         verdict(difference)});
  }

  std::string text() const { return table_.render(); }

 private:
  std::string verdict(const plan::PairedDifference& difference) const {
    const Interval& ci95 = difference.value.ci95;
    if (ci95.low == 0 && ci95.high == 0) return style_.dim("the same");
    return difference.certain() ? "" : style_.warning("sign not certain");
  }

  TextStyle style_;
  TextTable table_;
};

Json one_json(const plan::PairedDifference& difference) {
  Json json = estimate_json(difference.value);
  json["certain"] = difference.certain();
  return json;
}

Json one_json(const std::optional<plan::PairedDifference>& difference) {
  return difference ? one_json(*difference) : Json();
}

}  // namespace

std::string difference_text(const plan::PlanResult& other,
                            const plan::ForecastDifference& difference, TextStyle style) {
  const plan::Forecast& there = other.forecast;
  Table table(style);
  table.row("done in", there.wall_time_s.mean, difference.wall_time_s,
            scale_of(Seconds(there.wall_time_s.mean)));
  if (difference.cost_usd) {
    table.row("cost", there.cost_usd->mean, *difference.cost_usd,
              scale_of(Usd(there.cost_usd->mean)));
  }
  if (difference.energy_j) {
    table.row("energy", there.energy_j->mean, *difference.energy_j,
              scale_of(Joules(there.energy_j->mean)));
  }
  table.row("ETTR", there.ettr.mean, difference.ettr, {0.01, "%"});
  table.row("interruptions", there.interruptions.total.mean, difference.interruptions, {1, ""});
  return "\n" + style.bold("Against " + short_name(other.scenario.name)) + "\n" +
         wrapped(
             fmt::format("means of {} replicas; both runs meet the same luck, so the interval is "
                         "that of the difference",
                         grouped(difference.pairs))) +
         table.text();
}

Json differences_json(const plan::ForecastDifference& difference) {
  return {{"wall_time_s", one_json(difference.wall_time_s)},
          {"cost_usd", one_json(difference.cost_usd)},
          {"energy_j", one_json(difference.energy_j)},
          {"ettr", one_json(difference.ettr)},
          {"interruptions", one_json(difference.interruptions)}};
}

Json difference_json(const plan::PlanResult& other, const plan::ForecastDifference& difference) {
  return {{"scenario", other.scenario.name},
          {"pairs", difference.pairs},
          {"difference", differences_json(difference)},
          {"plan", plan_json(other)}};
}

}  // namespace sextant::report

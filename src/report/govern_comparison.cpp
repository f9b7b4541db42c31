#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "src/report/govern_text.h"
#include "src/report/human.h"
#include "src/report/text_table.h"

namespace sextant::report {
namespace {

using enum TextTable::Align;
using govern::ComparedQuantity;
using govern::Dimension;

std::string quantity_words(const std::string& name) {
  static const std::map<std::string, std::string> kWords{{"wall_time_s", "all done after"},
                                                         {"utilisation", "allocated"},
                                                         {"jain", "Jain's index"},
                                                         {"cost_usd", "cost"},
                                                         {"energy_j", "energy"},
                                                         {"wait_s.mean", "wait, mean"},
                                                         {"wait_s.p95", "wait, p95"},
                                                         {"gpu_hours.used", "hours used"},
                                                         {"gpu_hours.lost", "hours lost"},
                                                         {"preemptions", "preemptions"},
                                                         {"missed_deadlines", "deadlines missed"}};
  return kWords.at(name);
}

/// In which both values and their difference are written.
Scale scale_of(const ComparedQuantity& quantity) {
  const double size = std::max({std::abs(quantity.first), std::abs(quantity.second)});
  switch (quantity.dimension) {
    case Dimension::kTime:
      return report::scale_of(Seconds(size));
    case Dimension::kMoney:
      return report::scale_of(Usd(size));
    case Dimension::kEnergy:
      return report::scale_of(Joules(size));
    case Dimension::kShare:
    case Dimension::kUnitHours:
    case Dimension::kCount:
      break;
  }
  return quantity.name == "utilisation" ? Scale{0.01, "%"} : Scale{1, ""};
}

/// "0", "12", "1.23".
std::string number(double value) {
  const bool whole = std::round(value) == value && std::abs(value) < 1e15;
  return whole ? grouped(static_cast<std::int64_t>(value)) : significant(value);
}

std::string with_sign(double value) {
  if (value == 0) return "0";
  return (value < 0 ? "-" : "+") + number(std::abs(value));
}

/// "± 1.2", or how much is known otherwise.
std::string doubt(const ComparedQuantity& quantity, double unit, bool exact, TextStyle style) {
  if (exact) return "";
  const Interval& ci95 = quantity.difference.value.ci95;
  if (!std::isfinite(ci95.low) || !std::isfinite(ci95.high)) return "";
  if (ci95.low == 0 && ci95.high == 0) return style.dim("the same");
  const std::string half = "± " + significant(0.5 * (ci95.high - ci95.low) / unit, 2);
  return quantity.difference.certain() ? half : half + "  " + style.warning("sign not certain");
}

std::string table_of(const govern::Comparison& comparison, const std::string& team,
                     TextStyle style) {
  TextTable table({kLeft, kRight, kRight, kLeft, kRight, kLeft});
  table.row({"", style.dim("first"), style.dim("second"), "", style.dim("difference"),
             comparison.exact || comparison.pairs < 2 ? "" : style.dim("95 %")});
  for (const ComparedQuantity& quantity : comparison.quantities) {
    if (quantity.team != team) continue;
    if (quantity.first == 0 && quantity.second == 0) continue;
    const Scale scale = scale_of(quantity);
    table.row({quantity_words(quantity.name), number(quantity.first / scale.unit_si),
               number(quantity.second / scale.unit_si), std::string(scale.unit),
               style.bold(with_sign(quantity.difference.value.mean / scale.unit_si)),
               doubt(quantity, scale.unit_si, comparison.exact, style)});
  }
  return table.render();
}

std::string certainty(const govern::Comparison& comparison) {
  if (comparison.exact) {
    return "both on the same arrivals, and nothing is drawn at random: the differences are exact";
  }
  if (comparison.pairs < 2) {
    return "one replica of each, on the same arrivals and the same luck: another seed gives other "
           "differences; --replicas 30 says how much other";
  }
  return fmt::format(
      "means of {} replicas; both meet the same arrivals and the same luck, so the interval is "
      "that of the difference",
      grouped(comparison.pairs));
}

}  // namespace

std::string comparison_text(const govern::GovernResult& first, const govern::GovernResult& second,
                            const govern::Comparison& comparison, TextStyle style) {
  std::string text =
      style.bold(short_name(second.name)) + " against " + style.bold(short_name(first.name)) + "\n";
  if (!second.question.empty()) text += wrapped(second.question);
  text += wrapped(style.dim(certainty(comparison))) + "\n" + table_of(comparison, "", style);
  std::vector<std::string> teams;
  for (const ComparedQuantity& quantity : comparison.quantities) {
    const bool known = std::find(teams.begin(), teams.end(), quantity.team) != teams.end();
    if (!quantity.team.empty() && !known) teams.push_back(quantity.team);
  }
  for (const std::string& team : teams) {
    text += "\n" + style.bold("Team " + team) + "\n" + table_of(comparison, team, style);
  }
  return text;
}

}  // namespace sextant::report

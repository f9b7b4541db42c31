#include "src/report/what_if_report.h"

#include <fmt/format.h>

#include <cmath>

#include "src/report/estimate_json.h"
#include "src/report/human.h"
#include "src/report/text_table.h"

namespace sextant::report {
namespace {

using enum TextTable::Align;
using Json = nlohmann::ordered_json;

/// "5.3 h ± 0.21": both in the unit of the larger.
template <class Q>
std::string with_error(const Summary& saved) {
  const double width = 0.5 * (saved.ci95.high - saved.ci95.low);
  const double half = width < 1e-9 * std::abs(saved.mean) ? 0 : width;  // only rounding is left
  const Scale scale = scale_of(Q(std::max(std::abs(saved.mean), half)));
  return fmt::format("{}{} ± {} {}", saved.mean < 0 ? "-" : "",
                     significant(std::abs(saved.mean) / scale.unit_si),
                     significant(half / scale.unit_si, 2), scale.unit);
}

Json saved_json(const plan::PairedDifference& saved) {
  Json json = estimate_json(saved.value);
  json["certain"] = saved.certain();
  return json;
}

}  // namespace

std::string what_if_text(const std::vector<plan::Worth>& worths, TextStyle style) {
  if (worths.empty()) return "";
  TextTable table({kLeft, kRight, kRight, kLeft});
  table.row({style.dim("what if"), style.dim("saves"), "", ""});
  for (const plan::Worth& worth : worths) {
    table.row({worth.change, with_error<Seconds>(worth.wall_time_s.value),
               worth.cost_usd ? with_error<Usd>(worth.cost_usd->value) : "",
               worth.wall_time_s.certain() ? "" : style.warning("sign not certain")});
  }
  return "\n" + style.bold("What faster recovery and fewer failures would be worth") + "\n" +
         table.render() +
         wrapped(style.dim("one change at a time, with the same luck and the same interval between "
                           "checkpoints; ± 95 %"));
}

Json what_if_json(const std::vector<plan::Worth>& worths) {
  Json list = Json::array();
  for (const plan::Worth& worth : worths) {
    list.push_back({{"change", worth.change},
                    {"saved_wall_time_s", saved_json(worth.wall_time_s)},
                    {"saved_cost_usd", worth.cost_usd ? saved_json(*worth.cost_usd) : Json()}});
  }
  return list;
}

}  // namespace sextant::report

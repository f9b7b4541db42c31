#include "src/report/preparation_report.h"

#include <fmt/format.h>

#include "src/io/quantity_text.h"
#include "src/report/evidence.h"
#include "src/report/human.h"
#include "src/report/ledger_json.h"
#include "src/report/text_table.h"

namespace sextant::report {
namespace {

using enum TextTable::Align;
using Json = nlohmann::ordered_json;

const char* limit_text(plan::PreparationLimit limit) {
  switch (limit) {
    case plan::PreparationLimit::kProcessors:
      return "processors are busy";
    case plan::PreparationLimit::kNetwork:
      return "waits for the network";
    case plan::PreparationLimit::kStore:
      return "waits for the file system";
    case plan::PreparationLimit::kRequests:
      return "waits for requests";
  }
  return "";
}

template <class Quantity>
std::string or_nothing(const std::optional<Quantity>& value) {
  return value ? human(*value) : "";
}

std::string fleets_table(const plan::PlanResult& result, TextStyle style) {
  TextTable table({kLeft, kRight, kRight, kRight, kRight, kLeft});
  table.row(
      {"", style.dim("time"), style.dim("cost"), style.dim("energy"), style.dim("emissions"), ""});
  for (const plan::PreparedData& fleet : result.preparation) {
    const auto emitted = fleet.co2e ? std::optional(fleet.co2e->location) : std::nullopt;
    table.row({fmt::format("{} x {}", grouped(fleet.count), fleet.instance),
               style.bold(human(fleet.time)), or_nothing(fleet.cost), or_nothing(fleet.energy),
               or_nothing(emitted), style.dim(limit_text(fleet.limit))});
  }
  return table.render();
}

Json co2e_json(const Emissions& co2e) {
  return {{"location", 1e-3 * co2e.location.si()}, {"market", 1e-3 * co2e.market.si()}};
}

Json fleet_json(const plan::PreparedData& fleet) {
  return {{"instance", fleet.instance},
          {"count", fleet.count},
          {"time_s", fleet.time.si()},
          {"work_s", fleet.work.si()},
          {"limit", enum_name(fleet.limit)},
          {"gets", fleet.gets},
          {"puts", fleet.puts},
          {"cost_usd", fleet.cost ? Json(fleet.cost->si()) : Json()},
          {"energy_j", fleet.energy ? Json(fleet.energy->si()) : Json()},
          {"co2e_kg", fleet.co2e ? co2e_json(*fleet.co2e) : Json()},
          {"bill", ledger_json(fleet.bill)}};
}

}  // namespace

std::string preparation_text(const plan::PlanResult& result, TextStyle style) {
  if (result.preparation.empty()) return "";
  const Bytes input = result.scenario.preparation->input;
  return "\n" + style.bold("Before the run") + "\n" +
         wrapped(fmt::format("Preparing {} of data, on demand and by the local grid; not in the "
                             "run's time, cost, energy or emissions{}.",
                             io::format_quantity(input),
                             result.preparation.size() > 1 ? "; one of these fleets" : "")) +
         fleets_table(result, style);
}

Json preparation_json(const plan::PlanResult& result) {
  if (result.preparation.empty()) return {};
  Json fleets = Json::array();
  for (const plan::PreparedData& fleet : result.preparation) fleets.push_back(fleet_json(fleet));
  const auto figures = plan::preparation_figures(result.scenario);
  return {{"input_bytes", result.scenario.preparation->input.si()},
          {"in_forecast", false},
          {"fleets", std::move(fleets)},
          {"sources", sources_json(figures)},
          {"assumed", assumed_json(figures)}};
}

}  // namespace sextant::report

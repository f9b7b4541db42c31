#include <fmt/format.h>

#include "src/plan/purchase.h"
#include "src/report/compare_report.h"
#include "src/report/compare_words.h"
#include "src/report/difference_report.h"
#include "src/report/plan_json.h"

namespace sextant::report {
namespace {

using compare::ComparedRun;
using compare::Comparison;
using compare::Driver;
using Json = nlohmann::ordered_json;

Json search_json(const search::SearchResult& search) {
  return {{"considered", search.considered}, {"valid", search.valid}, {"fit", search.fit}};
}

Json layouts_json(const std::vector<plan::PhaseLayouts>& layouts) {
  if (layouts.empty()) return {};
  Json phases = Json::array();
  for (const plan::PhaseLayouts& phase : layouts) phases.push_back(search_json(phase.search));
  return phases;
}

Json price_json(const scenario::Scenario& scenario) {
  const auto price = plan::node_price_of(scenario);
  if (!price) return {};
  const auto premium = plan::premium_of(scenario);
  return {{"mode", enum_name(scenario.purchase.mode)},
          {"usd_per_node_hour", (price->value * kHour).si() * (premium ? premium->value : 1.0)},
          {"list", (*scenario.prices)->name},
          {"date", price->date},
          {"source", price->source}};
}

Json quota_json(const scenario::Scenario& scenario) {
  const std::int64_t nodes = plan::rented_nodes(scenario);
  const std::optional<Host>& host = scenario.cluster.instance->host;
  return {{"instances", nodes},
          {"vcpus", host ? Json(nodes * host->vcpus.value) : Json()},
          {"words", quota_words(scenario)}};
}

Json run_json(const Comparison& comparison, const ComparedRun& run) {
  const scenario::Scenario& scenario = run.plan ? run.plan->scenario : run.scenario;
  Json better = Json::array();
  for (const std::size_t other : run.dominated_by) better.push_back(comparison.runs[other].label);
  Json json = {{"label", run.label},
               {"feasible", run.plan.has_value()},
               {"instance", scenario.cluster.instance->name},
               {"nodes", scenario.cluster.nodes},
               {"spares", scenario.fleet.spares},
               {"notes", run.notes}};
  if (run.interrupted) json["interrupted"] = true;
  if (!run.plan) {
    json["obstacles"] = infeasible_json(plan::InfeasiblePlan(run.obstacles))["obstacles"];
    return json;
  }
  const auto power = run.mean_node_power_w();
  json.update({{"accelerators", scenario.cluster.accelerators()},
               {"pareto", run.dominated_by.empty()},
               {"dominated_by", std::move(better)},
               {"searched", layouts_json(run.layouts)},
               {"price", price_json(scenario)},
               {"quota", quota_json(scenario)},
               {"mean_node_power_w", power ? Json(*power) : Json()},
               {"plan", plan_json(*run.plan)}});
  return json;
}

const char* group_of(compare::DriverKind kind) {
  if (kind == compare::DriverKind::kStepPart) return "step";
  return kind == compare::DriverKind::kState ? "states" : nullptr;
}

/// {steps, step: {compute, …}, pace, states: {…}}, or the factors of the cost.
Json drivers_json(const std::vector<Driver>& drivers) {
  if (drivers.empty()) return {};
  Json json = Json::object();
  for (const Driver& driver : drivers) {
    const char* group = group_of(driver.kind);
    (group ? json[group][driver.name] : json[driver.name]) = driver.amount;
  }
  return json;
}

Json difference_of_run(const Comparison& comparison, const compare::RunDifference& difference) {
  return {{"label", comparison.runs[difference.run].label},
          {"baseline", comparison.runs[*comparison.baseline].label},
          {"pairs", difference.forecast.pairs},
          {"difference", differences_json(difference.forecast)},
          {"drivers",
           {{"wall_time_s", drivers_json(difference.time_drivers)},
            {"cost_usd", drivers_json(difference.cost_drivers)}}},
          {"why", difference_sentences(comparison, difference)}};
}

}  // namespace

Json compare_json(const Comparison& comparison) {
  Json runs = Json::array();
  for (const ComparedRun& run : comparison.runs) runs.push_back(run_json(comparison, run));
  Json differences = Json::array();
  for (const auto& difference : comparison.differences) {
    differences.push_back(difference_of_run(comparison, difference));
  }
  const auto& baseline = comparison.baseline;
  return {{"schema", "sextant.compare/1"},
          {"feasible", baseline.has_value()},
          {"baseline", baseline ? Json(comparison.runs[*baseline].label) : Json()},
          {"runs", std::move(runs)},
          {"differences", std::move(differences)}};
}

}  // namespace sextant::report

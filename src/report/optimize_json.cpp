#include <fmt/format.h>

#include "sextant/training/layout.h"
#include "src/io/json_text.h"
#include "src/io/writer.h"
#include "src/plan/purchase.h"
#include "src/report/estimate_json.h"
#include "src/report/ledger_json.h"
#include "src/report/optimize_report.h"
#include "src/report/optimize_words.h"
#include "src/report/provenance_json.h"

namespace sextant::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSchema = "sextant.optimize/1";

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

Json estimate_or_null(const std::optional<Summary>& value) {
  return value ? estimate_json(*value) : Json();
}

Json limits_json(const optimize::Limits& limits) {
  return {{"deadline_s", limits.deadline ? Json(limits.deadline->si()) : Json()},
          {"budget_usd", limits.budget ? Json(limits.budget->si()) : Json()},
          {"probability", limits.probability},
          {"nodes", or_null(limits.nodes)}};
}

Json objective_json(const optimize::Objective& objective) {
  Json json = Json::array();
  for (const auto& term : objective.terms) {
    json.push_back({{"quantity", enum_name(term.quantity)}, {"worth_usd", term.worth}});
  }
  return json;
}

Json layouts_json(const plan::PlanResult& plan) {
  Json json = Json::array();
  for (const plan::PlannedPhase& phase : plan.phases) {
    const plan::PlannedBatch& batch = phase.main();
    json.push_back({{"phase", phase.plan.name},
                    {"layout", io::to_json(io::write_value(phase.plan.layout))},
                    {"words", short_layout(batch.inputs)},
                    {"data", batch.inputs.data()},
                    {"step_time_s", batch.step.time.si()},
                    {"mfu", phase.mfu()},
                    {"peak_memory_bytes", batch.step.peak_memory().si()}});
  }
  return json;
}

/// What one node costs, and who says so.
Json price_json(const scenario::Scenario& scenario) {
  const auto price = plan::node_price_of(scenario);
  if (!price) return {};
  return {{"list", scenario.prices ? Json((*scenario.prices)->name) : Json()},
          {"usd_per_node_hour", (kHour * price->value).si()},
          {"source", price->source},
          {"date", price->date},
          {"method", enum_name(price->method)}};
}

Json candidate_json(const optimize::Candidate& candidate) {
  const plan::PlanResult& plan = candidate.plan;
  const scenario::Scenario& scenario = plan.scenario;
  const plan::Forecast& forecast = plan.forecast;
  Json faster = Json::array();
  for (const Seconds interval : plan.interval.faster_intervals()) faster.push_back(interval.si());
  return {{"label", optimize::label_of(scenario)},
          {"instance", scenario.cluster.instance->name},
          {"nodes", scenario.cluster.nodes},
          {"spares", scenario.fleet.spares},
          {"region", scenario.cluster.region ? Json((*scenario.cluster.region)->name) : Json()},
          {"purchase", enum_name(scenario.purchase.mode)},
          {"checkpoint_target", scenario.checkpoint.target},
          {"checkpoint_interval_s", plan.interval.interval.si()},
          {"faster_intervals_s", std::move(faster)},
          {"phases", layouts_json(plan)},
          {"replicas", forecast.replicas},
          {"digest", fmt::format("{:016x}", forecast.digest)},
          {"objective", estimate_json(candidate.objective.summary())},
          {"wall_time_s", estimate_json(forecast.wall_time_s)},
          {"cost_usd", estimate_or_null(forecast.cost_usd)},
          {"energy_j", estimate_or_null(forecast.energy_j)},
          {"co2e_kg", forecast.co2e_kg ? estimate_json(forecast.co2e_kg->location) : Json()},
          {"ettr", estimate_json(forecast.ettr)},
          {"in_time", or_null(candidate.standing.in_time)},
          {"in_budget", or_null(candidate.standing.in_budget)},
          {"price", price_json(scenario)},
          {"ledger", ledger_json(forecast.ledger)},
          {"notes", candidate.notes}};
}

Json reason_json(const optimize::Objective& objective, const optimize::Reason& reason) {
  Json factors = Json::array();
  for (const optimize::Factor& factor : reason.factors) {
    factors.push_back({{"factor", factor.what}, {"ratio", factor.ratio}});
  }
  return {{"words", reason_words(objective, reason)},
          {"factors", std::move(factors)},
          {"item", reason.item},
          {"item_difference", reason.item_difference}};
}

Json ranked_json(const optimize::Objective& objective, const optimize::Ranked& ranked) {
  Json json = candidate_json(ranked.candidate);
  json["reason"] = ranked.reason ? reason_json(objective, *ranked.reason) : Json();
  if (ranked.behind) {
    json["behind"] = estimate_json(ranked.behind->value);
    json["behind"]["certain"] = ranked.behind->certain();
  } else {
    json["behind"] = nullptr;
  }
  return json;
}

Json relaxation_json(const optimize::Relaxation& relaxation) {
  return {{"limit", enum_name(relaxation.limit)},
          {"now", relaxation.now},
          {"relaxed", relaxation.relaxed},
          {"gain", or_null(relaxation.gain)},
          {"best", relaxation.best ? candidate_json(*relaxation.best) : Json()}};
}

Json dropped_json(const optimize::Dropped& dropped) {
  return {{"reason", enum_name(dropped.reason)}, {"choice", dropped.choice}, {"why", dropped.why}};
}

template <class T>
Json list_json(const std::vector<T>& values, Json (*convert)(const T&)) {
  Json json = Json::array();
  for (const T& value : values) json.push_back(convert(value));
  return json;
}

}  // namespace

Json optimize_json(const optimize::Answer& answer) {
  Json best = Json::array();
  for (const optimize::Ranked& ranked : answer.best) {
    best.push_back(ranked_json(answer.question.objective, ranked));
  }
  return {{"schema", kSchema},
          {"scenario", answer.question.scenario.name},
          {"minimize", objective_json(answer.question.objective)},
          {"limits", limits_json(answer.question.limits)},
          {"feasible", !answer.best.empty()},
          {"complete", answer.complete},
          {"best", std::move(best)},
          {"nearest", answer.nearest ? candidate_json(*answer.nearest) : Json()},
          {"relaxations", list_json(answer.relaxations, relaxation_json)},
          {"dropped", list_json(answer.dropped, dropped_json)},
          {"searched",
           {{"clusters", answer.clusters},
            {"clusters_not_searched", answer.unfinished},
            {"choices", answer.choices},
            {"layouts_considered", answer.layouts.considered},
            {"layouts_valid", answer.layouts.valid},
            {"layouts_fit", answer.layouts.fit},
            {"layouts_timed", answer.layouts.timed},
            {"layouts_replayed", answer.layouts.replayed}}},
          {"seed", answer.question.scenario.simulation.seed},
          {"provenance", provenance_json(answer.files)}};
}

}  // namespace sextant::report

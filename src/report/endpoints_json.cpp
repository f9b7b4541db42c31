#include "src/report/endpoints_report.h"
#include "src/report/evidence.h"
#include "src/report/provenance_json.h"

namespace sextant::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSchema = "sextant.endpoints_result/1";

template <class Quantity>
Json or_null(const std::optional<Quantity>& value) {
  if constexpr (std::is_arithmetic_v<Quantity>) {
    return value ? Json(*value) : Json();
  } else {
    return value ? Json(value->si()) : Json();
  }
}

Json service_json(const endpoints::InstanceService& instance) {
  const ReplicaService& service = instance.service;
  return {{"requests_per_s", service.requests_per_s()},
          {"estimated", instance.estimate.has_value()},
          {"copies", instance.copies},
          {"slots", service.slots},
          {"batch", service.batch},
          {"batch_timeout_s", service.batch_timeout.si()},
          {"single_s", service.single.si()},
          {"full_s", service.full.si()},
          {"service_times", enum_name(service.spread)}};
}

Json estimate_json(const endpoints::CopyEstimate& estimate) {
  return {{"forward_s", estimate.forward.si()},
          {"single_forward_s", estimate.single_forward.si()},
          {"decode_step_s", estimate.decode_step.si()},
          {"sequences", estimate.sequences},
          {"most_in_memory", estimate.most_in_memory},
          {"weights_bytes", estimate.weights.si()},
          {"keys_and_values_bytes", estimate.keys_and_values.si()},
          {"memory_bytes", estimate.memory.si()},
          {"requests_per_s", estimate.requests_per_s},
          {"extrapolated", estimate.extrapolated}};
}

Json peak_json(const endpoints::PeakQueue& peak) {
  return {{"utilisation", peak.utilisation},
          {"wait_probability", or_null(peak.wait_probability)},
          {"mean_wait_s", or_null(peak.mean_wait)},
          {"response_s", or_null(peak.response)}};
}

/// Times are those of the requests after the warm-up; counts are of all.
Json simulated_json(const endpoints::Fleet& fleet) {
  const ServingOutcome& outcome = fleet.simulated;
  Json json = {{"duration_s", fleet.simulated_as.duration.si()},
               {"arrived", outcome.arrived},
               {"served", outcome.served},
               {"in_service", outcome.in_service},
               {"waiting", outcome.waiting},
               {"refused", outcome.refused},
               {"batches", outcome.batches},
               {"late", outcome.late},
               {"timed", outcome.wait.count()},
               {"mean_wait_s", outcome.wait.mean()}};
  for (const auto& [key, p] : {std::pair{"p50", 0.5}, {"p90", 0.9}, {"p95", 0.95}, {"p99", 0.99}}) {
    const bool any = outcome.response.count() > 0;
    json["response_s"][key] = any ? Json(outcome.response.quantile(p)) : Json();
  }
  json.update({{"serving_s", outcome.serving_seconds},
               {"starting_s", outcome.starting_seconds},
               {"warm_s", outcome.warm_seconds},
               {"busy_slot_s", outcome.busy_seconds},
               {"most_instances", outcome.scaling.most_replicas},
               {"scale_outs", outcome.scaling.scale_outs},
               {"scale_ins", outcome.scaling.scale_ins},
               {"digest", outcome.digest}});
  return json;
}

Json fleet_json(const endpoints::Fleet& fleet) {
  Json json = {{"instances", fleet.total()},
               {"groups", fleet.groups},
               {"instances_per_group", fleet.instances},
               {"by_rate_per_group", fleet.by_rate},
               {"instance", service_json(fleet.instance)}};
  if (fleet.instance.estimate) json["estimate"] = estimate_json(*fleet.instance.estimate);
  if (!fleet.instance.cannot.empty()) return json;
  json["closed_form_at_peak"] = peak_json(fleet.peak);
  json["response_s"] = or_null(fleet.response);
  json["simulated_group"] = simulated_json(fleet);
  return json;
}

Json account_json(const endpoints::YearlyAccount& year) {
  const auto both = [&](const char* unit, const auto& value, double scale) -> Json {
    if (!value) return {};
    return {{std::string("per_million_") + unit, scale * year.per_million(*value).si()},
            {std::string("per_year_") + unit, scale * value->si()}};
  };
  const auto emitted = [&](GramsCo2e Emissions::*method) -> std::optional<GramsCo2e> {
    return year.co2e ? std::optional((*year.co2e).*method) : std::nullopt;
  };
  return {{"requests_per_year", year.requests},
          {"instance_hours_per_year", year.instance_hours},
          {"instance_usd_per_h", year.price ? Json((*year.price * kHour).si()) : Json()},
          {"cost", both("usd", year.cost, 1)},
          {"energy", both("j", year.energy, 1)},
          {"co2e_location", both("kg", emitted(&Emissions::location), 1e-3)},
          {"co2e_market", both("kg", emitted(&Emissions::market), 1e-3)},
          {"embodied", both("kg", year.embodied, 1e-3)}};
}

Json against_first_json(const endpoints::YearlyAccount& year,
                        const endpoints::YearlyAccount& first) {
  const auto change = [&](auto of) {
    const auto& value = year.*of;
    const auto& base = first.*of;
    if (!value || !base || base->si() == 0) return Json();
    return Json(value->si() / base->si() - 1);
  };
  return {{"cost", change(&endpoints::YearlyAccount::cost)},
          {"energy", change(&endpoints::YearlyAccount::energy)}};
}

Json stated_json(const scenario::StatedOutcome& stated) {
  return {{"instances", or_null(stated.instances)},
          {"cost_per_million_usd", or_null(stated.cost_per_million)},
          {"cost_per_year_usd", or_null(stated.cost_per_year)},
          {"energy_change", or_null(stated.energy_change)},
          {"source", stated.source}};
}

}  // namespace

Json endpoints_json(const endpoints::EndpointsResult& result) {
  Json alternatives = Json::array();
  for (std::size_t i = 0; i < result.answers.size(); ++i) {
    const endpoints::Answer& answer = result.answers[i];
    Json json = {{"name", answer.name}, {"meets_target", answer.meets()}};
    if (!answer.meets()) json["misses"] = answer.fleet->misses;
    if (answer.fleet) json["fleet"] = fleet_json(*answer.fleet);
    json["account"] = account_json(answer.year);
    json["against_first"] = against_first_json(answer.year, result.answers.front().year);
    const auto& stated = result.scenario.alternatives[i].stated;
    if (stated) json["stated"] = stated_json(*stated);
    alternatives.push_back(std::move(json));
  }
  const scenario::EndpointsScenario& s = result.scenario;
  Json latency;
  if (s.latency) {
    latency = {{"target_s", s.latency->target.si()}, {"percentile", s.latency->percentile}};
  }
  return {{"schema", kSchema},
          {"name", s.name},
          {"load",
           {{"mean_per_s", result.mean_per_s},
            {"peak_per_s", result.peak_per_s},
            {"models", s.load.models}}},
          {"latency", std::move(latency)},
          {"target_utilisation", s.target_utilisation},
          {"alternatives", std::move(alternatives)},
          {"sources", sources_json(result.figures)},
          {"assumed", assumed_json(result.figures)},
          {"seed", s.simulation.seed},
          {"provenance", provenance_json(result.files)}};
}

}  // namespace sextant::report

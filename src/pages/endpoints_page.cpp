#include "src/pages/endpoints_page.h"

#include <array>
#include <utility>

namespace sextant::pages {
namespace {

using Json = nlohmann::ordered_json;
using scenario::EndpointAlternative;

/// Of the distribution of latency: where it is steep there is little between them.
constexpr std::array kShares{0.0, 0.01, 0.05, 0.1,  0.2,  0.3,  0.4,   0.5,   0.6,
                             0.7, 0.8,  0.9,  0.95, 0.98, 0.99, 0.995, 0.999, 0.9999};

Json offered_json(const scenario::EndpointsScenario& scenario) {
  Json at = Json::array(), rate = Json::array();
  for (const scenario::RequestPoint& point : scenario.load.curve) {
    at.push_back(for_drawing(point.at.si()));
    rate.push_back(for_drawing(point.rate.si()));
  }
  return {{"period_s", scenario.load.period.si()},
          {"at_s", std::move(at)},
          {"rate_per_s", std::move(rate)}};
}

Json runs_on_json(const EndpointAlternative& alternative) {
  Json json = Json::object();
  if (alternative.instance) json["instance"] = (*alternative.instance)->name;
  if (alternative.accelerator) json["accelerator"] = (*alternative.accelerator)->name;
  if (!alternative.mig.empty()) json["mig"] = alternative.mig;
  json["scaled"] = alternative.scaling.has_value();
  if (alternative.estimate) {
    json["estimate"] = {{"model", alternative.estimate->model->name},
                        {"precision", enum_name(alternative.estimate->precision)},
                        {"input_tokens", alternative.estimate->input_tokens},
                        {"output_tokens", alternative.estimate->output_tokens},
                        {"tensor", alternative.estimate->tensor}};
  }
  return json;
}

Json latency_json(const ServingOutcome& outcome) {
  Json shares = Json::array(), times = Json::array();
  const auto count = static_cast<double>(outcome.response.count());
  for (const double share : kShares) {
    if (count * (1 - share) < 1) break;  // no request is so late
    shares.push_back(share);
    times.push_back(for_drawing(outcome.response.quantile(share)));
  }
  return {{"share", std::move(shares)}, {"response_s", std::move(times)}};
}

/// Columns of the series; a piece is an element of each.
class Series {
 public:
  Series(const endpoints::Fleet& fleet, double percentile)
      : fleet_(fleet), percentile_(percentile) {
    for (const char* column : {"rate_per_s", "refused_per_s", "working", "starting", "warm",
                               "utilisation", "p50_s", "p99_s", "target_s", "late"}) {
      json_[column] = Json::array();
    }
  }

  Json take() {
    const double width = fleet_.simulated_as.bin.si();
    double begin = 0;
    for (const ServingBin& bin : fleet_.simulated.bins) {
      add(bin, std::min(width, fleet_.simulated_as.duration.si() - begin));
      begin += width;
    }
    json_["bin_s"] = width;
    return std::move(json_);
  }

 private:
  void add(const ServingBin& bin, double seconds) {
    const auto push = [&](const char* column, double value) {
      json_[column].push_back(for_drawing(value));
    };
    const double each = fleet_.groups / seconds;
    push("rate_per_s", static_cast<double>(bin.arrived) * each);
    push("refused_per_s", static_cast<double>(bin.refused) * each);
    push("working", bin.serving_seconds * each);
    push("starting", bin.starting_seconds * each);
    push("warm", bin.warm_seconds * each);
    const double slots = bin.serving_seconds * fleet_.instance.service.slots;
    push("utilisation", slots > 0 ? bin.busy_seconds / slots : 0);
    const bool any = bin.response.count() > 0;
    const auto quantile = [&](double p) {
      return any ? Json(for_drawing(bin.response.quantile(p))) : Json();
    };
    json_["p50_s"].push_back(quantile(0.5));
    json_["p99_s"].push_back(quantile(0.99));
    json_["target_s"].push_back(quantile(percentile_));
    const auto answers = static_cast<double>(bin.response.count());
    push("late", any ? static_cast<double>(bin.late) / answers : 0);
  }

  const endpoints::Fleet& fleet_;
  double percentile_;
  Json json_;
};

Json alternative_json(const endpoints::EndpointsResult& result, std::size_t i) {
  const endpoints::Answer& answer = result.answers[i];
  Json json = runs_on_json(result.scenario.alternatives[i]);
  if (!answer.fleet || answer.fleet->simulated.response.count() == 0) return json;
  json["latency"] = latency_json(answer.fleet->simulated);
  const auto& target = result.scenario.latency;
  if (!answer.fleet->simulated.bins.empty()) {
    json["series"] = Series(*answer.fleet, target ? target->percentile : 0.99).take();
  }
  return json;
}

}  // namespace

Json endpoints_pictures(const endpoints::EndpointsResult& result) {
  Json alternatives = Json::array();
  for (std::size_t i = 0; i < result.answers.size(); ++i) {
    alternatives.push_back(alternative_json(result, i));
  }
  return {{"offered", offered_json(result.scenario)}, {"alternatives", std::move(alternatives)}};
}

PageDocument endpoints_page(const endpoints::EndpointsResult& result, Json document) {
  return {.kind = "endpoints",
          .title = result.scenario.name,
          .question = result.scenario.question,
          .result = std::move(document),
          .pictures = endpoints_pictures(result)};
}

}  // namespace sextant::pages

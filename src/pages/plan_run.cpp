#include "src/pages/plan_run.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

#include "sextant/fleet/causes.h"
#include "src/pages/html_page.h"
#include "src/plan/forecast_inputs.h"

namespace sextant::pages {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kBins = 160;
constexpr std::size_t kLongestStops = 12;

/// How far each number lies from the median, in widths of the middle eight tenths.
std::vector<double> distances_from_median(const Sample& sample) {
  const Summary summary = sample.summary();
  const double width = summary.p90 > summary.p10 ? summary.p90 - summary.p10 : 1.0;
  std::vector<double> distances;
  for (const double number : sample.numbers()) {
    distances.push_back(std::abs(number - summary.p50) / width);
  }
  return distances;
}

/// Wall time alone would not do: a run with slow steps and few failures can take as long as one
/// with fast steps and many.
std::size_t most_typical(const plan::Forecast::Samples& samples) {
  std::vector<double> distances = distances_from_median(samples.wall_time_s);
  const std::vector<double> more = distances_from_median(samples.interruptions);
  std::transform(distances.begin(), distances.end(), more.begin(), distances.begin(),
                 std::plus<>());
  const auto least = std::min_element(distances.begin(), distances.end());
  return static_cast<std::size_t>(least - distances.begin());
}

std::vector<double> tokens_by_bin(const std::vector<plan::PlannedPhase>& phases,
                                  const BinnedUsage& usage, double step_factor) {
  std::vector<double> tokens;
  Seconds trained;
  for (std::size_t bin = 0; bin < usage.bins(); ++bin) {
    trained += usage.time(bin, NodeState::kTraining);
    tokens.push_back(tokens_after(phases, trained, step_factor));
  }
  return tokens;
}

double thousandths(double share) { return std::round(1000.0 * share) / 1000.0; }

/// Shares of each bin; only states that the job was in.
Json states_json(const BinnedUsage& usage) {
  Json json = Json::object();
  for (const auto& [state, name] : EnumNames<NodeState>::table) {
    Json shares = Json::array();
    bool any = false;
    for (std::size_t bin = 0; bin < usage.bins(); ++bin) {
      const Seconds time = usage.time(bin, state);
      any |= time > Seconds(0);
      shares.push_back(thousandths(time / usage.width()));
    }
    if (any) json[std::string(name)] = std::move(shares);
  }
  return json;
}

Json stop_json(const Stop& stop) {
  Json states = Json::object();
  for (const auto& [state, name] : EnumNames<NodeState>::table) {
    const std::int64_t ns = stop.state_ns[static_cast<std::size_t>(state)];
    if (ns > 0) states[std::string(name)] = for_drawing(1e-9 * static_cast<double>(ns));
  }
  return {{"at_s", for_drawing(1e-9 * static_cast<double>(stop.from_ns))},
          {"length_s", for_drawing(stop.length().si())},
          {"states", std::move(states)}};
}

Json stops_json(const BinnedUsage& usage) {
  std::vector<Stop> stops = usage.stops();
  std::vector<std::int64_t> per_bin(usage.bins());
  for (const Stop& stop : stops) {
    const double bin = 1e-9 * static_cast<double>(stop.from_ns) / usage.width().si();
    ++per_bin[std::min(per_bin.size() - 1, static_cast<std::size_t>(bin))];
  }
  const std::size_t number = stops.size();
  std::stable_sort(stops.begin(), stops.end(),
                   [](const Stop& a, const Stop& b) { return a.length() > b.length(); });
  Json longest = Json::array();
  for (std::size_t i = 0; i < std::min(number, kLongestStops); ++i) {
    longest.push_back(stop_json(stops[i]));
  }
  return {{"number", number}, {"per_bin", per_bin}, {"longest", std::move(longest)}};
}

Json causes_json(const CampaignInputs& campaign, const CampaignResult& result) {
  const std::vector<std::string> names =
      InterruptionCauses(campaign.failures, campaign.fleet).names();
  Json json = Json::object();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (result.interruptions[i] > 0) json[names[i]] = result.interruptions[i];
  }
  return json;
}

}  // namespace

double tokens_after(const std::vector<plan::PlannedPhase>& phases, Seconds trained,
                    double step_factor) {
  double tokens = 0;
  Seconds left = trained / step_factor;
  for (const plan::PlannedPhase& phase : phases) {
    for (const plan::PlannedBatch& batch : phase.batches) {
      const double steps =
          std::min(static_cast<double>(batch.steps), std::max(0.0, left / batch.step.time));
      tokens += steps * batch.step.tokens;
      left -= steps * batch.step.time;
    }
  }
  return tokens;
}

TypicalRun typical_run(const plan::PlanResult& result) {
  const Sample& wall_times = result.forecast.samples.wall_time_s;
  const std::size_t replica = most_typical(result.forecast.samples);
  const plan::ForecastInputs inputs =
      plan::forecast_inputs_of(result.scenario, result.campaign, result.data);
  TypicalRun run{.replica = static_cast<std::int64_t>(replica),
                 .result = {},
                 .usage = BinnedUsage(Seconds(wall_times.numbers()[replica]), kBins),
                 .tokens = {}};
  const ReplicaKey key{inputs.seed, static_cast<std::uint32_t>(replica)};
  run.result = run_campaign(inputs.campaign, key, run.usage);
  run.tokens = tokens_by_bin(result.phases, run.usage, run.result.step_factor);
  return run;
}

Json run_json(const plan::PlanResult& result) {
  const TypicalRun run = typical_run(result);
  Json tokens = Json::array();
  for (const double value : run.tokens) tokens.push_back(for_drawing(value));
  return {{"replica", run.replica},
          {"wall_time_s", run.result.wall_time.si()},
          {"outcome", enum_name(run.result.outcome)},
          {"width_s", run.usage.width().si()},
          {"states", states_json(run.usage)},
          {"tokens", std::move(tokens)},
          {"stops", stops_json(run.usage)},
          {"by_cause", causes_json(result.campaign, run.result)}};
}

}  // namespace sextant::pages

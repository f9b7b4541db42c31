#include "src/plan/plan.h"

#include <fmt/format.h>

#include "src/plan/feasibility.h"
#include "src/plan/figures_used.h"
#include "src/plan/flowed_phases.h"
#include "src/plan/forecast_inputs.h"
#include "src/plan/purchase.h"

namespace sextant::plan {
namespace {

ForecastInputs inputs_of(const PlanResult& result) {
  return forecast_inputs_of(result.scenario, result.campaign, result.data);
}

/// Rents the spares that let the asked share of runs never wait.
void rent_spares(PlanResult& result, double share, const run::ParallelOptions& parallel) {
  const int spares = choose_spares(inputs_of(result), share, parallel);
  result.scenario.fleet.spares = spares;
  result.campaign.fleet.spares = spares;
  require_purchase(result.scenario);
}

/// Where the forecast found that more are not worth their time.
void note_few_replicas(PlanResult& result) {
  const std::int64_t asked = result.scenario.simulation.replicas;
  if (result.forecast.replicas >= asked || result.forecast.interrupted_of) return;
  result.notes.push_back(fmt::format(
      "only {} of {} replicas were run: between its failures the run trains for {:.0f} % of its "
      "time, and is slow to simulate",
      result.forecast.replicas, asked, 100 * result.forecast.ettr.mean));
}

/// Where a store must split before it takes a checkpoint.
void note_failing_saves(PlanResult& result) {
  if (!result.storage || !result.storage->first_save) return;
  const double failure = result.storage->first_save->failure;
  if (failure < 0.5) return;
  result.notes.push_back(fmt::format(
      "until {} has split under the load, {:.0f} % of checkpoints fail: retries do not last. More "
      "\"max_attempts\", \"prefixes\" that are \"pre_split\", larger parts or one writer per node "
      "(\"objects_per\") would help",
      result.storage->store, 100 * failure));
}

/// The phases with the times of their steps from flows.
std::vector<PlannedPhase> flowed_phases(const scenario::Scenario& scenario, FlowQuestion question,
                                        std::optional<FlowForecast>& network) {
  return plan_phases(scenario, [&](std::vector<PlannedPhase>& phases) {
    const PlannedPhase& longest = phases[main_phase(phases)];
    question.checkpoint = longest.campaign.checkpoint;
    network = flow_forecast(scenario, longest.main().inputs, longest.main().step, question);
    take_flowed_steps(*network, phases);
    return network->beside_checkpoint.has_value();
  });
}

/// What the step's tier does with the scenario's network.
void note_network(PlanResult& result) {
  const auto& network = result.scenario.network;
  if (!result.network) {
    if (!network) return;
    result.notes.emplace_back(
        "the step is replayed as if nothing else used the network: --network flow runs it on the "
        "scenario's fabric");
    return;
  }
  const std::size_t batches = result.longest().batches.size();
  if (result.phases.size() == 1 && batches == 1) return;
  result.notes.push_back(fmt::format(
      "the step of {} sequences was run as flows, and takes {:.3f} times its replay; those of "
      "other batches and phases were taken to be as much longer",
      result.step_inputs.global_batch, result.network->flow / result.network->replay));
}

/// Everything that the forecast needs, and the forecast.
template <class ChooseInterval>
PlanResult forecast_run(const scenario::Scenario& scenario, const run::ParallelOptions& parallel,
                        const ChooseInterval& choose,
                        const std::optional<FlowQuestion>& flow = std::nullopt) {
  PlanResult result;
  result.scenario = scenario;
  require_purchase(scenario);
  if (flow) run::begin_phase(parallel, "the step as flows", 0);
  result.phases = flow ? flowed_phases(scenario, *flow, result.network) : plan_phases(scenario);
  result.main_phase = main_phase(result.phases);
  result.step_inputs = result.longest().main().inputs;
  result.step = result.longest().main().step;

  result.data = plan_data(scenario, result.phases);
  result.preparation = prepare_data(scenario);
  result.campaign = campaign_of(scenario, result.phases, data_costs(result.data));
  const std::optional<double> share = scenario.fleet.spares_for;
  if (share) result.campaign.fleet.spares = many_spares(result.campaign);  // until they are chosen
  result.interval =
      choose(scenario.checkpoint, result.campaign, scenario.simulation.seed, parallel);
  result.campaign.interval = result.interval.interval;
  result.campaign.faster_intervals = result.interval.faster_intervals();
  if (share) rent_spares(result, *share, parallel);
  result.forecast = forecast(inputs_of(result), parallel);
  require_finish(result.campaign, result.forecast);
  require_booking(result.scenario, result.forecast);
  return result;
}

}  // namespace

PlanResult make_plan(const scenario::Scenario& scenario, const run::ParallelOptions& parallel,
                     const std::optional<FlowQuestion>& flow) {
  const auto choose = [](const auto&... asked) { return choose_interval(asked...); };
  PlanResult result = forecast_run(scenario, parallel, choose, flow);
  const ForecastInputs inputs = inputs_of(result);
  result.storage =
      storage_use(result.scenario, result.longest().campaign, result.interval, inputs.tariff);
  result.spares = spare_needs(inputs, result.forecast, parallel);
  result.notes = purchase_notes(result.scenario, result.forecast);
  note_few_replicas(result);
  note_failing_saves(result);
  note_network(result);
  result.ideal = ideal_run(scenario, result.phases);
  result.figures = figures_used(scenario, result.network.has_value());
  return result;
}

PlanResult make_bare_plan(const scenario::Scenario& scenario,
                          const run::ParallelOptions& parallel) {
  return forecast_run(scenario, parallel, choose_interval_alone);
}

}  // namespace sextant::plan

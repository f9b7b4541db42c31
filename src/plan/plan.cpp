#include "src/plan/plan.h"

#include <fmt/format.h>

#include "src/plan/feasibility.h"
#include "src/plan/figures_used.h"
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
  if (result.forecast.replicas >= asked) return;
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

/// Everything that the forecast needs, and the forecast.
template <class ChooseInterval>
PlanResult forecast_run(const scenario::Scenario& scenario, const run::ParallelOptions& parallel,
                        const ChooseInterval& choose) {
  PlanResult result;
  result.scenario = scenario;
  require_purchase(scenario);
  result.phases = plan_phases(scenario);
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

PlanResult make_plan(const scenario::Scenario& scenario, const run::ParallelOptions& parallel) {
  const auto choose = [](const auto&... asked) { return choose_interval(asked...); };
  PlanResult result = forecast_run(scenario, parallel, choose);
  const ForecastInputs inputs = inputs_of(result);
  result.storage =
      storage_use(result.scenario, result.longest().campaign, result.interval, inputs.tariff);
  result.spares = spare_needs(inputs, result.forecast, parallel);
  result.notes = purchase_notes(result.scenario, result.forecast);
  note_few_replicas(result);
  note_failing_saves(result);
  result.ideal = ideal_run(scenario, result.phases);
  result.figures = figures_used(scenario);
  return result;
}

PlanResult make_bare_plan(const scenario::Scenario& scenario,
                          const run::ParallelOptions& parallel) {
  return forecast_run(scenario, parallel, choose_interval_alone);
}

}  // namespace sextant::plan

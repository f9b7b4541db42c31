#include "src/plan/plan.h"

#include "src/plan/feasibility.h"
#include "src/plan/figures_used.h"
#include "src/plan/forecast_inputs.h"
#include "src/plan/purchase.h"

namespace sextant::plan {

PlanResult make_plan(const scenario::Scenario& scenario, const run::ParallelOptions& parallel) {
  PlanResult result;
  result.scenario = scenario;
  require_purchase(scenario);
  result.phases = plan_phases(scenario);
  result.main_phase = main_phase(result.phases);
  result.step_inputs = result.longest().main().inputs;
  result.step = result.longest().main().step;

  result.campaign = campaign_of(scenario, result.phases);
  result.interval =
      choose_interval(scenario.checkpoint, result.campaign, scenario.simulation.seed, parallel);
  result.campaign.interval = result.interval.interval;
  result.campaign.faster_intervals = result.interval.faster_intervals();
  result.forecast = forecast(forecast_inputs_of(scenario, result.campaign), parallel);
  require_finish(result.campaign, result.forecast);
  require_booking(scenario, result.forecast);
  result.notes = purchase_notes(scenario, result.forecast);
  result.ideal = ideal_run(scenario, result.phases);
  result.figures = figures_used(scenario);
  return result;
}

}  // namespace sextant::plan

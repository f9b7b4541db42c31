#include "calibrate/replay/planned_step.h"

#include "src/plan/named_phase.h"
#include "src/plan/phases.h"
#include "src/scenario/read_scenario.h"

namespace sextant::replay {

PlannedStep planned_step(const ReplayOptions& options) {
  catalog::Catalogue catalogue(catalog::find_models(options.models));
  scenario::Scenario scenario = scenario::read_scenario(options.scenario, catalogue);
  if (options.calibration) {
    scenario.calibration.value = catalogue.load<Calibration>(*options.calibration);
  }
  const std::vector<plan::PlannedPhase> phases = plan::plan_phases(scenario);
  const plan::PlannedPhase& phase = plan::named_phase(phases, options.phase);
  const plan::PlannedBatch& batch = phase.main();
  return {.scenario = scenario.name,
          .phase = phase.plan.name,
          .instance = scenario.cluster.instance->name,
          .nodes = scenario.cluster.nodes,
          .inputs = batch.inputs,
          .calibration = *scenario.calibration,
          .forecast = batch.step,
          .files = catalogue.used_files()};
}

}  // namespace sextant::replay

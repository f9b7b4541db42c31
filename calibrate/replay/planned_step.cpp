#include "calibrate/replay/planned_step.h"

#include <fmt/format.h>

#include <utility>

#include "src/io/diagnostics.h"
#include "src/io/nearest_name.h"
#include "src/plan/phases.h"
#include "src/scenario/read_scenario.h"

namespace sextant::replay {
namespace {

const plan::PlannedPhase& phase_of(const std::vector<plan::PlannedPhase>& phases,
                                   const std::optional<std::string>& name) {
  if (!name) return phases[plan::main_phase(phases)];
  std::vector<std::string> names;
  for (const plan::PlannedPhase& phase : phases) {
    if (phase.plan.name == *name) return phase;
    if (!phase.plan.name.empty()) names.push_back(phase.plan.name);
  }
  if (names.empty()) {
    throw io::InputError("error: --phase: the scenario has no phases with names\n");
  }
  const auto nearest = io::nearest_name(*name, names);
  throw io::InputError(fmt::format(
      "error: --phase: the scenario has no phase '{}'{}\n  help: it has {}\n", *name,
      nearest ? fmt::format("; did you mean '{}'?", *nearest) : "", fmt::join(names, ", ")));
}

}  // namespace

PlannedStep planned_step(const ReplayOptions& options) {
  catalog::Catalogue catalogue(catalog::find_models(options.models));
  scenario::Scenario scenario = scenario::read_scenario(options.scenario, catalogue);
  if (options.calibration) {
    scenario.calibration.value = catalogue.load<Calibration>(*options.calibration);
  }
  const std::vector<plan::PlannedPhase> phases = plan::plan_phases(scenario);
  const plan::PlannedPhase& phase = phase_of(phases, options.phase);
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

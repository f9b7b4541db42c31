#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sextant/training/step_inputs.h"
#include "sextant/training/step_profile.h"
#include "src/catalog/catalogue.h"
#include "src/io/figures.h"
#include "src/plan/checkpoint_interval.h"
#include "src/plan/data.h"
#include "src/plan/flow_forecast.h"
#include "src/plan/forecast.h"
#include "src/plan/ideal.h"
#include "src/plan/phases.h"
#include "src/plan/preparation.h"
#include "src/plan/spares.h"
#include "src/plan/storage_use.h"
#include "src/run/parallel_for.h"
#include "src/scenario/scenario.h"

namespace sextant::plan {

/// A forecast and everything that it stands on.
struct PlanResult {
  scenario::Scenario scenario;
  std::vector<PlannedPhase> phases;
  std::size_t main_phase = 0;           ///< the one that takes most of the time
  StepInputs step_inputs;               ///< of its main batch
  StepProfile step;                     ///< of the same
  std::optional<FlowForecast> network;  ///< where the flow tier was asked for: `step` is its own
  std::optional<IdealRun> ideal;
  CampaignInputs campaign;
  IntervalChoice interval;
  Forecast forecast;
  std::optional<SpareNeeds> spares;
  std::optional<PlannedData> data;        ///< how the training data come to the ranks
  std::vector<PreparedData> preparation;  ///< before the run, by each fleet; not in the forecast
  std::optional<StorageUse> storage;
  std::vector<std::string> notes;   ///< what a reader must know, one sentence each
  std::vector<io::Figure> figures;  ///< the sourced ones that went in
  /// The files that were read. make_plan knows none: whoever read the scenario fills them in.
  std::vector<catalog::UsedFile> files;

  const PlannedPhase& longest() const { return phases[main_phase]; }
};

/// Forecasts one run: its step, its weeks on a failing fleet, its bill. Replicas and seed are the
/// scenario's; the progress of `parallel` counts replicas.
/// @param flow to have the main batch's step in flows on the scenario's network, and all others in
/// proportion; absent: by replay
/// @throws InfeasiblePlan
/// @throws io::InputError if the calibration does not know the hardware or the software
/// @throws run::FlowFailure
PlanResult make_plan(const scenario::Scenario& scenario, const run::ParallelOptions& parallel = {},
                     const std::optional<FlowQuestion>& flow = std::nullopt);

/// The same forecast, for many scenarios of which each must take little time: without what it costs
/// to be off the checkpoint interval, the need of spares, storage, the ideal run, notes and
/// figures.
PlanResult make_bare_plan(const scenario::Scenario& scenario,
                          const run::ParallelOptions& parallel = {});

}  // namespace sextant::plan

#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "calibrate/ingest/measurement.h"
#include "calibrate/replay/measured_step.h"
#include "calibrate/replay/planned_step.h"
#include "sextant/training/step_recipe.h"

namespace sextant::replay {

/// What was said before the replay, and the XXH64 of the file that says it.
struct Forecast {
  std::string file;
  std::string hash;
};

/// The forecast and what ran, side by side.
struct Comparison {
  Forecast forecast;
  double predicted_s = 0.0;
  std::vector<double> steps_s;  ///< in the order in which they ran
  double measured_s = 0.0;      ///< their median: of an even number the lower one in the middle
  /// As OperationGraph::attribute has it; they sum to the two times above.
  PartTimes predicted, measured;
  std::vector<StageTimes> predicted_stages, measured_stages;
  std::vector<std::string> notes;  ///< what the replay does otherwise than the forecast has it
  ingest::Environment environment;

  /// Of predicted against measured: above zero, the forecast was too long.
  double error() const { return predicted_s / measured_s - 1.0; }
};

/// The document that is written before anything runs: the step, its parts, and what operations of
/// each kind take on each stage.
nlohmann::ordered_json forecast_json(const PlannedStep& step, const StepRecipe& recipe);

nlohmann::ordered_json comparison_json(const PlannedStep& step, const Comparison& comparison);
/// For people: tables of parts and of stages.
std::string comparison_text(const PlannedStep& step, const Comparison& comparison);

/// Share of a step in which it communicates and does nothing else: all but compute, recompute,
/// optimizer, host, bubble and the rest.
double communication_share(const PartTimes& parts);

}  // namespace sextant::replay

#include "src/pages/plan_waterfall.h"

#include <array>

#include "src/pages/html_page.h"

namespace sextant::pages {
namespace {

constexpr std::string_view kTraining = enum_name(NodeState::kTraining);

/// Of all steps as they are forecast, in seconds.
struct StepTimes {
  double all = 0;
  double arithmetic = 0;
  std::array<double, kStepParts> parts{};
};

StepTimes step_times(const std::vector<plan::PlannedPhase>& phases) {
  StepTimes times;
  for (const plan::PlannedPhase& phase : phases) {
    for (const plan::PlannedBatch& batch : phase.batches) {
      const double steps = static_cast<double>(batch.steps);
      times.all += batch.time().si();
      times.arithmetic += batch.step.mfu * batch.time().si();
      for (std::size_t i = 0; i < kStepParts; ++i) {
        times.parts[i] += steps * batch.step.breakdown[i].si();
      }
    }
  }
  return times;
}

/// The parts of the steps, in which the run trained for `training` seconds.
void add_step(const StepTimes& times, double training, std::vector<TimePart>& parts) {
  const double scale = times.all > 0 ? training / times.all : 0.0;
  const auto compute = static_cast<std::size_t>(StepPart::kCompute);
  parts.push_back({"arithmetic", TimeLayer::kIdeal, scale * times.arithmetic});
  parts.push_back(
      {"below_peak", TimeLayer::kStep, scale * (times.parts[compute] - times.arithmetic)});
  for (const auto& [part, name] : EnumNames<StepPart>::table) {
    if (part == StepPart::kCompute) continue;
    parts.push_back({name, TimeLayer::kStep, scale * times.parts[static_cast<std::size_t>(part)]});
  }
}

const char* layer_name(TimeLayer layer) {
  switch (layer) {
    case TimeLayer::kIdeal:
      return "ideal";
    case TimeLayer::kStep:
      return "step";
    case TimeLayer::kRun:
      return "run";
  }
  return "";
}

}  // namespace

std::vector<TimePart> time_parts(const plan::PlanResult& result) {
  std::vector<TimePart> parts;
  std::vector<TimePart> losses;
  for (const auto& [state, time] : result.forecast.goodput_s) {
    if (state == kTraining) {
      add_step(step_times(result.phases), time.mean, parts);
    } else {
      losses.push_back({state, TimeLayer::kRun, time.mean});
    }
  }
  parts.insert(parts.end(), losses.begin(), losses.end());
  std::erase_if(parts, [](const TimePart& part) { return part.seconds == 0; });
  return parts;
}

nlohmann::ordered_json waterfall_json(const plan::PlanResult& result) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const TimePart& part : time_parts(result)) {
    json.push_back({{"name", part.name},
                    {"layer", layer_name(part.layer)},
                    {"seconds", for_drawing(part.seconds)}});
  }
  return json;
}

}  // namespace sextant::pages

#include "calibrate/replay/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "src/plan/build_info.h"

namespace sextant::replay {
namespace {

using Json = nlohmann::ordered_json;
using OperationId = OperationGraph::OperationId;
using Stream = OperationGraph::Stream;

constexpr const char* kForecastSchema = "sextant.replay_forecast/1";
constexpr const char* kSchema = "sextant.replay/1";

Json parts_json(const PartTimes& parts) {
  Json json = Json::object();
  for (const auto& [part, name] : EnumNames<StepPart>::table) json[name] = parts[part];
  return json;
}

Json files_json(const PlannedStep& step) {
  Json list = Json::array();
  for (const catalog::UsedFile& file : step.files) {
    list.push_back({{"path", file.path}, {"xxh64", file.hash}});
  }
  return list;
}

/// What is replayed, and from which files.
Json subject_json(const PlannedStep& step) {
  const plan::BuildInfo& build = plan::build_info();
  return {
      {"scenario", step.scenario}, {"phase", step.phase},    {"calibration", step.calibration.name},
      {"instance", step.instance}, {"nodes", step.nodes},    {"ranks", step.inputs.accelerators},
      {"version", build.version},  {"commit", build.commit}, {"files", files_json(step)}};
}

Json stage_json(const StageTimes& stage) {
  Json json = parts_json(stage.parts);
  json["waiting"] = stage.waiting_s;
  return json;
}

/// How many operations of each kind a stage has, and what they take together.
Json operations_json(const StepRecipe& recipe) {
  Json list = Json::array();
  for (int stage = 0; stage < recipe.graph.ranks(); ++stage) {
    std::map<OperationKind, std::pair<int, double>> kinds;
    for (Stream stream :
         {Stream::kCompute, Stream::kCollective, Stream::kSendForward, Stream::kSendBackward}) {
      for (OperationId id : recipe.graph.on_stream(stage, stream)) {
        auto& [count, seconds] = kinds[recipe.labels[static_cast<std::size_t>(id)].kind];
        ++count;
        seconds += recipe.graph.parts_of(id).total();
      }
    }
    for (const auto& [kind, sum] : kinds) {
      if (kind == OperationKind::kJoin) continue;
      list.push_back({{"stage", stage},
                      {"kind", enum_name(kind)},
                      {"count", sum.first},
                      {"seconds", sum.second}});
    }
  }
  return list;
}

Json environment_json(const ingest::Environment& environment) {
  Json json = {{"device", environment.accelerator}};
  for (const auto& [name, value] : environment.conditions) json[name] = value;
  return json;
}

std::string percent(double share) { return fmt::format("{:+.1f} %", 100.0 * share); }

std::string error_text(double predicted, double measured) {
  return measured > 0.0 ? percent(predicted / measured - 1.0) : "";
}

std::string row(const std::string& name, double predicted, double measured) {
  return fmt::format("  {:<20}{:>14.3f}{:>14.3f}{:>12}\n", name, 1e3 * predicted, 1e3 * measured,
                     error_text(predicted, measured));
}

/// What people ask of a stage: its work, what it communicates in between, and how long it waits.
std::string stage_rows(const Comparison& comparison) {
  constexpr std::array kWork{StepPart::kCompute, StepPart::kRecompute, StepPart::kHost};
  std::string text;
  for (std::size_t i = 0; i < comparison.predicted_stages.size(); ++i) {
    const StageTimes& predicted = comparison.predicted_stages[i];
    const StageTimes& measured = comparison.measured_stages[i];
    const auto work = [&](const StageTimes& stage) {
      double sum = 0.0;
      for (StepPart part : kWork) sum += stage.parts[part];
      return sum;
    };
    const auto communication = [](const StageTimes& stage) {
      return communication_share(stage.parts) * stage.parts.total();
    };
    text += fmt::format("  stage {}\n", i);
    text += row("  compute", work(predicted), work(measured));
    text += row("  communication", communication(predicted), communication(measured));
    text += row("  optimizer", predicted.parts[StepPart::kOptimizer],
                measured.parts[StepPart::kOptimizer]);
    text += row("  other", predicted.parts[StepPart::kOther], measured.parts[StepPart::kOther]);
    text += row("  waiting", predicted.waiting_s, measured.waiting_s);
  }
  return text;
}

}  // namespace

double communication_share(const PartTimes& parts) {
  double sum = 0.0;
  for (StepPart part :
       {StepPart::kTensorParallel, StepPart::kPipelineTransfer, StepPart::kDataParallel,
        StepPart::kContextParallel, StepPart::kExpertParallel}) {
    sum += parts[part];
  }
  return parts.total() > 0.0 ? sum / parts.total() : 0.0;
}

Json forecast_json(const PlannedStep& step, const StepRecipe& recipe) {
  Json json = {{"schema", kForecastSchema}};
  json.update(subject_json(step));
  json["step_s"] = recipe.timeline.finish;
  json["parts_s"] = parts_json(recipe.graph.attribute(recipe.timeline));
  json["extrapolated"] = step.forecast.extrapolated;
  json["stages_s"] = Json::array();
  for (const StageTimes& stage : stage_times(recipe.graph, recipe.timeline)) {
    json["stages_s"].push_back(stage_json(stage));
  }
  json["operations"] = operations_json(recipe);
  return json;
}

Json comparison_json(const PlannedStep& step, const Comparison& c) {
  const auto [shortest, longest] = std::minmax_element(c.steps_s.begin(), c.steps_s.end());
  Json json = {{"schema", kSchema}};
  json.update(subject_json(step));
  json["forecast"] = {{"file", c.forecast.file}, {"xxh64", c.forecast.hash}};
  json["environment"] = environment_json(c.environment);
  json["step"] = {{"predicted_s", c.predicted_s}, {"measured_s", c.measured_s},
                  {"min_s", *shortest},           {"max_s", *longest},
                  {"steps_s", c.steps_s},         {"error", c.error()}};
  json["parts"] = {{"predicted_s", parts_json(c.predicted)},
                   {"measured_s", parts_json(c.measured)}};
  json["communication_share"] = {{"predicted", communication_share(c.predicted)},
                                 {"measured", communication_share(c.measured)}};
  json["stages"] = Json::array();
  for (std::size_t i = 0; i < c.predicted_stages.size(); ++i) {
    json["stages"].push_back({{"stage", i},
                              {"predicted_s", stage_json(c.predicted_stages[i])},
                              {"measured_s", stage_json(c.measured_stages[i])}});
  }
  json["notes"] = c.notes;
  return json;
}

std::string comparison_text(const PlannedStep& step, const Comparison& c) {
  const auto [shortest, longest] = std::minmax_element(c.steps_s.begin(), c.steps_s.end());
  std::string text = fmt::format(
      "{}: a step on {} ranks; times in ms, median of {} steps ({:.3f} to {:.3f})\n\n"
      "  {:<20}{:>14}{:>14}{:>12}\n",
      step.scenario, step.inputs.accelerators, c.steps_s.size(), 1e3 * *shortest, 1e3 * *longest,
      "", "forecast", "measured", "error");
  for (const auto& [part, name] : EnumNames<StepPart>::table) {
    if (c.predicted[part] > 0.0 || c.measured[part] > 0.0) {
      text += row(name, c.predicted[part], c.measured[part]);
    }
  }
  text += row("step", c.predicted_s, c.measured_s);
  text += fmt::format("  {:<20}{:>12.1f} %{:>12.1f} %\n\n", "communication",
                      100.0 * communication_share(c.predicted),
                      100.0 * communication_share(c.measured));
  text += stage_rows(c);
  text += fmt::format("\nThe forecast was written before: {}, XXH64 {}\n", c.forecast.file,
                      c.forecast.hash);
  for (const std::string& note : c.notes) text += "Note: " + note + "\n";
  return text;
}

}  // namespace sextant::replay

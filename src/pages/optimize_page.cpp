#include "src/pages/optimize_page.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "src/pages/columns.h"
#include "src/plan/purchase.h"
#include "src/report/launch_settings.h"
#include "src/report/optimize_report.h"
#include "src/report/optimize_words.h"

namespace sextant::pages {
namespace {

using optimize::Answer;
using optimize::Candidate;
using Json = nlohmann::ordered_json;

void add_layout(Columns& columns, const StepInputs& inputs) {
  const Layout& layout = inputs.layout;
  columns.add("layout", report::short_layout(inputs));
  columns.add("tensor", layout.tensor);
  columns.add("pipeline", layout.pipeline);
  columns.add("virtual_stages", layout.virtual_stages);
  columns.add("data", inputs.data());
  columns.add("context", layout.context);
  columns.add("expert", layout.expert);
  columns.add("zero", layout.zero);
  columns.add("micro_batch", layout.micro_batch);
  std::string recompute(enum_name(layout.recompute));
  if (layout.recompute_every > 1) recompute += "/" + std::to_string(layout.recompute_every);
  columns.add("recompute", std::move(recompute));
}

void add_estimate(Columns& columns, const std::string& name, const Summary* value) {
  const auto cell = [&](double number) { return value ? Json(for_drawing(number)) : Json(); };
  columns.add(name, cell(value ? value->mean : 0));
  columns.add(name + "_p10", cell(value ? value->p10 : 0));
  columns.add(name + "_p90", cell(value ? value->p90 : 0));
}

template <class T>
const Summary* pointer(const std::optional<T>& value) {
  return value ? &*value : nullptr;
}

void add_choice(Columns& columns, const Candidate& candidate, std::size_t place) {
  const plan::PlanResult& plan = candidate.plan;
  const plan::PlannedBatch& batch = plan.longest().main();
  columns.add("label", optimize::label_of(plan.scenario));
  columns.add("place", place > 0 ? Json(place) : Json());
  columns.add("kept", candidate.standing.kept());
  columns.add("as_given", candidate.as_given);
  columns.add("replicas", plan.forecast.replicas);
  columns.add("instance", plan.scenario.cluster.instance->name);
  columns.add("purchase", enum_name(plan.scenario.purchase.mode));
  const auto& region = plan.scenario.cluster.region;
  columns.add("region", region ? Json((*region)->name) : Json());
  columns.add("nodes", plan.scenario.cluster.nodes);
  columns.add("spares", plan.scenario.fleet.spares);
  add_layout(columns, batch.inputs);
  columns.add("step_time_s", for_drawing(batch.step.time.si()));
  columns.add("mfu", for_drawing(batch.step.mfu));
  columns.add("peak_memory_bytes", for_drawing(batch.step.peak_memory().si()));
  const plan::Forecast& forecast = plan.forecast;
  add_estimate(columns, "wall_time_s", &forecast.wall_time_s);
  add_estimate(columns, "cost_usd", pointer(forecast.cost_usd));
  add_estimate(columns, "energy_j", pointer(forecast.energy_j));
  add_estimate(columns, "co2e_kg", forecast.co2e_kg ? &forecast.co2e_kg->location : nullptr);
}

/// All choices that were simulated, the best first; of very many, those.
Json choices_json(const Answer& answer) {
  std::vector<std::size_t> order(answer.tried.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return optimize::better(answer.tried[a], answer.tried[b]);
  });
  if (order.size() > kChoicesDrawn) order.resize(kChoicesDrawn);
  Columns columns;
  for (const std::size_t index : order) {
    const Candidate& candidate = answer.tried[index];
    const auto ranked = std::find_if(
        answer.best.begin(), answer.best.end(),
        [&](const optimize::Ranked& one) { return one.candidate.number == candidate.number; });
    const bool is_ranked = ranked != answer.best.end();
    const auto place = static_cast<std::size_t>(ranked - answer.best.begin()) + 1;
    add_choice(columns, candidate, is_ranked ? place : 0);
  }
  return {{"simulated", answer.tried.size()}, {"rows", order.size()}, {"columns", columns.take()}};
}

Json sample_json(const optimize::LayoutSample& sample) {
  Columns columns;
  StepInputs inputs = sample.inputs;
  for (const search::FoundLayout& found : sample.layouts) {
    inputs.layout = found.layout;
    add_layout(columns, inputs);
    columns.add("step_time_s", for_drawing(found.time.si()));
    columns.add("peak_memory_bytes", for_drawing(found.peak_memory.si()));
  }
  const Accelerator& accelerator = sample.inputs.node.accelerator;
  return {
      {"cluster", sample.cluster},     {"valid", sample.tally.valid},
      {"fit", sample.tally.fit},       {"memory_bytes", for_drawing(accelerator.memory.value.si())},
      {"rows", sample.layouts.size()}, {"columns", columns.take()}};
}

Json settings_json(const scenario::Scenario& scenario) {
  Json json = Json::object();
  for (const auto& [format, name] : EnumNames<report::SettingsFormat>::table) {
    json[std::string(name)] = report::launch_settings(scenario, format);
  }
  return json;
}

}  // namespace

PageDocument optimize_page(const Answer& answer, Json document) {
  PageDocument page;
  page.kind = "optimize";
  page.title = answer.question.scenario.name;
  page.question = answer.question.scenario.question;
  page.result = std::move(document);
  std::string limits = report::limits_words(answer.question.limits);
  page.pictures = {{"objective", report::objective_name(answer.question.objective)},
                   {"limits", std::move(limits)},
                   {"choices", choices_json(answer)}};
  if (answer.best.empty() && answer.nearest) page.pictures["needs"] = report::needs_words(answer);
  if (answer.sample) page.pictures["layouts"] = sample_json(*answer.sample);
  if (!answer.best.empty()) {
    page.pictures["settings"] = settings_json(answer.best.front().candidate.plan.scenario);
  }
  return page;
}

}  // namespace sextant::pages

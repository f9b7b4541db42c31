#include "src/serve/plan_reply.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "src/pages/plan_page.h"
#include "src/plan/difference.h"
#include "src/plan/infeasible.h"
#include "src/report/difference_report.h"
#include "src/report/estimate_json.h"
#include "src/report/plan_json.h"
#include "src/run/interrupt.h"

namespace sextant::serve {
namespace {

using Json = nlohmann::ordered_json;

/// A page that answers at once has few replicas; then none are added for a tolerance either.
void take_replicas(scenario::SimulationPlan& simulation, bool full) {
  if (full) return;
  simulation.replicas = std::min(simulation.replicas, kFewReplicas);
  simulation.tolerance.reset();
}

Json estimate(const std::optional<Summary>& value) {
  return value ? report::estimate_json(*value) : Json();
}

class PlanReply {
 public:
  PlanReply(const Question& question, const std::filesystem::path& models,
            const run::ParallelOptions& parallel, Baselines& baselines)
      : question_(question),
        models_(models),
        parallel_(parallel),
        baselines_(baselines),
        catalogue_(models) {}

  Json document() {
    read_file();
    ChangedScenario changed =
        changed_scenario(*file_, question_.changes, question_.fastest, catalogue_, parallel_);
    const std::int64_t own = changed.scenario.simulation.replicas;
    take_replicas(changed.scenario.simulation, question_.full);
    plan::PlanResult result = plan::make_plan(changed.scenario, parallel_);
    result.files = catalogue_.used_files();
    for (std::string& note : changed.notes) result.notes.push_back(std::move(note));

    Json document = pages::page_json(pages::plan_page(result, report::plan_json(result)));
    document["serve"] = {{"outcome", "forecast"},        {"replicas", result.forecast.replicas},
                         {"own_replicas", own},          {"full", question_.full},
                         {"warnings", changed.warnings}, {"difference", difference(result)}};
    return document;
  }

 private:
  void read_file() {
    io::Diagnostics diagnostics;
    const auto text = io::read_text_file(question_.scenario.path, diagnostics);
    diagnostics.throw_if_errors();
    catalogue_.record_file(question_.scenario.path.string(), *text);
    file_ = parse_scenario(question_.scenario.path.string(), *text);
  }

  /// Null where nothing is changed, or where the scenario cannot run as its file has it.
  Json difference(const plan::PlanResult& result) {
    if (question_.changes.empty() && !question_.fastest) {
      if (!result.forecast.interrupted_of) baselines_.keep(key_of(result), result.forecast);
      return nullptr;
    }
    const std::optional<plan::Forecast> before = baseline(result);
    if (!before) return nullptr;
    const plan::ForecastDifference difference = plan::difference(result.forecast, *before);
    return {{"pairs", difference.pairs},
            {"before",
             {{"wall_time_s", report::estimate_json(before->wall_time_s)},
              {"cost_usd", estimate(before->cost_usd)},
              {"energy_j", estimate(before->energy_j)},
              {"ettr", report::estimate_json(before->ettr)},
              {"interruptions", report::estimate_json(before->interruptions.total)}}},
            {"difference", report::differences_json(difference)}};
  }

  /// With the same seed and as many replicas, so that both meet the same luck. Nothing where the
  /// scenario cannot run.
  std::optional<plan::Forecast> baseline(const plan::PlanResult& result) {
    const std::string key = key_of(result);
    if (auto known = baselines_.find(key)) return known;
    try {
      catalog::Catalogue catalogue(models_);
      scenario::Scenario scenario = changed_scenario(*file_, {}, false, catalogue).scenario;
      scenario.simulation = result.scenario.simulation;
      scenario.simulation.replicas = result.forecast.replicas;
      scenario.simulation.tolerance.reset();
      plan::Forecast forecast = plan::make_bare_plan(scenario, parallel_).forecast;
      if (forecast.interrupted_of) throw run::Interrupted();
      baselines_.keep(key, forecast);
      return forecast;
    } catch (const plan::InfeasiblePlan&) {
      return std::nullopt;
    }
  }

  std::string key_of(const plan::PlanResult& result) const {
    return fmt::format("{} {} {}", result.scenario.simulation.seed, result.forecast.replicas,
                       file_->text);
  }

  const Question& question_;
  const std::filesystem::path& models_;
  const run::ParallelOptions& parallel_;
  Baselines& baselines_;
  catalog::Catalogue catalogue_;
  std::unique_ptr<io::Document> file_;
};

}  // namespace

std::optional<plan::Forecast> Baselines::find(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  const auto known = kept_.find(key);
  return known == kept_.end() ? std::nullopt : std::optional(known->second);
}

void Baselines::keep(const std::string& key, const plan::Forecast& forecast) {
  constexpr std::size_t kMost = 16;
  const std::lock_guard lock(mutex_);
  if (kept_.size() >= kMost) kept_.clear();
  kept_.insert_or_assign(key, forecast);
}

Json plan_document(const Question& question, const std::filesystem::path& models,
                   const run::ParallelOptions& parallel, Baselines& baselines) {
  return PlanReply(question, models, parallel, baselines).document();
}

}  // namespace sextant::serve

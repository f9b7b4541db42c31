#include "src/serve/local_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <optional>

#include "src/io/first_message.h"
#include "src/io/json_text.h"
#include "src/io/writer.h"
#include "src/pages/html_page.h"
#include "src/plan/infeasible.h"
#include "src/plan/variation.h"
#include "src/report/plan_json.h"
#include "src/scenario/read_endpoints.h"
#include "src/scenario/read_governance.h"
#include "src/scenario/read_scenario.h"
#include "src/serve/cluster_reply.h"
#include "src/serve/panel.h"
#include "src/serve/pointers.h"

namespace sextant::serve {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// A scenario of a plan, as a tree and read.
struct OpenScenario {
  std::unique_ptr<io::Document> file;
  scenario::Scenario scenario;
};

OpenScenario open(const ListedScenario& listed, catalog::Catalogue& catalogue) {
  io::Diagnostics diagnostics;
  const auto text = io::read_text_file(listed.path, diagnostics);
  diagnostics.throw_if_errors();
  OpenScenario open;
  open.file = parse_scenario(listed.path.string(), *text);
  open.scenario = scenario::read_scenario_tree(open.file->root, catalogue);
  return open;
}

/// Reads a scenario of any kind.
void read(const ListedScenario& listed, catalog::Catalogue& catalogue) {
  switch (listed.kind) {
    case ScenarioKind::kPlan:
      scenario::read_scenario(listed.path, catalogue);
      return;
    case ScenarioKind::kGovern:
      scenario::read_governance(listed.path, catalogue);
      return;
    case ScenarioKind::kEndpoints:
      scenario::read_endpoints(listed.path, catalogue);
      return;
  }
}

/// A document without a forecast: `serve` says why.
Json without_forecast(const ListedScenario& scenario, Json serve) {
  Json document = pages::page_json({.kind = kind_name(scenario.kind),
                                    .title = scenario.title,
                                    .question = scenario.question,
                                    .result = nullptr,
                                    .pictures = Json::object()});
  document["serve"] = std::move(serve);
  return document;
}

Json obstacles_json(const std::vector<plan::Obstacle>& obstacles) {
  Json list = Json::array();
  for (const plan::Obstacle& obstacle : obstacles) {
    list.push_back({{"reason", obstacle.reason},
                    {"details", obstacle.details},
                    {"remedies", obstacle.remedies}});
  }
  return {{"outcome", "infeasible"}, {"obstacles", std::move(list)}};
}

/// A change's document is called by its pointer; of the scenario's own file the pointer is the
/// place's.
Json mistakes_json(const io::InputError& error, const std::vector<Change>& changes) {
  Json list = Json::array();
  for (const io::Mistake& mistake : error.mistakes()) {
    const bool of_change = std::any_of(changes.begin(), changes.end(), [&](const Change& change) {
      return change.pointer == mistake.document;
    });
    list.push_back({{"pointer", (of_change ? mistake.document : "") + mistake.pointer},
                    {"message", mistake.message},
                    {"help", mistake.help},
                    {"text", mistake.text}});
  }
  if (list.empty()) {
    list.push_back({{"pointer", ""},
                    {"message", io::first_message(error.what())},
                    {"help", ""},
                    {"text", error.what()}});
  }
  return {{"outcome", "wrong"}, {"mistakes", std::move(list)}};
}

Reply no_turn(Desk::Turn turn) {
  if (turn == Desk::Turn::kReplaced) return {409, {{"error", "a newer request replaced this one"}}};
  return {503,
          {{"error", turn == Desk::Turn::kFull ? "too many forecasts are waiting: try again"
                                               : "the server is being ended"}}};
}

}  // namespace

LocalService::LocalService(fs::path folder, fs::path models)
    : folder_(std::move(folder)),
      models_(std::move(models)),
      desk_({.running = run::thread_count({}), .waiting = 8}) {}

ScenarioList LocalService::scenarios(Look look) {
  const std::lock_guard lock(list_mutex_);
  if (look == Look::kAsBefore && looked_) return list_;
  looked_ = true;
  list_ = list_scenarios(folder_);
  for (ListedScenario& scenario : list_.scenarios) {
    if (scenario.error.empty()) scenario.error = error_of(scenario);
  }
  return list_;
}

/// Reads a file once, and again when it was written since.
std::string LocalService::error_of(const ListedScenario& scenario) {
  std::error_code unknown;
  const fs::file_time_type written = fs::last_write_time(scenario.path, unknown);
  Checked& checked = checked_[scenario.name];
  if (checked.written == written && !unknown) return checked.error;
  checked = {written, ""};
  try {
    catalog::Catalogue catalogue(models_);
    read(scenario, catalogue);
  } catch (const io::InputError& error) {
    checked.error = io::first_message(error.what());
  }
  return checked.error;
}

Json LocalService::panel(const ListedScenario& scenario) {
  try {
    catalog::Catalogue catalogue(models_);
    const OpenScenario open = serve::open(scenario, catalogue);
    return panel_json(open.file->root, open.scenario, catalogue);
  } catch (const io::InputError&) {  // said by the forecast, in full
    return Json::array();
  }
}

Json LocalService::pointers(const ListedScenario& scenario) {
  try {
    catalog::Catalogue catalogue(models_);
    const OpenScenario open = serve::open(scenario, catalogue);
    return pointers_json(pointers_of({io::write_value(open.scenario), {}}));
  } catch (const io::InputError&) {
    return Json::array();
  }
}

Json LocalService::document_of(const Question& question, const Desk::Place& place) {
  const run::ParallelOptions parallel = place.parallel();
  switch (question.scenario.kind) {
    case ScenarioKind::kPlan:
      return plan_document(question, models_, parallel, baselines_);
    case ScenarioKind::kGovern:
      return govern_document(question, models_, parallel);
    case ScenarioKind::kEndpoints:
      return endpoints_document(question, models_, parallel);
  }
  return nullptr;
}

Reply LocalService::forecast(const Question& question) {
  const ListedScenario& scenario = question.scenario;
  if (!is_file_within(folder_, scenario.path)) {
    return {404, {{"error", scenario.name + " is not there any more"}}};
  }
  const auto place = desk_.take(question.page);
  if (place->turn() != Desk::Turn::kGranted) return no_turn(place->turn());
  Reply reply;
  try {
    reply.document = document_of(question, *place);
  } catch (const plan::InfeasiblePlan& infeasible) {
    reply.document = without_forecast(scenario, obstacles_json(infeasible.obstacles()));
  } catch (const plan::ImpossibleVariation& impossible) {
    reply.document = without_forecast(scenario, obstacles_json(impossible.obstacles()));
  } catch (const io::InputError& error) {
    reply.document = without_forecast(scenario, mistakes_json(error, question.changes));
  } catch (const std::exception&) {
    if (!place->abandoned()) throw;
  }
  if (place->abandoned()) return no_turn(Desk::Turn::kReplaced);
  return reply;
}

}  // namespace sextant::serve

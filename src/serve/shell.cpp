#include "src/serve/shell.h"

#include <fmt/format.h>

#include <utility>

#include "src/pages/html_page.h"

namespace sextant::serve {
namespace {

using Json = nlohmann::ordered_json;

/// Of the page only the document changes; its title is the script's.
std::string shell(std::string title, std::string question, Json serve) {
  pages::PageDocument page{.kind = "serve",
                           .title = std::move(title),
                           .question = std::move(question),
                           .result = nullptr,
                           .pictures = Json::object()};
  Json document = pages::page_json(page);
  document["serve"] = std::move(serve);
  return fmt::format(
      "<!doctype html>\n"
      "<html lang=\"en\">\n"
      "<head>\n"
      "<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<link rel=\"icon\" href=\"data:,\">\n"
      "<title>sextant serve</title>\n"
      "<link rel=\"stylesheet\" href=\"/theme.css\">\n"
      "</head>\n"
      "<body>\n"
      "<div id=\"report\"><noscript>This page draws itself with JavaScript, which is switched off "
      "here. The same figures are printed by sextant plan.</noscript></div>\n"
      "<script type=\"application/json\" id=\"document\">{}</script>\n"
      "<script src=\"/report.js\"></script>\n"
      "</body>\n"
      "</html>\n",
      pages::script_safe(document));
}

}  // namespace

std::string list_page(const ScenarioList& list, const std::string& problem) {
  Json scenarios = Json::array();
  for (const ListedScenario& each : list.scenarios) {
    scenarios.push_back({{"name", each.name},
                         {"kind", kind_name(each.kind)},
                         {"title", each.title},
                         {"question", each.question},
                         {"error", each.error}});
  }
  return shell("Scenarios", "",
               {{"view", "list"},
                {"problem", problem},
                {"complete", list.complete},
                {"scenarios", std::move(scenarios)}});
}

std::string scenario_page(const ListedScenario& scenario, const Json& panel) {
  return shell(scenario.title.empty() ? scenario.name : scenario.title, scenario.question,
               {{"view", kind_name(scenario.kind)}, {"scenario", scenario.name}, {"panel", panel}});
}

}  // namespace sextant::serve

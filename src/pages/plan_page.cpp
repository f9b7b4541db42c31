#include "src/pages/plan_page.h"

#include <utility>

namespace sextant::pages {

PageDocument plan_page(const plan::PlanResult& result, nlohmann::ordered_json document) {
  PageDocument page;
  page.kind = "plan";
  page.title = result.scenario.name;
  page.question = result.scenario.question;
  page.result = std::move(document);
  page.pictures = nlohmann::ordered_json::object();
  return page;
}

}  // namespace sextant::pages

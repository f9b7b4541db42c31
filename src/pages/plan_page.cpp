#include "src/pages/plan_page.h"

#include <utility>

#include "sextant/training/step_trace.h"
#include "src/pages/fabric_picture.h"
#include "src/pages/step_picture.h"

namespace sextant::pages {

PageDocument plan_page(const plan::PlanResult& result, nlohmann::ordered_json document) {
  PageDocument page;
  page.kind = "plan";
  page.title = result.scenario.name;
  page.question = result.scenario.question;
  page.result = std::move(document);
  page.pictures = nlohmann::ordered_json::object();
  page.pictures["step"] =
      step_picture(trace_step(result.step_inputs, *result.scenario.calibration));
  page.pictures["fabric"] = fabric_picture(result.scenario);
  return page;
}

}  // namespace sextant::pages

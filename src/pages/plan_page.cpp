#include "src/pages/plan_page.h"

#include <utility>

#include "sextant/training/step_trace.h"
#include "src/pages/fabric_picture.h"
#include "src/pages/plan_cadence.h"
#include "src/pages/plan_distributions.h"
#include "src/pages/plan_run.h"
#include "src/pages/plan_waterfall.h"
#include "src/pages/step_picture.h"
#include "src/report/data_report.h"
#include "src/report/plan_words.h"
#include "src/report/spares_report.h"

namespace sextant::pages {
namespace {

using Json = nlohmann::ordered_json;

PageDocument page_of(const scenario::Scenario& scenario, Json document) {
  PageDocument page;
  page.kind = "plan";
  page.title = scenario.name;
  page.question = scenario.question;
  page.result = std::move(document);
  page.pictures = Json::object();
  return page;
}

Json words_json(const plan::PlanResult& result) {
  return {{"work", report::work_sentence(result)},
          {"extrapolated", report::extrapolations(result)},
          {"may_not_fit", report::tight_memory(result)},
          {"data", result.data ? report::data_text(*result.data) : ""},
          {"spares", result.spares ? report::spares_text(*result.spares) : ""}};
}

}  // namespace

PageDocument plan_page(const plan::PlanResult& result, Json document) {
  PageDocument page = page_of(result.scenario, std::move(document));
  page.pictures["words"] = words_json(result);
  page.pictures["waterfall"] = waterfall_json(result);
  page.pictures["distributions"] = distributions_json(result.forecast.samples);
  page.pictures["cadence"] = cadence_json(result);
  page.pictures["run"] = run_json(result);
  page.pictures["step"] =
      step_picture(trace_step(result.step_inputs, *result.scenario.calibration));
  page.pictures["fabric"] = fabric_picture(result.scenario);
  return page;
}

PageDocument infeasible_page(const scenario::Scenario& scenario, Json document) {
  return page_of(scenario, std::move(document));
}

}  // namespace sextant::pages

#include "src/serve/cluster_reply.h"

#include <sstream>
#include <string>
#include <utility>

#include "src/catalog/catalogue.h"
#include "src/endpoints/endpoints.h"
#include "src/govern/govern.h"
#include "src/pages/endpoints_page.h"
#include "src/pages/govern_page.h"
#include "src/pages/govern_pictures.h"
#include "src/pages/html_page.h"
#include "src/report/endpoints_report.h"
#include "src/report/govern_json.h"
#include "src/scenario/read_endpoints.h"
#include "src/scenario/read_governance.h"

namespace sextant::serve {
namespace {

using Json = nlohmann::ordered_json;

Json lines_of(const std::string& text) {
  Json lines = Json::array();
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

Json with_outcome(const pages::PageDocument& page, const std::string& warnings) {
  Json document = pages::page_json(page);
  document["serve"] = {{"outcome", "forecast"}, {"warnings", lines_of(warnings)}};
  return document;
}

}  // namespace

Json govern_document(const Question& question, const std::filesystem::path& models,
                     const run::ParallelOptions& parallel) {
  catalog::Catalogue catalogue(models);
  std::string warnings;
  const scenario::GovernanceScenario scenario =
      scenario::read_governance(question.scenario.path, catalogue, &warnings);
  pages::GovernPictures pictures;
  govern::GovernOptions options{.parallel = parallel};
  options.observer = [&pictures](const GovernanceInputs& inputs) -> GovernanceObserver& {
    return pictures.observe(inputs);
  };
  govern::GovernResult result = govern::govern(scenario, options);
  result.files = catalogue.used_files();
  return with_outcome(
      pages::govern_page(result, report::govern_json(result), pictures.json(result, scenario)),
      warnings);
}

Json endpoints_document(const Question& question, const std::filesystem::path& models,
                        const run::ParallelOptions& parallel) {
  catalog::Catalogue catalogue(models);
  std::string warnings;
  const scenario::EndpointsScenario scenario =
      scenario::read_endpoints(question.scenario.path, catalogue, &warnings);
  endpoints::EndpointsResult result = endpoints::serve(scenario, {.threads = parallel.threads});
  result.files = catalogue.used_files();
  return with_outcome(pages::endpoints_page(result, report::endpoints_json(result)), warnings);
}

}  // namespace sextant::serve

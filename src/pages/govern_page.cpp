#include "src/pages/govern_page.h"

#include <utility>

namespace sextant::pages {
namespace {

using Json = nlohmann::ordered_json;

PageDocument page_of(std::string title, std::string question, Json document, Json pictures) {
  return {.kind = "govern",
          .title = std::move(title),
          .question = std::move(question),
          .result = std::move(document),
          .pictures = std::move(pictures)};
}

}  // namespace

PageDocument govern_page(const govern::GovernResult& result, Json document, Json pictures) {
  return page_of(result.name, result.question, std::move(document), std::move(pictures));
}

PageDocument govern_comparison_page(const govern::GovernResult& first,
                                    const govern::GovernResult& second, Json document,
                                    Json first_pictures, Json second_pictures) {
  return page_of(second.name + " against " + first.name, second.question, std::move(document),
                 {{"first", std::move(first_pictures)}, {"second", std::move(second_pictures)}});
}

PageDocument govern_job_page(const std::string& scenario, Json document) {
  std::string job = document.at("job");
  return page_of(std::move(job), "A job of " + scenario + ": why did it wait, and who evicted it?",
                 std::move(document), Json::object());
}

PageDocument govern_network_page(const govern::NetworkResult& result, Json document) {
  return page_of(result.name, result.question, std::move(document), Json::object());
}

}  // namespace sextant::pages

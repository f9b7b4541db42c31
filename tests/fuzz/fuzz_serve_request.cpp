// Requests to sextant serve: the first line is method and target, the others are headers. Every
// one has an answer with the headers of a private page; only what passes the guard sees data, and
// a change that is refused has a reason.
#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "sextant/kernel/assert.h"
#include "src/io/parse.h"
#include "src/plan/infeasible.h"
#include "src/serve/answer.h"
#include "src/serve/guard.h"

namespace serve = sextant::serve;

namespace {

constexpr const char* kFolder = SEXTANT_SOURCE_DIR "/tests/data/good/";

/// Reads and changes scenarios as the real one does, and forecasts nothing.
class Reader : public serve::Service {
 public:
  Reader() {
    sextant::io::Diagnostics diagnostics;
    const std::string path = std::string(kFolder) + "small.json";
    file_ = serve::parse_scenario(path, *sextant::io::read_text_file(path, diagnostics));
  }

  int port() const override { return 8347; }
  serve::ScenarioList scenarios(serve::Look) override {
    return {.scenarios = {{.name = "small.json", .path = std::string(kFolder) + "small.json"}}};
  }
  nlohmann::ordered_json panel(const serve::ListedScenario&) override { return nullptr; }
  nlohmann::ordered_json pointers(const serve::ListedScenario&) override { return nullptr; }
  serve::Reply forecast(const serve::Question& question) override {
    try {
      serve::changed_scenario(*file_, question.changes, false, catalogue_);
    } catch (const sextant::io::InputError& error) {
      SEXTANT_ASSERT(std::string(error.what()).find("error: ") != std::string::npos,
                     "refused without a reason");
    } catch (const sextant::plan::InfeasiblePlan&) {
    }
    return {.status = 200, .document = {{"question", question.scenario.name}}};
  }

 private:
  sextant::catalog::Catalogue catalogue_{SEXTANT_SOURCE_DIR "/tests/data/models"};
  std::unique_ptr<sextant::io::Document> file_;
};

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

serve::Request request_of(std::string_view text) {
  const std::string_view first = take_line(text);
  const std::size_t blank = std::min(first.find(' '), first.size());
  serve::Request request{.method = std::string(first.substr(0, blank)),
                         .target = std::string(first.substr(std::min(blank + 1, first.size())))};
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    const std::size_t colon = std::min(line.find(": "), line.size());
    request.headers.emplace_back(line.substr(0, colon),
                                 line.substr(std::min(colon + 2, line.size())));
  }
  return request;
}

bool has_header(const serve::Answer& answer, std::string_view name) {
  return std::any_of(answer.headers.begin(), answer.headers.end(),
                     [&](const auto& header) { return header.first == name; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Reader reader;
  const serve::Request request =
      request_of(std::string_view(reinterpret_cast<const char*>(data), size));
  const serve::Answer answer = serve::answer(request, reader);
  SEXTANT_ASSERT(answer.status >= 200 && answer.status < 600, "status {}", answer.status);
  for (const char* name : {"Cache-Control", "Content-Security-Policy", "X-Frame-Options"}) {
    SEXTANT_ASSERT(has_header(answer, name), "an answer without {}", name);
  }
  const bool passes = !serve::refusal(request, reader.port());
  SEXTANT_ASSERT(passes || answer.status >= 400, "answered what the guard refuses");
  if (answer.status == 200 && request.target.starts_with("/api/")) {
    SEXTANT_ASSERT(nlohmann::json::accept(answer.body), "a document that is no JSON");
  }
  return 0;
}

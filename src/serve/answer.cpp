#include "src/serve/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "src/pages/bundle.h"
#include "src/serve/guard.h"
#include "src/serve/shell.h"

namespace sextant::serve {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kHtml = "text/html; charset=utf-8";
constexpr const char* kJson = "application/json; charset=utf-8";
constexpr const char* kText = "text/plain; charset=utf-8";

/// A page runs its own script, asks this server, and nothing else; no site may frame or read it.
/// The charts write style attributes, hence unsafe-inline for styles.
Answer made(int status, const char* type, std::string body) {
  return {status,
          {{"Content-Type", type},
           {"Cache-Control", "no-store"},
           {"Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
            "img-src data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'none'"},
           {"Cross-Origin-Resource-Policy", "same-origin"},
           {"Cross-Origin-Opener-Policy", "same-origin"},
           {"Referrer-Policy", "no-referrer"},
           {"X-Content-Type-Options", "nosniff"},
           {"X-Frame-Options", "DENY"}},
          std::move(body)};
}

std::string text_of(const Json& document) {
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Answer json_answer(int status, const Json& document) {
  Answer answer = made(status, kJson, text_of(document));
  if (status == 503) answer.headers.emplace_back("Retry-After", "1");
  return answer;
}

/// The scenario that the query names, for pages of this kind.
const ListedScenario* find(const ScenarioList& list, const Target& target, ScenarioKind kind) {
  const ListedScenario* scenario = list.find(target.value("scenario"));
  return scenario && scenario->kind == kind ? scenario : nullptr;
}

std::string not_found(const ScenarioList& list, const Target& target, ScenarioKind kind) {
  const std::string name = target.value("scenario");
  if (const ListedScenario* other = list.find(name)) {
    return fmt::format("{} is of another kind: /{} shows it", name, kind_name(other->kind));
  }
  return fmt::format("there is no scenario \"{}\" for /{}; {}", name, kind_name(kind),
                     list.help_for(name));
}

/// set=/cluster/nodes=128: a pointer holds no "=", or it is written %3D within the value.
std::vector<Change> changes_of(const Target& target) {
  std::vector<Change> changes;
  for (const auto& [key, value] : target.query) {
    if (key != "set") continue;
    const std::size_t equals = value.find('=');
    changes.push_back({.pointer = value.substr(0, equals),
                       .value = equals == std::string::npos ? "" : value.substr(equals + 1)});
  }
  return changes;
}

Question question_of(const ListedScenario& scenario, const Target& target) {
  return {.scenario = scenario,
          .changes = changes_of(target),
          .fastest = target.value("layout") == "fastest",
          .full = target.value("replicas") == "full",
          .page = target.value("page")};
}

Answer page_of(const Target& target, ScenarioKind kind, Service& service) {
  const ScenarioList list = service.scenarios(Look::kAgain);
  const ListedScenario* scenario = find(list, target, kind);
  if (!scenario) {
    return made(404, kHtml, list_page(list, not_found(list, target, kind)));
  }
  const bool inputs = kind == ScenarioKind::kPlan;
  return made(200, kHtml, scenario_page(*scenario, inputs ? service.panel(*scenario) : Json()));
}

Answer data_of(const Target& target, ScenarioKind kind, Service& service) {
  const ScenarioList list = service.scenarios(Look::kAsBefore);
  const ListedScenario* scenario = find(list, target, kind);
  if (!scenario) return json_answer(404, {{"error", not_found(list, target, kind)}});
  const Reply reply = service.forecast(question_of(*scenario, target));
  return json_answer(reply.status, reply.document);
}

Answer pointers_of_scenario(const Target& target, Service& service) {
  const ScenarioList list = service.scenarios(Look::kAsBefore);
  const ListedScenario* scenario = find(list, target, ScenarioKind::kPlan);
  if (!scenario) return json_answer(404, {{"error", not_found(list, target, ScenarioKind::kPlan)}});
  return json_answer(200, service.pointers(*scenario));
}

Answer found(const Target& target, Service& service) {
  const std::string_view path = target.path;
  if (path == "/") return made(200, kHtml, list_page(service.scenarios(Look::kAgain), ""));
  if (path == "/report.js") {
    return made(200, "text/javascript; charset=utf-8", std::string(pages::script()));
  }
  if (path == "/theme.css") {
    return made(200, "text/css; charset=utf-8", std::string(pages::style()));
  }
  if (path == "/api/pointers") return pointers_of_scenario(target, service);
  constexpr std::string_view kApi = "/api/";
  const bool data = path.starts_with(kApi);
  const auto kind = kind_of_name(path.substr(data ? kApi.size() : 1));
  if (!kind) return plain_answer(404, "there is no such page; / lists the scenarios");
  return data ? data_of(target, *kind, service) : page_of(target, *kind, service);
}

}  // namespace

Answer plain_answer(int status, const std::string& sentence) {
  Answer answer = made(status, kText, sentence + "\n");
  if (status == 405) answer.headers.emplace_back("Allow", "GET, HEAD");
  if (status == 503) answer.headers.emplace_back("Retry-After", "1");
  return answer;
}

Answer answer(const Request& request, Service& service) {
  if (const auto refused = refusal(request, service.port())) {
    return plain_answer(refused->status, refused->reason);
  }
  const auto target = parse_target(request.target);
  if (!target) return plain_answer(400, "the address cannot be read");
  return found(*target, service);
}

}  // namespace sextant::serve

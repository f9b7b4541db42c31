#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "src/serve/changes.h"
#include "src/serve/scenario_list.h"

namespace sextant::serve {

/// What a page wants to know.
struct Question {
  ListedScenario scenario;
  std::vector<Change> changes = {};
  bool fastest = false;   ///< choose the layout, too
  bool full = false;      ///< as many replicas as the scenario says
  std::string page = {};  ///< which page asks: of one page only the newest question counts
};

/// What the page is told; a status other than 200 says that it may ask again.
struct Reply {
  int status = 200;
  nlohmann::ordered_json document;
};

enum class Look { kAgain, kAsBefore };

/// What stands behind the pages. Safe from any thread.
class Service {
 public:
  virtual ~Service() = default;

  virtual int port() const = 0;
  /// What the folder has, looked through again or as it was when that was last done.
  virtual ScenarioList scenarios(Look look) = 0;
  /// The inputs of a plan's page, or what is wrong with the scenario; see panel.h.
  virtual nlohmann::ordered_json panel(const ListedScenario& scenario) = 0;
  /// What the generic input completes; see pointers.h.
  virtual nlohmann::ordered_json pointers(const ListedScenario& scenario) = 0;
  /// The document of the page, with the member "serve": its "outcome" is "forecast",
  /// "infeasible" or "wrong", the last with the mistakes at their pointers.
  virtual Reply forecast(const Question& question) = 0;
};

}  // namespace sextant::serve

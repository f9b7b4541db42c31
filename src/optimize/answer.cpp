#include "src/optimize/answer.h"

#include <fmt/format.h>

#include <algorithm>

namespace sextant::optimize {

bool better(const Candidate& a, const Candidate& b) {
  if (a.standing.miss() != b.standing.miss()) return a.standing.miss() < b.standing.miss();
  if (a.value() != b.value()) return a.value() < b.value();
  return a.number < b.number;
}

std::string label_of(const scenario::Scenario& scenario) {
  const scenario::ClusterPlan& cluster = scenario.cluster;
  std::string purchase(enum_name(scenario.purchase.mode));
  std::replace(purchase.begin(), purchase.end(), '_', ' ');
  std::string text = fmt::format("{} x {}", cluster.instance->name, cluster.nodes);
  if (scenario.fleet.spares > 0) text += fmt::format(" + {}", scenario.fleet.spares);
  text += ", " + purchase;
  if (cluster.region) text += ", " + (*cluster.region)->name;
  if (!scenario.checkpoint.target.empty()) {
    text += fmt::format(", {}", fmt::join(scenario.checkpoint.target, " + "));
  }
  return text;
}

}  // namespace sextant::optimize

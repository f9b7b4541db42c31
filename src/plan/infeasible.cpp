#include "src/plan/infeasible.h"

#include <fmt/format.h>

namespace sextant::plan {
namespace {

std::string text_of(const std::vector<Obstacle>& obstacles) {
  std::string text = "this plan is infeasible\n";
  for (const Obstacle& obstacle : obstacles) {
    text += fmt::format("  {}\n", obstacle.reason);
    for (const std::string& detail : obstacle.details) text += fmt::format("    {}\n", detail);
    if (obstacle.remedies.empty()) continue;
    text += "  what would make it feasible (each alone):\n";
    for (const std::string& remedy : obstacle.remedies) text += fmt::format("    - {}\n", remedy);
  }
  return text;
}

}  // namespace

InfeasiblePlan::InfeasiblePlan(std::vector<Obstacle> obstacles)
    : std::runtime_error(text_of(obstacles)), obstacles_(std::move(obstacles)) {}

}  // namespace sextant::plan

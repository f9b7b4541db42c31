#include "src/plan/named_phase.h"

#include <fmt/format.h>

#include "src/io/diagnostics.h"
#include "src/io/nearest_name.h"

namespace sextant::plan {

const PlannedPhase& named_phase(const std::vector<PlannedPhase>& phases,
                                const std::optional<std::string>& name) {
  if (!name) return phases[main_phase(phases)];
  std::vector<std::string> names;
  for (const PlannedPhase& phase : phases) {
    if (phase.plan.name == *name) return phase;
    if (!phase.plan.name.empty()) names.push_back(phase.plan.name);
  }
  if (names.empty()) {
    throw io::InputError("error: --phase: the scenario has no phases with names\n");
  }
  const auto nearest = io::nearest_name(*name, names);
  throw io::InputError(fmt::format(
      "error: --phase: the scenario has no phase '{}'{}\n  help: it has {}\n", *name,
      nearest ? fmt::format("; did you mean '{}'?", *nearest) : "", fmt::join(names, ", ")));
}

}  // namespace sextant::plan

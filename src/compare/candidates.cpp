#include "src/compare/candidates.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "sextant/kernel/assert.h"
#include "src/plan/variation.h"

namespace sextant::compare {
namespace {

using scenario::Scenario;

struct Hardware {
  std::string instance;
  int nodes = 1;
};

/// Rounded up.
int nodes_with_same_accelerators(const Scenario& scenario, const Instance& instance) {
  if (instance.accelerators == 0) return scenario.cluster.nodes;
  const std::int64_t accelerators = scenario.cluster.accelerators();
  return static_cast<int>((accelerators + instance.accelerators - 1) / instance.accelerators);
}

std::vector<Hardware> hardware_of(const Scenario& scenario, const HardwareChoices& choices,
                                  catalog::Catalogue& catalogue) {
  std::vector<std::string> instances = choices.instances;
  const std::string& own = scenario.cluster.instance->name;
  if (instances.empty()) instances.push_back(own);
  std::vector<int> nodes = choices.nodes;
  if (nodes.empty()) nodes.push_back(scenario.cluster.nodes);
  const std::size_t count = std::max(instances.size(), nodes.size());
  SEXTANT_ASSERT(instances.size() == count || instances.size() == 1, "{} instances",
                 instances.size());
  SEXTANT_ASSERT(nodes.size() == count || nodes.size() == 1, "{} numbers of nodes", nodes.size());
  std::vector<Hardware> all;
  for (std::size_t i = 0; i < count; ++i) {
    Hardware hardware{instances[instances.size() == 1 ? 0 : i], nodes[nodes.size() == 1 ? 0 : i]};
    if (choices.same_accelerators && hardware.instance != own) {
      hardware.nodes =
          nodes_with_same_accelerators(scenario, catalogue.load<Instance>(hardware.instance));
    }
    all.push_back(std::move(hardware));
  }
  return all;
}

Candidate candidate_on(const Scenario& scenario, const Hardware& hardware,
                       catalog::Catalogue& catalogue) {
  Candidate candidate;
  candidate.scenario = scenario;
  candidate.scenario.cluster.nodes = hardware.nodes;
  try {
    auto [varied, notes] =
        plan::varied(scenario, {.instance = hardware.instance, .nodes = hardware.nodes}, catalogue);
    candidate.scenario = std::move(varied);
    candidate.notes = std::move(notes);
  } catch (const plan::ImpossibleVariation& impossible) {
    candidate.obstacles = impossible.obstacles();
    candidate.scenario.cluster.instance = {catalogue.load<Instance>(hardware.instance),
                                           hardware.instance};
  }
  return candidate;
}

/// Instances are named by themselves, unless one of them is there with several numbers of nodes.
std::string label_of(const Hardware& hardware, const std::vector<Hardware>& all) {
  const auto same = std::count_if(all.begin(), all.end(), [&](const Hardware& other) {
    return other.instance == hardware.instance;
  });
  return same > 1 ? fmt::format("{} x {}", hardware.nodes, hardware.instance) : hardware.instance;
}

}  // namespace

std::vector<Candidate> on_hardware(const Scenario& scenario, const HardwareChoices& choices,
                                   catalog::Catalogue& catalogue) {
  const std::vector<Hardware> all = hardware_of(scenario, choices, catalogue);
  std::vector<Candidate> candidates;
  for (const Hardware& hardware : all) {
    Candidate& candidate = candidates.emplace_back(candidate_on(scenario, hardware, catalogue));
    candidate.label = label_of(hardware, all);
    candidate.choose_layout = !choices.keep_layout;
  }
  return candidates;
}

}  // namespace sextant::compare

#include "src/optimize/space.h"

#include <algorithm>
#include <cstdlib>

#include "sextant/kernel/portable_math.h"
#include "src/plan/batch_levels.h"
#include "src/plan/phases.h"
#include "src/search/layout_space.h"

namespace sextant::optimize {
namespace {

using plan::Variation;
using scenario::Scenario;

template <class T>
bool allows(const std::vector<T>& list, const T& value) {
  return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

bool allows_nodes(const Space& space, int nodes) {
  if (space.node_range) return space.node_range->from <= nodes && nodes <= space.node_range->to;
  return allows(space.nodes, nodes);
}

/// Every choice once for each value of a list; an empty list changes nothing.
template <class T, class Member>
void cross(std::vector<Variation>& choices, const std::vector<T>& values, Member member) {
  if (values.empty()) return;
  std::vector<Variation> all;
  for (const Variation& choice : choices) {
    for (const T& value : values) {
      all.push_back(choice);
      all.back().*member = value;
    }
  }
  choices = std::move(all);
}

/// Whether some tensor, pipeline and context ranks leave data ranks that divide all batches.
bool some_layout_divides(const StepInputs& inputs, const std::vector<plan::BatchLevel>& levels) {
  const search::LayoutSpace space = search::every_layout(inputs);
  const auto divides_batches = [&](std::int64_t data) {
    return std::all_of(levels.begin(), levels.end(),
                       [&](const auto& level) { return level.global_batch % data == 0; });
  };
  for (const int tensor : space.tensor) {
    for (const int pipeline : space.pipeline) {
      for (const int context : space.context) {
        const std::int64_t ranks = std::int64_t{tensor} * pipeline * context;
        if (inputs.accelerators % ranks == 0 && divides_batches(inputs.accelerators / ranks)) {
          return true;
        }
      }
    }
  }
  return false;
}

bool runnable(const Scenario& scenario) {
  const auto phases = scenario.training.in_order();
  return std::all_of(phases.begin(), phases.end(), [&](const scenario::PhasePlan* phase) {
    const std::vector<plan::BatchLevel> levels = plan::batch_levels(*phase);
    return some_layout_divides(plan::step_inputs_at(scenario, *phase, levels.back()), levels);
  });
}

}  // namespace

bool holds(const Space& space, const Scenario& scenario) {
  const scenario::ClusterPlan& cluster = scenario.cluster;
  return allows(space.instances, cluster.instance->name) && allows_nodes(space, cluster.nodes) &&
         allows(space.purchases, scenario.purchase.mode) &&
         allows(space.targets, scenario.checkpoint.target) &&
         (!cluster.region || allows(space.regions, (*cluster.region)->name)) &&
         allows(space.spares, scenario.fleet.spares);
}

std::vector<Variation> choices_at(const Space& space, const std::optional<std::string>& instance,
                                  int nodes) {
  Variation first;
  first.instance = instance;
  first.nodes = nodes;
  std::vector<Variation> choices{first};
  cross(choices, space.regions, &Variation::region);
  cross(choices, space.purchases, &Variation::purchase);
  cross(choices, space.targets, &Variation::checkpoint_target);
  cross(choices, space.spares, &Variation::spares);
  return choices;
}

std::vector<std::optional<std::string>> instances_of(const Space& space) {
  if (space.instances.empty()) return {std::nullopt};
  return {space.instances.begin(), space.instances.end()};
}

std::vector<int> runnable_nodes(const Scenario& scenario, const NodeRange& range) {
  Scenario other = scenario;
  std::vector<int> numbers;
  for (int nodes = range.from; nodes <= range.to; ++nodes) {
    other.cluster.nodes = nodes;
    if (runnable(other)) numbers.push_back(nodes);
  }
  return numbers;
}

std::vector<int> spread_out(const std::vector<int>& numbers, std::size_t count) {
  if (numbers.size() <= count || count < 2) return numbers;
  const double ratio = static_cast<double>(numbers.back()) / numbers.front();
  std::vector<int> chosen;
  for (std::size_t i = 0; i < count; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(count - 1);
    const double wanted = numbers.front() * portable_pow(ratio, share);
    const auto nearer = [&](int a, int b) { return std::abs(a - wanted) < std::abs(b - wanted); };
    const int nearest = *std::min_element(numbers.begin(), numbers.end(), nearer);
    if (chosen.empty() || chosen.back() < nearest) chosen.push_back(nearest);
  }
  return chosen;
}

std::vector<int> between_neighbours(const std::vector<int>& numbers, const std::vector<int>& tried,
                                    int around) {
  std::vector<int> between;
  const auto was_tried = [&](int number) {
    return std::find(tried.begin(), tried.end(), number) != tried.end();
  };
  const auto here = std::lower_bound(numbers.begin(), numbers.end(), around);
  auto below = here;
  while (below != numbers.begin() && !was_tried(*(below - 1))) --below;
  if (below != here) between.push_back(*(below + (here - below) / 2));
  auto above = here == numbers.end() ? here : here + 1;
  const auto begin = above;
  while (above != numbers.end() && !was_tried(*above)) ++above;
  if (above != begin) between.push_back(*(begin + (above - begin) / 2));
  return between;
}

}  // namespace sextant::optimize

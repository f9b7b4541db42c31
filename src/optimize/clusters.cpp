#include "src/optimize/clusters.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sextant/ledger/power.h"
#include "src/io/diagnostics.h"
#include "src/io/first_message.h"
#include "src/optimize/relax.h"
#include "src/plan/infeasible.h"
#include "src/plan/purchase.h"
#include "src/run/spread.h"

namespace sextant::optimize {
namespace {

using plan::Variation;
using scenario::Scenario;

/// Numbers of nodes of a range that are tried before it is known where to look closer.
constexpr std::size_t kFirstOfRange = 7;

/// What a unit of work takes of the objective where accelerators reach their peak.
double promise_of(const Objective& objective, const Scenario& scenario) {
  const scenario::ClusterPlan& cluster = scenario.cluster;
  const Accelerator& accelerator = **cluster.accelerator;
  const double peak = cluster.instance->accelerators * accelerator.peak_16bit.value.si();
  const double power = power_curve(*cluster.instance, accelerator).full.value.si();
  const auto price = plan::node_price_of(scenario);
  double sum = 0;
  for (const Objective::Term& term : objective.terms) {
    const double worth = objective.is_sum() ? term.worth / unit_of_worth(term.quantity) : 1.0;
    switch (term.quantity) {
      case Quantity::kCost:
        sum += worth * (price ? price->value.si() : 0.0) / peak;
        break;
      case Quantity::kTime:
        sum += worth / (peak * cluster.nodes);
        break;
      case Quantity::kEnergy:
      case Quantity::kCo2e:
        sum += worth * power / peak;
        break;
    }
  }
  return sum;
}

}  // namespace

plan::VariedScenario Clusters::varied(const Variation& choice) const {
  return plan::varied(question_.scenario, choice, catalogue_);
}

std::optional<Cluster> Clusters::make(const std::optional<std::string>& instance, int nodes,
                                      std::vector<Dropped>& dropped) const {
  const std::string name = instance.value_or(question_.scenario.cluster.instance->name);
  const auto drop = [&](DropReason reason, const std::string& label, std::string why) {
    dropped.push_back({reason, label, std::move(why)});
  };
  const std::string label = fmt::format("{} x {}", name, nodes);
  const auto& quota = question_.limits.nodes;
  if (quota && nodes > relaxed_nodes(*quota)) {
    drop(DropReason::kQuota, label, fmt::format("more than {} nodes", *quota));
    return std::nullopt;
  }
  Cluster cluster;
  cluster.instance = instance;
  cluster.nodes = nodes;
  for (const Variation& choice : choices_at(question_.space, instance, nodes)) {
    try {
      const plan::VariedScenario varied_scenario = varied(choice);
      plan::require_purchase(varied_scenario.scenario);
      if (cluster.choices.empty()) cluster.scenario = varied_scenario.scenario;
      cluster.choices.push_back(choice);
      const double promise = promise_of(question_.objective, varied_scenario.scenario);
      cluster.promise = cluster.choices.size() == 1 ? promise : std::min(cluster.promise, promise);
    } catch (const plan::InfeasiblePlan& infeasible) {
      drop(DropReason::kNotSold, label, infeasible.obstacles().front().reason);
    } catch (const io::InputError& error) {
      drop(DropReason::kUnknown, label, io::first_message(error.what()));
    }
  }
  if (cluster.choices.empty()) return std::nullopt;
  return cluster;
}

Clusters::Nodes Clusters::nodes_of(const std::optional<std::string>& instance) const {
  const Space& space = question_.space;
  if (!space.node_range) {
    std::vector<int> list = space.nodes;
    if (list.empty()) list.push_back(question_.scenario.cluster.nodes);
    return {list, list};
  }
  NodeRange range = *space.node_range;
  if (const auto& quota = question_.limits.nodes) {
    range.to = static_cast<int>(std::min<std::int64_t>(range.to, relaxed_nodes(*quota)));
  }
  Scenario scenario = question_.scenario;
  try {
    scenario = varied({.instance = instance}).scenario;
  } catch (const io::InputError&) {
    // make() will say what is wrong.
  }
  const std::vector<int> all = runnable_nodes(scenario, range);
  return {spread_out(all, kFirstOfRange), all};
}

void Clusters::search(std::vector<Cluster>& clusters, std::size_t from, std::size_t to,
                      const run::ParallelOptions& parallel,
                      const std::function<bool()>& stopped) const {
  const LayoutOptions options{.sample = sample_, .threads = parallel.threads, .stopped = stopped};
  const auto count = static_cast<std::int64_t>(to - from);
  const auto search_one = [&](std::int64_t i) {
    return search_cluster(clusters[from + static_cast<std::size_t>(i)].scenario, options);
  };
  std::vector<ClusterLayouts> found =
      run::spread<ClusterLayouts>(count, {.threads = 1, .ranks = parallel.ranks}, search_one);
  for (std::size_t i = 0; i < found.size(); ++i) clusters[from + i].layouts = std::move(found[i]);
}

}  // namespace sextant::optimize

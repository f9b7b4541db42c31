#include "src/govern/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "src/govern/fabric_jobs.h"
#include "src/io/diagnostics.h"
#include "src/scenario/governance_names.h"

namespace sextant::govern {
namespace {

using scenario::FlavorPlan;
using scenario::GovernanceScenario;

/// Who is on the nodes of a flavor at a moment, by the fabric's numbers.
struct Occupants {
  std::vector<JobOnFabric> jobs;  ///< in the order in which they got their nodes
  std::vector<int> free;          ///< nodes of the flavor and spares that no other job holds
  int other_jobs = 0, other_nodes = 0, incomplete = 0;
};

class FlavorLooks {
 public:
  FlavorLooks(const GovernanceScenario& scenario, const std::vector<TrainingStep>& trainings,
              const FlavorPlan& flavor, FlavorIndex index)
      : scenario_(scenario), trainings_(trainings), flavor_(flavor), index_(index) {}

  Occupants occupants(const Look& look) const;

 private:
  /// Spares have their numbers after the whole nodes, and their place after the divided ones.
  int fabric_node(int node) const {
    const int whole = flavor_.whole_nodes();
    return node < whole ? node : node + flavor_.nodes - whole;
  }
  std::vector<int> fabric_nodes(const NodesHeld& held) const;

  const GovernanceScenario& scenario_;
  const std::vector<TrainingStep>& trainings_;
  const FlavorPlan& flavor_;
  FlavorIndex index_;
};

std::vector<int> FlavorLooks::fabric_nodes(const NodesHeld& held) const {
  std::vector<int> nodes;
  for (const int node : held.nodes) nodes.push_back(fabric_node(node));
  return nodes;
}

Occupants FlavorLooks::occupants(const Look& look) const {
  std::vector<const NodesHeld*> here;
  for (const NodesHeld& held : look.held) {
    if (held.flavor == index_) here.push_back(&held);
  }
  std::stable_sort(here.begin(), here.end(), [](const NodesHeld* a, const NodesHeld* b) {
    return a->since_ns < b->since_ns;
  });
  Occupants occupants;
  std::set<int> taken, others;
  for (const NodesHeld* held : here) {
    const std::vector<int> nodes = fabric_nodes(*held);
    if (held->training < 0) {
      ++occupants.other_jobs;
      others.insert(nodes.begin(), nodes.end());
      continue;
    }
    const auto training = static_cast<std::size_t>(held->training);
    if (static_cast<int>(nodes.size()) != trainings_[training].nodes) {
      ++occupants.incomplete;
      taken.insert(nodes.begin(), nodes.end());
      continue;
    }
    const std::string& team = scenario_.teams[static_cast<std::size_t>(held->team)].name;
    occupants.jobs.push_back({held->name, team, training, nodes});
  }
  occupants.other_nodes = static_cast<int>(others.size());
  taken.merge(others);
  for (int node = 0; node < flavor_.whole_nodes() + flavor_.fleet.spares; ++node) {
    const int place = fabric_node(node);
    if (!taken.contains(place)) occupants.free.push_back(place);
  }
  return occupants;
}

/// The same jobs on other nodes, in their order.
std::vector<JobOnFabric> placed(const Occupants& occupants, const Fabric& fabric,
                                PlacementPolicy policy, std::uint64_t seed) {
  std::vector<JobOnFabric> jobs = occupants.jobs;
  std::vector<int> free = occupants.free;
  for (JobOnFabric& job : jobs) {
    job.nodes = choose_nodes(fabric, free, static_cast<int>(job.nodes.size()), policy, seed);
    const std::set<int> taken(job.nodes.begin(), job.nodes.end());
    std::erase_if(free, [&](int node) { return taken.contains(node); });
  }
  return jobs;
}

/// Folds scenes into means over accelerator-hours.
class Means {
 public:
  void add(const NetworkScene& scene) {
    for (const NetworkJob& job : scene.jobs) {
      const double weight =
          static_cast<double>(job.accelerators) * static_cast<double>(scene.moments.size());
      weight_ += weight;
      slowdown_ += weight * job.slowdown();
      network_ += weight * (job.shared / job.replay);
      leaf_groups_ += weight * job.leaf_groups;
      worst_ = std::max(worst_, job.slowdown());
    }
  }
  bool empty() const { return weight_ == 0; }
  double weight() const { return weight_; }  ///< accelerators times looks
  double leaf_groups() const { return empty() ? 0 : leaf_groups_ / weight_; }
  NetworkMeans means() const {
    if (empty()) return {};
    return {.slowdown = slowdown_ / weight_, .network = network_ / weight_, .worst = worst_};
  }

 private:
  double weight_ = 0, slowdown_ = 0, network_ = 0, leaf_groups_ = 0, worst_ = 0;
};

using Key = std::vector<std::pair<std::string, std::vector<int>>>;

Key key_of(const Occupants& occupants) {
  Key key;
  for (const JobOnFabric& job : occupants.jobs) key.emplace_back(job.name, job.nodes);
  return key;
}

/// What was seen several times alike, once; the first that was seen stands for all.
struct SeenScene {
  Occupants occupants;
  std::vector<Seconds> moments;
};

std::vector<SeenScene> scenes_of(const FlavorLooks& flavor, const std::vector<Look>& looks,
                                 NetworkAnswer& answer) {
  std::vector<SeenScene> scenes;
  std::map<Key, std::size_t> known;
  for (const Look& look : looks) {
    Occupants occupants = flavor.occupants(look);
    answer.other_jobs = std::max(answer.other_jobs, occupants.other_jobs);
    if (occupants.jobs.empty()) continue;
    const auto [place, is_new] = known.try_emplace(key_of(occupants), scenes.size());
    if (is_new) scenes.push_back({std::move(occupants), {}});
    scenes[place->second].moments.push_back(look.time);
  }
  return scenes;
}

NetworkScene run_scene(FlavorFabric& fabric, const SeenScene& seen,
                       const std::vector<JobOnFabric>& jobs) {
  NetworkScene scene = fabric.run(jobs);
  scene.moments = seen.moments;
  scene.other_jobs = seen.occupants.other_jobs;
  scene.other_nodes = seen.occupants.other_nodes;
  scene.incomplete = seen.occupants.incomplete;
  return scene;
}

std::vector<PlacedJobs> what_ifs(FlavorFabric& fabric, const std::vector<SeenScene>& scenes,
                                 std::uint64_t seed) {
  std::vector<PlacedJobs> answers;
  for (const auto& [policy, name] : EnumNames<PlacementPolicy>::table) {
    Means means;
    for (const SeenScene& seen : scenes) {
      means.add(run_scene(fabric, seen, placed(seen.occupants, fabric.fabric(), policy, seed)));
    }
    answers.push_back(
        {.policy = policy, .means = means.means(), .leaf_groups = means.leaf_groups()});
  }
  return answers;
}

std::optional<Seconds> each_look(const std::vector<Look>& looks) {
  if (looks.size() < 2) return std::nullopt;
  return looks[1].time - looks[0].time;
}

NetworkAnswer answer_of(const GovernanceScenario& scenario,
                        const std::vector<TrainingStep>& trainings, const FlavorPlan& flavor,
                        FlavorIndex index, const std::vector<Look>& looks,
                        const NetworkQuestion& question) {
  FlavorFabric fabric(flavor, trainings, question.worker);
  NetworkAnswer answer;
  answer.flavor = flavor.title();
  answer.fabric = flavor.network->fabric->title.empty() ? flavor.network->fabric->name
                                                        : flavor.network->fabric->title;
  answer.fabric_nodes = fabric.fabric().nodes();
  answer.leaf_groups = fabric.fabric().leaf_groups();
  answer.bisection = fabric.fabric().bisection();
  answer.background = fabric.background_names();
  answer.looks = static_cast<int>(looks.size());
  answer.each = each_look(looks);
  const FlavorLooks of_flavor(scenario, trainings, flavor, index);
  const std::vector<SeenScene> scenes = scenes_of(of_flavor, looks, answer);
  Means means;
  for (const SeenScene& seen : scenes) {
    answer.scenes.push_back(run_scene(fabric, seen, seen.occupants.jobs));
    means.add(answer.scenes.back());
  }
  answer.means = means.means();
  answer.job_leaf_groups = means.leaf_groups();
  answer.accelerator_hours = means.weight() * (answer.each ? *answer.each / kHour : 1);
  if (question.placements && !means.empty()) {
    answer.policies = what_ifs(fabric, scenes, flavor.network->seed);
  }
  answer.wall_s = fabric.wall_s();
  return answer;
}

void require_network(const GovernanceScenario& scenario) {
  const auto& flavors = scenario.cluster.flavors;
  if (std::any_of(flavors.begin(), flavors.end(),
                  [](const FlavorPlan& flavor) { return flavor.network.has_value(); })) {
    return;
  }
  throw io::InputError(
      "error: /cluster/flavors: found no flavor with a \"network\", expected one: the fabric that "
      "its jobs share\n  help: \"network\": {\"fabric\": \"rail-clos\"}; there are: sextant "
      "catalog "
      "list fabrics\n");
}

}  // namespace

std::int64_t NetworkScene::accelerators() const {
  std::int64_t sum = 0;
  for (const NetworkJob& job : jobs) sum += job.accelerators;
  return sum;
}

NetworkResult forecast_network(const GovernanceScenario& scenario,
                               const NetworkQuestion& question) {
  require_network(scenario);
  const std::vector<TrainingStep> trainings = training_steps(scenario);
  const GovernanceInputs inputs = inputs_of(scenario, question.parallel);
  const std::vector<Look> looks = look_at(scenario, inputs, question.window);
  run::begin_phase(question.parallel, "the jobs' steps as flows", 0);
  const scenario::GovernanceNames names(scenario);
  NetworkResult result;
  result.name = scenario.name;
  result.question = scenario.question;
  result.seed = scenario.simulation.seed;
  for (std::size_t i = 0; i < inputs.policy.flavors.size(); ++i) {
    const auto index = static_cast<FlavorIndex>(i);
    const scenario::NodeKind* kind = names.nodes(index);
    if (kind == nullptr || kind->partition || !kind->flavor->network) continue;
    result.flavors.push_back(answer_of(scenario, trainings, *kind->flavor, index, looks, question));
  }
  return result;
}

}  // namespace sextant::govern

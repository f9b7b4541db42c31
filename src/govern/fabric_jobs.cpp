#include "src/govern/fabric_jobs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>
#include <stdexcept>

#include "sextant/kernel/assert.h"
#include "sextant/network/flow_patterns.h"
#include "src/plan/fabric_traffic.h"
#include "src/plan/infeasible.h"
#include "src/plan/phases.h"

namespace sextant::govern {
namespace {

/// Steps of the slowest job; the others do as many as fit beside them.
constexpr double kSteps = 2.0;

Fabric fabric_of(const scenario::FlavorPlan& flavor) {
  const scenario::NetworkPlan& plan = *flavor.network;
  const int nodes = plan.nodes.value_or(flavor.connected_nodes() + plan.nodes_of_other_jobs());
  return make_fabric(*plan.fabric, *flavor.instance, **flavor.accelerator, nodes);
}

/// On the fabric's nodes that are not the flavor's.
std::vector<BackgroundTraffic> other_jobs(const scenario::FlavorPlan& flavor,
                                          const Fabric& fabric) {
  std::vector<int> free(static_cast<std::size_t>(fabric.nodes() - flavor.connected_nodes()));
  std::iota(free.begin(), free.end(), flavor.connected_nodes());
  std::vector<BackgroundTraffic> all;
  for (const scenario::BackgroundPlan& each : flavor.network->background) {
    all.push_back(plan::other_job(each, fabric, flavor.network->seed, free));
  }
  return all;
}

plan::InfeasiblePlan too_large(const std::vector<FlowJob>& jobs, const std::string& why) {
  std::int64_t ranks = 0, steps = 0;
  for (const FlowJob& job : jobs) {
    ranks += job.inputs.accelerators;
    steps += job.steps;
  }
  plan::Obstacle obstacle;
  obstacle.reason = fmt::format(
      "{} jobs at once with {} ranks and {} steps in all are too much for the flow tier",
      jobs.size(), ranks, steps);
  if (jobs.size() == 1) {
    obstacle.reason =
        fmt::format("job {} with {} ranks is too much for the flow tier", jobs.front().name, ranks);
  }
  obstacle.details = {why};
  for (const FlowJob& job : jobs) {
    obstacle.details.push_back(
        fmt::format("{}: {} ranks, {} steps", job.name, job.inputs.accelerators, job.steps));
  }
  obstacle.remedies = {"a --window in which fewer jobs run at once",
                       "leave out jobs whose steps are much shorter than those of the others"};
  return plan::InfeasiblePlan({std::move(obstacle)});
}

/// When each step of each job was over [s].
std::vector<std::vector<double>> step_ends(const StepFlows& flows, const FlowResult& result,
                                           std::size_t jobs) {
  std::vector<std::vector<double>> ends(jobs);
  for (std::size_t i = 0; i < flows.notes.size(); ++i) {
    const FlowNote& note = flows.notes[i];
    if (note.job < 0) continue;
    std::vector<double>& steps = ends[static_cast<std::size_t>(note.job)];
    const auto step = static_cast<std::size_t>(note.step);
    if (steps.size() <= step) steps.resize(step + 1);
    steps[step] = std::max(steps[step], result.end[i]);
  }
  return ends;
}

/// Steps, and the part of one, that were done by then.
double done_by(const std::vector<double>& ends, double time) {
  double began = 0, done = 0;
  for (const double end : ends) {
    if (end > time) return done + (time - began) / (end - began);
    began = end;
    ++done;
  }
  return done;
}

}  // namespace

std::vector<TrainingStep> training_steps(const scenario::GovernanceScenario& scenario) {
  std::vector<TrainingStep> steps;
  for (const scenario::TrainingRun& run : scenario.trainings) {
    const std::vector<plan::PlannedPhase> phases = plan::plan_phases(run.scenario);
    const plan::PlannedBatch& batch = phases[plan::main_phase(phases)].main();
    steps.push_back({.inputs = batch.inputs,
                     .calibration = &*run.scenario.calibration,
                     .nodes = run.scenario.cluster.nodes,
                     .accelerators = run.scenario.cluster.accelerators(),
                     .replay = batch.step.time});
  }
  return steps;
}

std::vector<Seconds> mean_steps(const StepFlows& flows, const FlowResult& result,
                                std::size_t jobs) {
  const std::vector<std::vector<double>> ends = step_ends(flows, result, jobs);
  double all_run_until = std::numeric_limits<double>::infinity();
  for (const auto& steps : ends) all_run_until = std::min(all_run_until, steps.back());
  SEXTANT_ASSERT(std::isfinite(all_run_until), "a step of a job has no end");
  std::vector<Seconds> means;
  for (const auto& steps : ends) {
    means.emplace_back(all_run_until / done_by(steps, all_run_until));
  }
  return means;
}

FlavorFabric::FlavorFabric(const scenario::FlavorPlan& flavor,
                           const std::vector<TrainingStep>& trainings,
                           const run::FlowOptions& worker)
    : flavor_(flavor),
      plan_(*flavor.network),
      trainings_(trainings),
      worker_(worker),
      fabric_(fabric_of(flavor)),
      background_(other_jobs(flavor, fabric_)) {}

NetworkScene FlavorFabric::run(const std::vector<JobOnFabric>& jobs) {
  NetworkScene scene;
  if (jobs.empty()) return scene;
  for (const JobOnFabric& job : jobs) {
    const TrainingStep& training = trainings_[job.training];
    scene.jobs.push_back({.name = job.name,
                          .team = job.team,
                          .nodes = job.nodes,
                          .leaf_groups = groups(job.nodes),
                          .accelerators = training.accelerators,
                          .replay = training.replay,
                          .alone = alone(job),
                          .shared = {},
                          .shares = {}});
  }
  const std::vector<int> steps = steps_of(scene.jobs);
  std::vector<FlowJob> together;
  for (std::size_t j = 0; j < jobs.size(); ++j) together.push_back(flow_job(jobs[j], steps[j]));
  const StepFlows flows = flows_of(together, background_);
  const std::vector<Seconds> means = mean_steps(flows, solve(flows.problem), jobs.size());
  for (std::size_t j = 0; j < jobs.size(); ++j) scene.jobs[j].shared = means[j];
  scene.folded = flows.folded;
  scene.activities = static_cast<std::int64_t>(flows.problem.activities.size());
  LinkBytes bytes;
  for (const StepFlows::LinkBytes& entry : flows.link_bytes) {
    if (!between_nodes(entry.link) || entry.bytes <= 0) continue;
    auto& of_jobs = bytes.try_emplace(entry.link, jobs.size(), 0.0).first->second;
    of_jobs[static_cast<std::size_t>(entry.job)] += entry.bytes;
  }
  add_tiers(bytes, scene);
  add_shares(bytes, scene);
  return scene;
}

FlowJob FlavorFabric::flow_job(const JobOnFabric& job, int steps) const {
  const TrainingStep& training = trainings_[job.training];
  const int devices = (*flavor_.accelerator)->device_count();
  return {
      .name = job.name,
      .inputs = training.inputs,
      .calibration = training.calibration,
      .placement = place_ranks(fabric_, job.nodes, static_cast<int>(training.inputs.accelerators),
                               devices, plan_.rail_aligned),
      .steps = steps};
}

Seconds FlavorFabric::alone(const JobOnFabric& job) {
  const auto [known, is_new] = alone_.try_emplace({job.training, job.nodes});
  if (is_new) {
    const StepFlows flows = flows_of({flow_job(job, 1)}, {});
    known->second = mean_steps(flows, solve(flows.problem), 1).front();
  }
  return known->second;
}

/// So that all jobs run as long as the slowest does its own.
std::vector<int> FlavorFabric::steps_of(const std::vector<NetworkJob>& jobs) const {
  Seconds longest{0};
  for (const NetworkJob& job : jobs) longest = std::max(longest, job.alone);
  std::vector<int> steps;
  for (const NetworkJob& job : jobs) {
    // Not one more for what is rounding.
    steps.push_back(static_cast<int>(std::ceil(kSteps * (longest / job.alone) - 1e-6)));
  }
  return steps;
}

StepFlows FlavorFabric::flows_of(const std::vector<FlowJob>& jobs,
                                 const std::vector<BackgroundTraffic>& background) const {
  std::string asymmetry;
  try {
    return step_flows(fabric_, jobs, background, {}, &asymmetry);
  } catch (const std::length_error& error) {
    throw too_large(jobs, asymmetry.empty()
                              ? std::string(error.what())
                              : fmt::format("{}; not folded: {}", error.what(), asymmetry));
  }
}

FlowResult FlavorFabric::solve(const FlowProblem& problem) {
  FlowResult result = run::run_flows(problem, worker_);
  wall_s_ += result.wall_s;
  return result;
}

int FlavorFabric::groups(const std::vector<int>& nodes) const {
  std::set<int> groups;
  for (const int node : nodes) groups.insert(fabric_.leaf_group(node));
  return static_cast<int>(groups.size());
}

bool FlavorFabric::between_nodes(Fabric::LinkId link) const {
  const Fabric::Link& ends = fabric_.link(link);
  return fabric_.vertex(ends.from).node < 0 || fabric_.vertex(ends.to).node < 0;
}

std::vector<std::string> FlavorFabric::background_names() const {
  std::vector<std::string> names;
  for (const BackgroundTraffic& traffic : background_) names.push_back(traffic.name);
  return names;
}

/// Share of the link's capacity, over time.
double FlavorFabric::use(Fabric::LinkId link, const std::vector<double>& bytes,
                         const std::vector<NetworkJob>& jobs) const {
  double rate = 0;
  for (std::size_t j = 0; j < jobs.size(); ++j) rate += bytes[j] / jobs[j].shared.si();
  return rate / fabric_.link(link).capacity.si();
}

void FlavorFabric::add_tiers(const LinkBytes& bytes, NetworkScene& scene) const {
  std::map<std::string, std::size_t> places;
  for (Fabric::LinkId link = 0; link < fabric_.links(); ++link) {
    if (!between_nodes(link)) continue;
    const auto [place, is_new] = places.try_emplace(fabric_.tier(link), scene.tiers.size());
    if (is_new) scene.tiers.push_back({.tier = place->first});
    TierLoad& tier = scene.tiers[place->second];
    ++tier.links;
    const auto loaded = bytes.find(link);
    if (loaded == bytes.end()) continue;
    const double share = use(link, loaded->second, scene.jobs);
    tier.mean += share;
    tier.busiest = std::max(tier.busiest, share);
  }
  for (TierLoad& tier : scene.tiers) tier.mean /= tier.links;
}

void FlavorFabric::add_shares(const LinkBytes& bytes, NetworkScene& scene) const {
  for (std::size_t j = 0; j < scene.jobs.size(); ++j) {
    NetworkJob& job = scene.jobs[j];
    std::vector<std::set<std::size_t>> with;
    for (const auto& [link, of_jobs] : bytes) {
      if (of_jobs[j] <= 0) continue;
      std::set<std::size_t> others;
      for (std::size_t k = 0; k < of_jobs.size(); ++k) {
        if (k != j && of_jobs[k] > 0) others.insert(k);
      }
      if (others.empty()) continue;
      const std::string tier = fabric_.tier(link);
      auto share = std::find_if(job.shares.begin(), job.shares.end(),
                                [&](const SharedTier& known) { return known.tier == tier; });
      if (share == job.shares.end()) {
        share = job.shares.insert(share, SharedTier{tier, 0, {}, 0});
        with.emplace_back();
      }
      ++share->links;
      share->busiest = std::max(share->busiest, use(link, of_jobs, scene.jobs));
      with[static_cast<std::size_t>(share - job.shares.begin())].merge(others);
    }
    for (std::size_t t = 0; t < with.size(); ++t) {
      for (const std::size_t k : with[t]) job.shares[t].with.push_back(scene.jobs[k].name);
    }
  }
}

}  // namespace sextant::govern

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sextant/cluster/fabric.h"
#include "sextant/training/step_flows.h"
#include "src/govern/network.h"
#include "src/scenario/governance_scenario.h"

namespace sextant::govern {

/// A training run's step, forecast.
struct TrainingStep {
  StepInputs inputs;
  const Calibration* calibration = nullptr;
  int nodes = 0;
  std::int64_t accelerators = 0;
  Seconds replay;
};

/// Of every training run of the scenario, in its order: the main batch of the phase that takes most
/// of the time.
/// @throws plan::InfeasiblePlan
std::vector<TrainingStep> training_steps(const scenario::GovernanceScenario& scenario);

/// A training job and the fabric's nodes that it has, in the order of its ranks.
struct JobOnFabric {
  std::string name;
  std::string team;
  std::size_t training = 0;
  std::vector<int> nodes;
};

/// A flavor's fabric, and the flow engine that runs steps on it.
class FlavorFabric {
 public:
  /// All references outlive this. @pre the flavor has a network
  FlavorFabric(const scenario::FlavorPlan& flavor, const std::vector<TrainingStep>& trainings,
               const run::FlowOptions& worker);

  const Fabric& fabric() const { return fabric_; }
  double wall_s() const { return wall_s_; }
  /// "a job on 8 other nodes": what goes beside the jobs.
  std::vector<std::string> background_names() const;
  /// What jobs meet together, and each by itself on the same nodes; without moments and others.
  /// @throws plan::InfeasiblePlan, run::FlowFailure
  NetworkScene run(const std::vector<JobOnFabric>& jobs);

 private:
  /// Links and, by job, the bytes of a step over them.
  using LinkBytes = std::map<Fabric::LinkId, std::vector<double>>;

  FlowJob flow_job(const JobOnFabric& job, int steps) const;
  Seconds alone(const JobOnFabric& job);
  std::vector<int> steps_of(const std::vector<NetworkJob>& jobs) const;
  StepFlows flows_of(const std::vector<FlowJob>& jobs,
                     const std::vector<BackgroundTraffic>& background) const;
  FlowResult solve(const FlowProblem& problem);
  int groups(const std::vector<int>& nodes) const;
  bool between_nodes(Fabric::LinkId link) const;
  double use(Fabric::LinkId link, const std::vector<double>& bytes,
             const std::vector<NetworkJob>& jobs) const;
  void add_tiers(const LinkBytes& bytes, NetworkScene& scene) const;
  void add_shares(const LinkBytes& bytes, NetworkScene& scene) const;

  const scenario::FlavorPlan& flavor_;
  const scenario::NetworkPlan& plan_;
  const std::vector<TrainingStep>& trainings_;
  const run::FlowOptions& worker_;
  Fabric fabric_;
  std::vector<BackgroundTraffic> background_;
  std::map<std::pair<std::size_t, std::vector<int>>, Seconds> alone_;  ///< by training and nodes
  double wall_s_ = 0;
};

/// Time of a step of each job, while all jobs run: the time until the first has done all its steps,
/// over the steps that the job has done by then, the one under way by its share.
std::vector<Seconds> mean_steps(const StepFlows& flows, const FlowResult& result, std::size_t jobs);

}  // namespace sextant::govern

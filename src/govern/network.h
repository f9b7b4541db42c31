#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sextant/cluster/placement.h"
#include "sextant/kernel/quantity.h"
#include "src/catalog/catalogue.h"
#include "src/govern/looks.h"
#include "src/run/flow_worker.h"
#include "src/run/parallel_for.h"
#include "src/scenario/governance_scenario.h"

namespace sextant::govern {

/// Links of one tier that a job shares with others.
struct SharedTier {
  std::string tier;               ///< "leaf to spine"
  int links = 0;                  ///< that it uses, and another job too
  std::vector<std::string> with;  ///< names of the others, in the order of the jobs
  double busiest = 0;             ///< share of the busiest one's capacity that all jobs use
};

/// A training job on the fabric.
struct NetworkJob {
  std::string name;
  std::string team;
  std::vector<int> nodes;  ///< of the fabric, in the order of its ranks
  int leaf_groups = 0;     ///< over which they are spread
  std::int64_t accelerators = 0;
  Seconds replay;  ///< its step where the network never limits
  Seconds alone;   ///< on its nodes of the fabric, without the others
  Seconds shared;  ///< with them: the mean over some of its steps
  std::vector<SharedTier> shares;

  double slowdown() const { return shared / alone; }
};

/// How full links of one tier are, as shares of their capacity averaged over time: all of them, and
/// the busiest.
struct TierLoad {
  std::string tier;
  int links = 0;
  double mean = 0, busiest = 0;
};

/// Training jobs on their nodes, as they were at some of the moments that were looked at.
struct NetworkScene {
  std::vector<Seconds> moments;
  std::vector<NetworkJob> jobs;  ///< in the order in which they got their nodes
  int other_jobs = 0;            ///< that hold nodes, but have no step: they send nothing
  int other_nodes = 0;           ///< of those
  int incomplete = 0;            ///< training jobs that wait for some of their nodes
  std::vector<TierLoad> tiers;   ///< of links between nodes, by their order in the fabric
  bool folded = false;
  std::int64_t activities = 0;

  std::int64_t accelerators() const;
};

/// Over the accelerator-hours of all scenes.
struct NetworkMeans {
  double slowdown = 1;  ///< by the other jobs: steps with them over steps alone
  double network = 1;   ///< by the network: steps with the others over steps that nothing limits
  double worst = 1;     ///< of the job that others slow most
};

/// What the jobs would meet if a policy had placed them, all other things being equal.
struct PlacedJobs {
  PlacementPolicy policy = PlacementPolicy::kContiguous;
  NetworkMeans means;
  double leaf_groups = 0;  ///< of a job, mean over accelerator-hours
};

/// The training jobs of one flavor on its fabric.
struct NetworkAnswer {
  std::string flavor;
  std::string fabric;  ///< title
  int fabric_nodes = 0, leaf_groups = 0;
  BytesPerSecond bisection;
  std::vector<std::string> background;  ///< jobs that are no part of the simulation, in words
  int looks = 0;                        ///< moments that were looked at
  std::optional<Seconds> each;          ///< that one look stands for; absent: a moment
  std::vector<NetworkScene> scenes;     ///< with jobs, by time
  int other_jobs = 0;                   ///< most jobs without a step at once
  double accelerator_hours = 0;         ///< of the scenes; of a moment: accelerators
  NetworkMeans means;
  double job_leaf_groups = 0;        ///< of a job, mean over accelerator-hours
  std::vector<PlacedJobs> policies;  ///< where asked for
  double wall_s = 0;                 ///< that the flow engine took
};

/// What training jobs do to each other on the network.
struct NetworkResult {
  std::string name;
  std::string question;
  std::uint64_t seed = 0;
  std::vector<NetworkAnswer> flavors;  ///< of those that have a network, in their order
  /// The files that were read. Whoever read the scenario fills them in.
  std::vector<catalog::UsedFile> files;
};

struct NetworkQuestion {
  std::optional<TimeWindow> window;  ///< absent: all the time
  bool placements = false;           ///< what other placements would do, too
  run::FlowOptions worker;
  run::ParallelOptions parallel;
};

/// Runs the first replica, looks who is on which nodes, and puts the steps of all training jobs
/// that are there at once on the fabrics of their flavors, and each alone. A job that holds all its
/// nodes is taken to train, in the phase that takes most of its time; its ranks go over its nodes
/// in the order of their numbers. All begin a step together.
/// @throws io::InputError where no flavor has one
/// @throws plan::InfeasiblePlan where a training run cannot be planned, or the jobs at once are too
/// many to run
/// @throws run::FlowFailure
NetworkResult forecast_network(const scenario::GovernanceScenario& scenario,
                               const NetworkQuestion& question);

}  // namespace sextant::govern

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sextant/governance/governance.h"
#include "src/govern/time_distribution.h"

namespace sextant::govern {

/// Time of accelerators (of cores, where a cluster has no accelerators), in hours of one.
struct UnitHours {
  double allocated = 0;  ///< nodes held
  double used = 0;       ///< of it: work that was kept, evaluations
  double lost = 0;       ///< of it: work that was done again
  double held_idle = 0;  ///< of it: spaces after work, warm pools
  double no_nodes = 0;   ///< with quota, waiting for nodes: not in `allocated`
  double reserved = 0;   ///< quota held, with nodes or without; of teams and the cluster
  double borrowed = 0;   ///< of it: beyond the nominal quota; likewise
  double lent = 0;       ///< nominal quota that others used; likewise
};

/// What became of some jobs: all, those of a team, of a class, of a kind.
struct GroupAnswer {
  std::int64_t jobs = 0;
  std::array<std::int64_t, EnumNames<JobEnd>::table.size()> ends{};
  TimeStatistics wait_s;        ///< without quota or nodes, all times together
  TimeStatistics first_wait_s;  ///< until admitted for the first time
  TimeStatistics run_s;         ///< with nodes
  double waiting_jobs = 0;      ///< mean over time, without quota or nodes
  double running_jobs = 0;      ///< mean over time, with nodes
  std::array<std::int64_t, kEvictionReasons> evictions{};
  std::int64_t preemptions = 0;
  std::int64_t node_failures = 0;
  std::int64_t loops = 0;
  std::int64_t missed_deadlines = 0;
  UnitHours hours;
  double cost_usd = 0;
  double energy_j = 0;  ///< at the meter
};

/// Nodes of a flavor over the whole time, in hours of its units.
struct FlavorAnswer {
  double allocated = 0;
  double used = 0;
  double idle = 0;           ///< healthy, held by nobody
  double broken = 0;         ///< under repair
  double released = 0;       ///< not there: nobody pays for it
  double idle_cost_usd = 0;  ///< of idle and broken nodes
  double idle_energy_j = 0;

  double there() const { return allocated + idle + broken; }
};

/// How the cluster was used over time: means over bins of equal width, from the start. Of
/// accelerators (or cores).
struct OverTime {
  double width_s = 0;
  std::vector<double> there;  ///< rented: allocated, idle or broken
  std::vector<double> allocated;
  std::vector<double> used;
  std::vector<double> borrowed;
  std::vector<double> pending_jobs;
  std::vector<double> pending;             ///< what they ask for
  std::vector<std::vector<double>> teams;  ///< allocated by each
  std::vector<double> broken;
  std::vector<std::vector<double>> teams_borrowed;  ///< of the quota that each holds
  std::vector<std::vector<double>> teams_pending;   ///< what the pending jobs of each ask for
  /// Jain's index of the teams that held or wanted something; 1 where nobody did.
  std::vector<double> jain;
};

/// Evictions of one team's jobs for another's, under one rule.
struct EvictionCount {
  std::int32_t team = 0;
  std::int32_t preemptor_team = -1;  ///< -1: nobody's
  EvictionReason reason{};
  std::int64_t count = 0;
};

/// A job that its queue can never admit.
struct ImpossibleJob {
  std::string name;
  TeamIndex team{};
  std::int64_t units = 0;
};

/// Everything that is told of one replica. Vectors are in the order of the inputs.
struct ReplicaAnswers {
  GroupAnswer cluster;
  std::vector<GroupAnswer> teams;
  std::vector<GroupAnswer> classes;
  std::vector<GroupAnswer> team_classes;  ///< team by team
  std::vector<GroupAnswer> kinds;
  std::vector<FlavorAnswer> flavors;
  FlavorAnswer nodes;  ///< of all flavors whose unit is counted; costs and energy of all flavors
  OverTime over_time;
  /// Jain's index (Jain, Chiu and Hawe, 1984) over teams with jobs, of allocated / entitled.
  double jain = 1;
  double idle_while_waiting = 0;  ///< hours that nobody held although jobs asked for them, by bins
  std::vector<EvictionCount> eviction_counts;
  std::vector<ImpossibleJob> impossible;  ///< the first few
  std::vector<EndpointOutcome> endpoints;
  std::int64_t cycles = 0;
  std::int64_t finished = 0;
  std::int64_t loops = 0;
  double wall_time_s = 0;
  std::uint64_t digest = 0;

  /// Allocated over what was there.
  double utilisation() const;
  /// Used over what was there.
  double used_share() const;
  double cost_usd() const { return cluster.cost_usd + nodes.idle_cost_usd; }
  double energy_j() const { return cluster.energy_j + nodes.idle_energy_j; }
};

}  // namespace sextant::govern

#pragma once

#include "src/govern/replica_answers.h"

// For the way from one process to another (src/run/packing.h). None of these compiles when a member
// is added: give it a name here, and carry it below.

namespace sextant {

template <class Archive>
void pack(Archive& archive, EndpointOutcome& endpoint) {
  auto& [name, requests, unserved, replica_seconds, starting_seconds, short_seconds, most_replicas,
         scale_outs, scale_ins] = endpoint;
  archive(name, requests, unserved, replica_seconds, starting_seconds, short_seconds, most_replicas,
          scale_outs, scale_ins);
}

}  // namespace sextant

namespace sextant::govern {

template <class Archive>
void pack(Archive& archive, OverTime& over) {
  auto& [width_s, there, allocated, used, borrowed, pending_jobs, pending, teams, broken,
         teams_borrowed, teams_pending, jain] = over;
  archive(width_s, there, allocated, used, borrowed, pending_jobs, pending, teams, broken,
          teams_borrowed, teams_pending, jain);
}

template <class Archive>
void pack(Archive& archive, ImpossibleJob& job) {
  auto& [name, team, units] = job;
  archive(name, team, units);
}

template <class Archive>
void pack(Archive& archive, ReplicaAnswers& answers) {
  auto& [cluster, teams, classes, team_classes, kinds, flavors, nodes, over_time, jain,
         idle_while_waiting, eviction_counts, impossible, endpoints, cycles, finished, loops,
         wall_time_s, digest] = answers;
  archive(cluster, teams, classes, team_classes, kinds, flavors, nodes, over_time, jain,
          idle_while_waiting, eviction_counts, impossible, endpoints, cycles, finished, loops,
          wall_time_s, digest);
}

}  // namespace sextant::govern

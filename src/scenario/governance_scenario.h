#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sextant/governance/admission_policy.h"
#include "sextant/governance/governance.h"
#include "sextant/governance/job.h"
#include "sextant/kernel/quantity.h"
#include "sextant/ledger/platform.h"
#include "sextant/ledger/purchase.h"
#include "src/catalog/families.h"
#include "src/io/catalogue_item.h"
#include "src/io/node.h"
#include "src/scenario/governance_cluster.h"
#include "src/scenario/governance_jobs.h"
#include "src/scenario/governance_policy.h"
#include "src/scenario/scenario.h"

namespace sextant::scenario {

/// How the simulation is made.
struct GovernanceSimulation {
  std::optional<Seconds> duration;
  std::int64_t replicas = 1;
  std::uint64_t seed = 1;
  Seconds admission_latency{0};
  Seconds grace{30};
  std::optional<Seconds> warm_pool;
  int loop_limit = 10;
};

template <class Archive>
void visit(Archive& a, GovernanceSimulation& s) {
  a.object("governance_simulation", "How the simulation is made.");
  a.field("duration", s.duration,
          {.doc = "It ends then, finished or not; absent: when all jobs have ended", .min = 1});
  a.field("replicas", s.replicas,
          {.doc = "Simulated repetitions, each with arrivals and failures of its own",
           .min = 1,
           .max = 1e6});
  a.field("seed", s.seed, {.doc = "Seed of all random numbers"});
  a.field("admission_latency", s.admission_latency,
          {.doc = "Time that each admission takes", .min = 0});
  a.field("grace", s.grace, {.doc = "From an eviction until the pods have ended", .min = 0});
  a.field(
      "warm_pool", s.warm_pool,
      {.doc = "The nodes of a finished job are kept so long for the next one of its team, which "
              "then needs no startup; absent: they are not",
       .min = 0});
  a.field("loop_limit", s.loop_limit,
          {.doc = "Evictions of a job in a row that are a loop: by one other, or before it works",
           .min = 1});
}

/// The priority class, of value 0, of jobs that name none.
inline constexpr const char* kNoClass = "none";

inline constexpr const char* kGovernanceSchema = "sextant.governance/1";

/// A plan scenario that a training job names, read.
struct TrainingRun {
  std::string file;
  Scenario scenario;
};

/// Many teams on one cluster: everything that `sextant govern` needs to know.
struct GovernanceScenario {
  std::optional<std::string> editor_schema;
  std::string schema = kGovernanceSchema;
  std::string name;
  std::string question;
  GovernanceCluster cluster;
  PolicyPlan policy;
  std::vector<TeamPlan> teams;
  std::vector<JobPlan> jobs;
  std::vector<TracePlan> traces;
  std::vector<EndpointPlan> endpoints;
  GovernanceSimulation simulation;

  // Worked out when the file is read: not in the file itself.
  AdmissionPolicy admission;  ///< with its flavors' nodes, and with the policy's changes
  std::vector<std::string> flavor_nodes;  ///< names of the nodes of its flavors; empty: none
  std::vector<TrainingRun> trainings;     ///< each file once
  std::string folder;                     ///< of the scenario: its files are seen from there
  /// Readings of a policy that its documentation does not confirm, one sentence each.
  std::vector<std::string> inferred;
};

template <class Archive>
void visit(Archive& a, GovernanceScenario& s) {
  a.object("governance_scenario", "Many teams on one cluster.");
  a.field("$schema", s.editor_schema, {.doc = "For editors: governance.schema.json"});
  a.field("schema", s.schema, {.doc = "Version of this format", .required = true});
  a.field("name", s.name, {.doc = "Name of the scenario", .required = true});
  a.field("question", s.question, {.doc = "The question that it answers"});
  a.field("cluster", s.cluster, {.doc = "What is there, and where", .required = true});
  a.field("policy", s.policy, {.doc = "Who is admitted"});
  a.field("teams", s.teams, {.doc = "Who shares it, and what they submit", .required = true});
  a.field("jobs", s.jobs, {.doc = "Jobs one by one"});
  a.field("traces", s.traces, {.doc = "Jobs of a log"});
  a.field("endpoints", s.endpoints, {.doc = "Inference endpoints, which follow their load"});
  a.field("simulation", s.simulation, {.doc = "How the simulation is made"});
}

}  // namespace sextant::scenario

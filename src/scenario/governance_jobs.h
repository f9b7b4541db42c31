#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sextant/governance/arrivals.h"
#include "sextant/governance/job.h"
#include "sextant/kernel/quantity.h"
#include "src/import/job_trace.h"

namespace sextant::scenario {

/// The pods of a job: on whole nodes, or with a number of accelerators.
struct JobSize {
  std::optional<int> nodes;         ///< a pod on each, with all of its accelerators
  std::optional<int> accelerators;  ///< in all: whole nodes, or one pod of fewer
  std::optional<int> pods;          ///< so many …
  int per_pod = 1;                  ///< … with so many accelerators, or partitions, each
  std::optional<int> min_pods;
  std::string partition;
  std::string flavor;
  double cpu = 0;
  Bytes memory{0};
  double weight = 1;
};

template <class Archive>
void visit(Archive& a, JobSize& s) {
  a.object("job_size", "The pods of a job. One of nodes, accelerators or pods.");
  a.field(
      "nodes", s.nodes,
      {.doc = "Whole nodes: a pod on each, with all of its accelerators", .min = 1, .max = 1e6});
  a.field("accelerators", s.accelerators,
          {.doc = "Accelerators in all: pods on whole nodes, or one pod with fewer",
           .min = 1,
           .max = 1e7});
  a.field("pods", s.pods, {.doc = "Number of pods", .min = 1, .max = 1e7});
  a.field("per_pod", s.per_pod,
          {.doc = "With pods: accelerators, or partitions, of each", .min = 0, .max = 1e4});
  a.field("min_pods", s.min_pods,
          {.doc = "It can begin with so few pods, and takes longer in proportion; absent: all or "
                  "none",
           .min = 1});
  a.field("partition", s.partition,
          {.doc = "Its accelerators are partitions: a MIG profile, or \"shared\"; empty: whole "
                  "ones"});
  a.field("flavor", s.flavor,
          {.doc = "Flavor whose nodes the pods are cut to; empty: the first one that has what they "
                  "ask for"});
  a.field("cpu", s.cpu, {.doc = "Cores of each pod, where queues have quotas for them", .min = 0});
  a.field("memory", s.memory,
          {.doc = "Host memory of each pod, where queues have quotas for it", .min = 0});
  a.field("weight", s.weight, {.doc = "How often, against the other sizes of a list", .min = 0});
}

enum class PlacementMode { kUnconstrained, kPreferred, kRequired };

/// Where the pods may be, relative to each other.
struct PlacementPlan {
  PlacementMode mode = PlacementMode::kPreferred;
  std::string level;
  int slice = 1;
  std::string slice_level;
};

template <class Archive>
void visit(Archive& a, PlacementPlan& s) {
  a.object("placement", "Where the pods may be, relative to each other (by the topology).");
  a.field("mode", s.mode,
          {.doc = "In one domain of the level or not at all; in as few as possible; anywhere"});
  a.field("level", s.level, {.doc = "Level of the flavor's topology, or \"node\"; empty: node"});
  a.field("slice", s.slice, {.doc = "Pods that stay together …", .min = 1});
  a.field("slice_level", s.slice_level, {.doc = "… in one domain of this level; empty: node"});
}

/// What jobs have in common, listed or generated.
struct JobTraits {
  std::string priority_class;
  JobKind kind = JobKind::kExperiment;
  Seconds startup{0};
  std::optional<Seconds> restart;
  std::optional<Seconds> checkpoint_interval;
  std::optional<PlacementPlan> placement;
};

template <class Archive>
void visit_traits(Archive& a, JobTraits& s) {
  a.field("class", s.priority_class, {.doc = "Priority class; empty: the team's"});
  a.field("kind", s.kind, {.doc = "What kind of work it is"});
  a.field("startup", s.startup,
          {.doc = "From its pods' placement to its work: image, processes, weights", .min = 0});
  a.field("restart", s.restart,
          {.doc = "The same after an interruption; absent: as at the start", .min = 0});
  a.field("checkpoint_interval", s.checkpoint_interval,
          {.doc = "After an interruption it goes on from the last multiple of it; absent: from the "
                  "beginning; 0: from where it was",
           .min = 0});
  a.field("placement", s.placement, {.doc = "By the topology; absent: anywhere"});
}

/// One job.
struct JobPlan : JobTraits {
  std::string name;
  std::string team;
  Seconds submit{0};
  std::optional<JobSize> size;
  std::optional<Seconds> duration;
  std::optional<Seconds> deadline;
  std::optional<std::string> training;
};

template <class Archive>
void visit(Archive& a, JobPlan& s) {
  a.object("job", "One job: of a given size and duration, or a training run.");
  a.field("name", s.name, {.doc = "Name of the job", .required = true});
  a.field("team", s.team, {.doc = "Whose it is", .required = true});
  a.field("submit", s.submit, {.doc = "When it is submitted", .min = 0});
  a.field("size", s.size, {.doc = "Its pods; of a training run: the nodes of its scenario"});
  a.field("duration", s.duration,
          {.doc = "How long it works when nothing disturbs it; or give training", .min = 0});
  a.field("training", s.training,
          {.doc = "Plan scenario of a training run, a file seen from this one"});
  a.field("deadline", s.deadline, {.doc = "Time by which it should have ended", .min = 0});
  visit_traits(a, s);
}

/// Jobs of a team that come by chance.
struct GeneratorPlan : JobTraits {
  std::string name;
  ArrivalPlan arrivals;
  std::vector<JobSize> sizes;
  DurationPlan duration;
  std::optional<double> deadline_factor;
};

template <class Archive>
void visit(Archive& a, GeneratorPlan& s) {
  a.object("generator", "Jobs of a team that come by chance.");
  a.field("name", s.name,
          {.doc = "Name: its random numbers depend on it and on the seed", .required = true});
  a.field("arrivals", s.arrivals, {.doc = "When they come", .required = true});
  a.field("sizes", s.sizes, {.doc = "Their pods, drawn by weight", .required = true});
  a.field("duration", s.duration, {.doc = "How long they work", .required = true});
  a.field("deadline_factor", s.deadline_factor,
          {.doc = "They should end within this multiple of startup and work; absent: no deadline",
           .min = 1});
  visit_traits(a, s);
}

/// People's notebooks and IDEs: sessions that hold accelerators, active or not, until they are shut
/// down for idleness.
struct SpacePlan {
  std::string name;
  int users = 1;
  double sessions_per_day = 1;
  std::vector<double> hours;
  std::vector<double> weekdays;
  JobSize size;
  DurationPlan active;
  Seconds idle_shutdown = kHour;
  Seconds startup{0};
  std::string priority_class;
};

template <class Archive>
void visit(Archive& a, SpacePlan& s) {
  a.object("space", "Interactive spaces of a team: notebooks, IDEs.");
  a.field("name", s.name, {.doc = "Name: its random numbers depend on it", .required = true});
  a.field("users", s.users, {.doc = "People who have one", .min = 1, .max = 1e6});
  a.field("sessions_per_day", s.sessions_per_day,
          {.doc = "Sessions of a person, mean over the days of the week", .min = 0, .max = 1000});
  a.field("hours", s.hours,
          {.doc = "Weights of the 24 hours of the day; empty: all alike", .min = 0, .max = 1e9});
  a.field("weekdays", s.weekdays,
          {.doc = "Weights of the 7 days of the week, from Monday; empty: all alike",
           .min = 0,
           .max = 1e9});
  a.field("size", s.size, {.doc = "Pods of a session", .required = true});
  a.field("active", s.active, {.doc = "How long a session is used", .required = true});
  a.field("idle_shutdown", s.idle_shutdown,
          {.doc = "Time that it is kept, unused, after that", .min = 0});
  a.field("startup", s.startup, {.doc = "Until it can be used", .min = 0});
  a.field("class", s.priority_class, {.doc = "Priority class; empty: the team's"});
}

/// Who shares the cluster.
struct TeamPlan {
  std::string name;
  std::string queue;
  std::string priority_class;
  std::vector<GeneratorPlan> generators;
  std::vector<SpacePlan> spaces;
};

template <class Archive>
void visit(Archive& a, TeamPlan& s) {
  a.object("team", "Who shares the cluster, and what they submit.");
  a.field("name", s.name, {.doc = "Name of the team", .required = true});
  a.field("queue", s.queue,
          {.doc = "Its local queue, cluster queue or HyperPod team; empty: the one of its name"});
  a.field("class", s.priority_class,
          {.doc = "Priority class of jobs that name none; empty: priority 0"});
  a.field("generators", s.generators, {.doc = "Jobs that come by chance"});
  a.field("spaces", s.spaces, {.doc = "Interactive spaces"});
}

/// Jobs of a log.
struct TracePlan {
  std::string file;
  importer::TraceFormat format = importer::TraceFormat::kAuto;
  std::map<std::string, std::string> where;
  std::string team;
  std::map<std::string, std::string> teams;
  std::string priority_class;
  std::map<std::string, std::string> classes;
  JobKind kind = JobKind::kTraining;
  double time_scale = 1;
  Seconds from{0};
  std::optional<std::int64_t> limit;
  Seconds startup{0};
  std::optional<Seconds> restart;
  std::optional<Seconds> checkpoint_interval;
  int cores_per_accelerator = 1;
};

template <class Archive>
void visit(Archive& a, TracePlan& s) {
  a.object("trace", "Jobs of a log, in the order of their submission.");
  a.field("file", s.file, {.doc = "File of the log, seen from this one", .required = true});
  a.field("format", s.format, {.doc = "auto: by its first line"});
  a.field("where", s.where,
          {.doc = "csv, sacct: only lines that have these values in these columns"});
  a.field("teams", s.teams,
          {.doc = "Team here of each team, account, group or partition there; empty: of the same "
                  "name"});
  a.field("team", s.team, {.doc = "Team of all others; empty: they must all be known"});
  a.field("classes", s.classes,
          {.doc = "Priority class here of each class, queue or partition there"});
  a.field("class", s.priority_class, {.doc = "Priority class of all others; empty: the team's"});
  a.field("kind", s.kind, {.doc = "What kind of work they are"});
  a.field("time_scale", s.time_scale,
          {.doc = "Times between submissions are multiplied by it: below 1, more load",
           .min = 1e-6,
           .max = 1e6});
  a.field("from", s.from,
          {.doc = "Jobs submitted earlier, after the first one, are left out", .min = 0});
  a.field("limit", s.limit, {.doc = "No more jobs than these; absent: all", .min = 0});
  a.field("startup", s.startup, {.doc = "From the pods' placement to the work", .min = 0});
  a.field("restart", s.restart,
          {.doc = "The same after an interruption; absent: as at the start", .min = 0});
  a.field("checkpoint_interval", s.checkpoint_interval,
          {.doc = "As of a job; absent: after an interruption they begin again", .min = 0});
  a.field("cores_per_accelerator", s.cores_per_accelerator,
          {.doc = "swf, whose logs count processors: so many are an accelerator here",
           .min = 1,
           .max = 1e6});
}

/// Load of an endpoint at a time of its period.
struct RequestPoint {
  Seconds at;
  PerSecond rate;
};

template <class Archive>
void visit(Archive& a, RequestPoint& s) {
  a.object("request_rate", "Requests at a time of the period, linear between two of these.");
  a.field("at", s.at, {.doc = "From the beginning of the period", .min = 0, .required = true});
  a.field("rate", s.rate, {.doc = "Requests per time", .min = 0, .required = true});
}

/// An inference endpoint whose replicas follow the load.
struct EndpointPlan {
  std::string name;
  std::string team;
  std::string priority_class;
  JobSize size;
  std::vector<RequestPoint> requests;
  Seconds period = kDay;
  PerSecond per_replica{1};
  double target_utilisation = 0.7;
  int least = 1;
  int most = 1;
  Seconds from{0};
  Seconds startup{0};
  Seconds evaluate_every{60};
  Seconds scale_out_cooldown{0};
  Seconds scale_in_cooldown{300};
  std::optional<PlacementPlan> placement;
};

template <class Archive>
void visit(Archive& a, EndpointPlan& s) {
  a.object("endpoint", "An inference endpoint; its replicas follow the load (target tracking).");
  a.field("name", s.name, {.doc = "Name of the endpoint", .required = true});
  a.field("team", s.team, {.doc = "Whose it is", .required = true});
  a.field("class", s.priority_class, {.doc = "Priority class; empty: the team's"});
  a.field("size", s.size, {.doc = "Pods of one replica", .required = true});
  a.field("requests", s.requests, {.doc = "Load over the period, which repeats", .required = true});
  a.field("period", s.period, {.doc = "After which the load repeats", .min = 1});
  a.field("per_replica", s.per_replica,
          {.doc = "Requests that one replica can serve", .min = 1e-9, .required = true});
  a.field("target_utilisation", s.target_utilisation,
          {.doc = "Share of it that the autoscaler aims for", .min = 0.01, .max = 1});
  a.field("least", s.least, {.doc = "Fewest replicas", .min = 0, .max = 1e6});
  a.field("most", s.most, {.doc = "Most replicas", .min = 1, .max = 1e6, .required = true});
  a.field("from", s.from, {.doc = "When it begins", .min = 0});
  a.field("startup", s.startup, {.doc = "Image and model load of a replica", .min = 0});
  a.field("evaluate_every", s.evaluate_every,
          {.doc = "Time between two looks at the load", .min = 1});
  a.field("scale_out_cooldown", s.scale_out_cooldown,
          {.doc = "After more replicas: time until there may be more again", .min = 0});
  a.field("scale_in_cooldown", s.scale_in_cooldown,
          {.doc = "After fewer replicas: time until there may be fewer again", .min = 0});
  a.field("placement", s.placement, {.doc = "By the topology; absent: anywhere"});
}

}  // namespace sextant::scenario

namespace sextant {
template <>
struct EnumNames<scenario::PlacementMode> {
  static constexpr std::array table{
      std::pair{scenario::PlacementMode::kUnconstrained, "unconstrained"},
      std::pair{scenario::PlacementMode::kPreferred, "preferred"},
      std::pair{scenario::PlacementMode::kRequired, "required"}};
};
}  // namespace sextant

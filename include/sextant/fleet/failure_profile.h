#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// How the job notices a failure: a crash ends a process at once; a hang is seen when a collective
/// times out, an unwatched hang (outside of any collective that would) when a person looks. Silent
/// corruption stops nothing: training goes on, to no use, until somebody finds it.
enum class Symptom { kCrash, kHang, kUnwatchedHang, kSilentCorruption };
/// What a failure asks for: the same node again, or another one while it is repaired.
enum class Remedy { kRestart, kReplace };
/// When nodes and job can fail: while the job is up, coming up or hanging; or only while it trains.
/// Other simulators, and formulas such as (time between failures - stall) / time between failures,
/// have the second: a failure never hits a recovery, and a life is the time from the end of one
/// recovery to the next failure.
enum class FailureClock { kOperating, kTraining };

template <>
struct EnumNames<Symptom> {
  static constexpr std::array table{std::pair{Symptom::kCrash, "crash"},
                                    std::pair{Symptom::kHang, "hang"},
                                    std::pair{Symptom::kUnwatchedHang, "unwatched_hang"},
                                    std::pair{Symptom::kSilentCorruption, "silent_corruption"}};
};
template <>
struct EnumNames<Remedy> {
  static constexpr std::array table{std::pair{Remedy::kRestart, "restart"},
                                    std::pair{Remedy::kReplace, "replace"}};
};

template <>
struct EnumNames<FailureClock> {
  static constexpr std::array table{std::pair{FailureClock::kOperating, "operating"},
                                    std::pair{FailureClock::kTraining, "training"}};
};

/// One cause of interruptions and how often it is the cause.
struct FailureCause {
  std::string name;
  /// Weight against the other causes of the same list: a count or a share.
  Coefficient<double> weight;
  Symptom symptom = Symptom::kCrash;
  Remedy remedy = Remedy::kReplace;
  /// Replaces Recovery's time for this symptom. Of silent corruption: the mean of an exponential.
  std::optional<Coefficient<Seconds>> detection;
  /// Counts as a hardware failure, as the operators of a fleet attribute it; a job is stopped by
  /// other things as well, and published rates differ 3 to 10 times by which they count.
  bool hardware = true;
  /// Own Weibull shape of a component that ages by itself; absent: the profile's.
  std::optional<Coefficient<double>> shape;
};

template <class Archive>
void visit(Archive& a, FailureCause& s) {
  a.object("failure_cause", "One cause of interruptions and how often it is the cause.");
  a.field("name", s.name, {.doc = "Name of the cause, e.g. gpu", .required = true});
  a.field(
      "weight", s.weight,
      {.doc = "Count or share against the other causes of the list", .min = 0, .required = true});
  a.field("symptom", s.symptom, {.doc = "Seen at once, or only when a collective times out"});
  a.field("remedy", s.remedy, {.doc = "Restart on the same node, or on another one"});
  a.field("detection", s.detection,
          {.doc = "Time to notice it (silent corruption: mean of an exponential); absent: the "
                  "recovery's time for its symptom",
           .min = 0});
  a.field("hardware", s.hardware, {.doc = "Attributed to hardware, not to software or people"});
  a.field(
      "shape", s.shape,
      {.doc = "Own Weibull shape of the component; absent: the profile's", .min = 0.2, .max = 10});
}

/// Nodes that are bad when they are delivered: each fails once, early.
struct EarlyFailures {
  Coefficient<double> share;  ///< of new nodes, 0 .. 1
  Coefficient<Seconds> life;  ///< mean of the exponential operating time until they fail
};

template <class Archive>
void visit(Archive& a, EarlyFailures& s) {
  a.object("early_failures", "Nodes that are bad when they are delivered (infant mortality).");
  a.field("share", s.share, {.doc = "Share of new nodes", .min = 0, .max = 1, .required = true});
  a.field("life", s.life,
          {.doc = "Mean operating time until a bad one fails", .min = 1, .required = true});
}

/// Few nodes have many of the failures. The mean rate of the fleet stays that of the profile.
struct LemonNodes {
  Coefficient<double> share;   ///< of the nodes, 0 .. 1
  Coefficient<double> factor;  ///< of their rate against the other nodes'
  /// After so many failures a node is not repaired but exchanged for a new one. Absent: never.
  std::optional<int> retire_after;
};

template <class Archive>
void visit(Archive& a, LemonNodes& s) {
  a.object("lemon_nodes", "Few nodes that have many of the failures.");
  a.field("share", s.share, {.doc = "Share of the nodes", .min = 0, .max = 1, .required = true});
  a.field("factor", s.factor,
          {.doc = "Their failure rate over that of the others", .min = 1, .required = true});
  a.field(
      "retire_after", s.retire_after,
      {.doc = "Failures after which a node is exchanged for a new one; absent: never", .min = 1});
}

/// Nodes that fail together: a rack, a switch, a power feed, an NVLink domain. Nodes with
/// consecutive numbers share a domain.
struct FailureDomain {
  std::string name;
  int nodes = 1;
  Coefficient<Seconds> life;  ///< of one domain: mean wall time between two failures, exponential
  Symptom symptom = Symptom::kCrash;
  Remedy remedy = Remedy::kRestart;
  std::optional<Coefficient<Seconds>> detection;
};

template <class Archive>
void visit(Archive& a, FailureDomain& s) {
  a.object("failure_domain", "Nodes that fail together: a rack, a switch, an NVLink domain.");
  a.field("name", s.name, {.doc = "Name of the domain, e.g. rack", .required = true});
  a.field("nodes", s.nodes, {.doc = "Nodes in one domain", .min = 1, .required = true});
  a.field("life", s.life,
          {.doc = "Mean time between two failures of one domain", .min = 1, .required = true});
  a.field("symptom", s.symptom, {.doc = "How the job notices it"});
  a.field("remedy", s.remedy, {.doc = "Restart on the same nodes, or replace all of them"});
  a.field("detection", s.detection,
          {.doc = "Time to notice it; absent: the recovery's time for its symptom", .min = 0});
}

/// What slows a job without stopping it: a link that flaps, a node that has become slow. Training
/// is synchronous: the slowest node sets the pace.
struct Slowdown {
  std::string name;
  Coefficient<Seconds> node_life;  ///< of one node: mean time between two, exponential
  Coefficient<double> slowdown;    ///< relative: 0.06 makes a step 6 % longer
  Coefficient<Seconds> lasts;      ///< mean of an exponential: until it passes, or is found
  /// When it is found: the node is replaced at a planned stop. Absent: it passes by itself.
  std::optional<Remedy> remedy;
};

template <class Archive>
void visit(Archive& a, Slowdown& s) {
  a.object("slowdown", "What slows a job without stopping it.");
  a.field("name", s.name, {.doc = "Name, e.g. link_flap or straggler", .required = true});
  a.field("node_life", s.node_life,
          {.doc = "Mean time of a node between two of them", .min = 1, .required = true});
  a.field("slowdown", s.slowdown,
          {.doc = "Relative growth of the step time", .min = 0, .max = 1000, .required = true});
  a.field("lasts", s.lasts,
          {.doc = "Mean time until it passes, or until it is found", .min = 0, .required = true});
  a.field("remedy", s.remedy,
          {.doc = "What is done when it is found; absent: it passes by itself"});
}

/// How often the nodes of a fleet fail, and why.
///
/// A node's life is the operating time between two of its failures: Weibull with mean `node_life`
/// and shape `shape` (1: exponential; below 1: failures soon after a repair are more likely).
/// Every failure starts a new life of the node that failed, and of no other.
struct FailureProfile {
  std::string name;
  std::string title;
  Coefficient<Seconds> node_life{Seconds(std::numeric_limits<double>::infinity()),
                                 "not given: nothing fails",
                                 "",
                                 Method::kAssumed,
                                 {}};
  Coefficient<double> shape{1.0, "no fit published: exponential", "2026-11-20", Method::kAssumed,
                            std::array{0.7, 1.0}};
  FailureClock clock = FailureClock::kOperating;
  /// Failure rates differ between fleets of the same hardware: the profile's rate is multiplied by
  /// a gamma variable of mean 1 and this shape (variance 1 / shape). Absent: the rate is exact.
  std::optional<Coefficient<double>> rate_spread_shape;
  std::vector<FailureCause> causes;
  /// Failures that belong to the job and not to a node (its software, its storage): exponential
  /// with this mean, at any number of nodes. Absent: none.
  std::optional<Coefficient<Seconds>> job_life;
  std::vector<FailureCause> job_causes;
  std::optional<EarlyFailures> early_failures;  ///< of nodes that are new; absent: none
  std::optional<LemonNodes> lemons;             ///< absent: all nodes are alike
  std::vector<FailureDomain> domains;           ///< besides the failures of single nodes
  std::vector<Slowdown> slowdowns;
};

template <class Archive>
void visit(Archive& a, FailureProfile& s) {
  a.object("failure_profile", "How often the nodes of a fleet fail, and why.");
  a.field("name", s.name, {.doc = "Name in the catalogue", .required = true});
  a.field("title", s.title, {.doc = "Name for people"});
  a.field("node_life", s.node_life,
          {.doc = "Mean operating time of a node between two of its failures",
           .min = 1,
           .required = true});
  a.field("shape", s.shape,
          {.doc = "Weibull shape of the life; 1: exponential", .min = 0.2, .max = 10});
  a.field(
      "clock", s.clock,
      {.doc = "What ages nodes and job: all operation, or training only, so that failures never "
              "hit a recovery"});
  a.field("rate_spread_shape", s.rate_spread_shape,
          {.doc = "Gamma shape of the spread of rates between fleets; absent: none", .min = 0.1});
  a.field("causes", s.causes, {.doc = "Causes of node failures"});
  a.field("job_life", s.job_life,
          {.doc = "Mean time between failures of the job itself; absent: none", .min = 1});
  a.field("job_causes", s.job_causes, {.doc = "Causes of the job's own failures"});
  a.field("early_failures", s.early_failures, {.doc = "Nodes that are bad when new; absent: none"});
  a.field("lemons", s.lemons, {.doc = "Nodes that fail more often; absent: all are alike"});
  a.field("domains", s.domains, {.doc = "Nodes that fail together, besides failing alone"});
  a.field("slowdowns", s.slowdowns, {.doc = "What slows the job without stopping it"});
}

}  // namespace sextant

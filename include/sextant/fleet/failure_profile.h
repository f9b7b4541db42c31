#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// How the job notices a failure: a crash ends a process at once; a hang is only seen when a
/// collective times out.
enum class Symptom { kCrash, kHang };
/// What a failure asks for: the same node again, or another one while it is repaired.
enum class Remedy { kRestart, kReplace };

template <>
struct EnumNames<Symptom> {
  static constexpr std::array table{std::pair{Symptom::kCrash, "crash"},
                                    std::pair{Symptom::kHang, "hang"}};
};
template <>
struct EnumNames<Remedy> {
  static constexpr std::array table{std::pair{Remedy::kRestart, "restart"},
                                    std::pair{Remedy::kReplace, "replace"}};
};

/// One cause of interruptions and how often it is the cause.
struct FailureCause {
  std::string name;
  /// Weight against the other causes of the same list: a count or a share.
  Coefficient<double> weight;
  Symptom symptom = Symptom::kCrash;
  Remedy remedy = Remedy::kReplace;
  /// Replaces Recovery's time for this symptom.
  std::optional<Coefficient<Seconds>> detection;
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
          {.doc = "Time to notice it; absent: the recovery's time for its symptom", .min = 0});
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
  /// Failure rates differ between fleets of the same hardware: the profile's rate is multiplied by
  /// a gamma variable of mean 1 and this shape (variance 1 / shape). Absent: the rate is exact.
  std::optional<Coefficient<double>> rate_spread_shape;
  std::vector<FailureCause> causes;
  /// Failures that belong to the job and not to a node (its software, its storage): exponential
  /// with this mean, at any number of nodes. Absent: none.
  std::optional<Coefficient<Seconds>> job_life;
  std::vector<FailureCause> job_causes;
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
  a.field("rate_spread_shape", s.rate_spread_shape,
          {.doc = "Gamma shape of the spread of rates between fleets; absent: none", .min = 0.1});
  a.field("causes", s.causes, {.doc = "Causes of node failures"});
  a.field("job_life", s.job_life,
          {.doc = "Mean time between failures of the job itself; absent: none", .min = 1});
  a.field("job_causes", s.job_causes, {.doc = "Causes of the job's own failures"});
}

}  // namespace sextant

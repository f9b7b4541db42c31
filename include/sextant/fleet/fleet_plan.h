#pragma once

#include <optional>

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// Ages of the nodes when the run starts. Stationary: as if the fleet had been running for long, so
/// that failures come at the profile's mean rate from the first day. New: all lives start together,
/// which with a Weibull shape below 1, or early failures, means many of them soon.
enum class StartAges { kStationary, kNew };
/// Warm spares are booted and checked, and join a job that starts again. Hot spares run with the
/// job's processes and step in without a swap.
enum class SpareKind { kWarm, kHot };

template <>
struct EnumNames<StartAges> {
  static constexpr std::array table{std::pair{StartAges::kStationary, "stationary"},
                                    std::pair{StartAges::kNew, "new"}};
};
template <>
struct EnumNames<SpareKind> {
  static constexpr std::array table{std::pair{SpareKind::kWarm, "warm"},
                                    std::pair{SpareKind::kHot, "hot"}};
};

/// Planned stops of the whole job: firmware, kernel, drivers. It saves before.
struct Maintenance {
  Coefficient<Seconds> every;  ///< from the end of one to the beginning of the next
  Coefficient<Seconds> lasts;
};

template <class Archive>
void visit(Archive& a, Maintenance& s) {
  a.object("maintenance", "Planned stops of the whole job, which saves before.");
  a.field("every", s.every, {.doc = "Time between two of them", .min = 1, .required = true});
  a.field("lasts", s.lasts, {.doc = "How long the nodes are away", .min = 0, .required = true});
}

/// Spot capacity is taken back when it is wanted elsewhere.
struct SpotReclaims {
  Coefficient<Seconds> node_life{Seconds(10.0 * kDay),
                                 "no rate published for accelerated instances; the Spot advisor's "
                                 "middle band is 10 to 15 % a month per instance type",
                                 "2026-11-20", Method::kAssumed,
                                 std::array{Seconds(1.0 * kDay), Seconds(200.0 * kDay)}};
  Coefficient<int> at_once{1, "no figure published", "2026-11-20", Method::kAssumed,
                           std::array{1, 16}};
  Coefficient<Seconds> notice{Seconds(120), "EC2 user guide: two minutes before the interruption",
                              "2026-11-20", Method::kDatasheet, std::nullopt};
  Coefficient<Seconds> returns{Seconds(2.0 * kHour), "no figure published", "2026-11-20",
                               Method::kAssumed, std::array{Seconds(600), Seconds(2.0 * kDay)}};
};

template <class Archive>
void visit(Archive& a, SpotReclaims& s) {
  a.object("spot_reclaims", "How spot capacity is taken back, and when it comes again.");
  a.field("node_life", s.node_life,
          {.doc = "Mean time until a node is taken back, exponential", .min = 1});
  a.field("at_once", s.at_once, {.doc = "Nodes that are taken back together", .min = 1});
  a.field("notice", s.notice, {.doc = "Warning before it", .min = 0});
  a.field("returns", s.returns,
          {.doc = "Mean time until the capacity is there again, exponential", .min = 0});
}

/// What is rented besides the job's own nodes, and in which state the fleet starts.
struct FleetPlan {
  int spares = 0;
  /// Instead: as many as let this share of runs never wait for a node.
  std::optional<double> spares_for{};
  SpareKind spare_kind = SpareKind::kWarm;
  StartAges ages = StartAges::kStationary;
  std::optional<Maintenance> maintenance;
  /// Of nodes bought as spot; absent there: the defaults.
  std::optional<SpotReclaims> spot;
};

template <class Archive>
void visit(Archive& a, FleetPlan& s) {
  a.object("fleet", "What is rented besides the job's own nodes.");
  a.field("spares", s.spares, {.doc = "Nodes rented to take the place of failed ones", .min = 0});
  a.field("spares_for", s.spares_for,
          {.doc = "Instead of spares: as many as let this share of runs never wait for a node",
           .min = 0.01,
           .max = 0.999});
  a.field("spare_kind", s.spare_kind, {.doc = "Whether spares run with the job"});
  a.field("ages", s.ages, {.doc = "Ages of the nodes when the run starts"});
  a.field("maintenance", s.maintenance, {.doc = "Planned stops; absent: none"});
  a.field("spot", s.spot,
          {.doc = "How spot nodes are taken back; absent: the defaults, with spot only"});
}

}  // namespace sextant

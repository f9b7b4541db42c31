#pragma once

#include "sextant/kernel/enum_names.h"

namespace sextant {

/// Ages of the nodes when the run starts. Stationary: as if the fleet had been running for long, so
/// that failures come at the profile's mean rate from the first day. New: all lives start together,
/// which with a Weibull shape below 1 means many early failures.
enum class StartAges { kStationary, kNew };

template <>
struct EnumNames<StartAges> {
  static constexpr std::array table{std::pair{StartAges::kStationary, "stationary"},
                                    std::pair{StartAges::kNew, "new"}};
};

/// What is rented besides the job's own nodes, and in which state the fleet starts.
struct FleetPlan {
  int spares = 0;
  StartAges ages = StartAges::kStationary;
};

template <class Archive>
void visit(Archive& a, FleetPlan& s) {
  a.object("fleet", "What is rented besides the job's own nodes.");
  a.field("spares", s.spares, {.doc = "Nodes rented to take the place of failed ones", .min = 0});
  a.field("ages", s.ages, {.doc = "Ages of the nodes when the run starts"});
}

}  // namespace sextant

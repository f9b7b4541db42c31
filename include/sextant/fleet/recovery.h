#pragma once

#include <optional>

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

enum class RepairLaw { kLognormal, kExponential, kConstant };

template <>
struct EnumNames<RepairLaw> {
  static constexpr std::array table{std::pair{RepairLaw::kLognormal, "lognormal"},
                                    std::pair{RepairLaw::kExponential, "exponential"},
                                    std::pair{RepairLaw::kConstant, "constant"}};
};

/// Time from a node's failure until it is a spare. Repairs are heavy-tailed: mean and median differ
/// several times, and the tail is what empties a pool of spares.
struct RepairTime {
  RepairLaw law = RepairLaw::kLognormal;
  Coefficient<Seconds> mean{6.0 * kHour,
                            "Schroeder & Gibson, DSN 2006 (LANL repair times), order of magnitude",
                            "2006", Method::kAssumed, std::array{2.0 * kHour, 48.0 * kHour}};
  /// Lognormal only: sigma is sqrt(2 ln(mean / median)).
  Coefficient<Seconds> median{
      1.0 * kHour, "Schroeder & Gibson, DSN 2006 (LANL repair times), order of magnitude", "2006",
      Method::kAssumed, std::array{0.5 * kHour, 24.0 * kHour}};
};

template <class Archive>
void visit(Archive& a, RepairTime& s) {
  a.object("repair_time", "Time from a node's failure until it is a spare.");
  a.field("law", s.law, {.doc = "Distribution"});
  a.field("mean", s.mean, {.doc = "Mean", .min = 0});
  a.field("median", s.median, {.doc = "Median (lognormal only), at most the mean", .min = 0});
}

/// What follows a failure, stage by stage.
struct Recovery {
  Coefficient<Seconds> crash_detection{
      2.0 * kMinute, "1 to 5 min in published failure simulators; Meta RSC checks every 5 min",
      "2024-10-29", Method::kAssumed, std::array{1.0 * kMinute, 5.0 * kMinute}};
  Coefficient<Seconds> hang_detection{10.0 * kMinute, "PyTorch ProcessGroupNCCL default timeout",
                                      "2023-11-01", Method::kDatasheet,
                                      std::array{5.0 * kMinute, 30.0 * kMinute}};
  /// Taking a spare into the job: scheduling, health check.
  Coefficient<Seconds> swap{2.0 * kMinute, "no measurement published for a warm spare",
                            "2026-11-20", Method::kAssumed,
                            std::array{1.0 * kMinute, 20.0 * kMinute}};
  /// Starting the processes, containers and communicators again.
  Coefficient<Seconds> restart{5.0 * kMinute, "Kokolis et al., arXiv 2410.21680: u0 of 5 to 20 min",
                               "2024-10-29", Method::kMeasured,
                               std::array{3.0 * kMinute, 20.0 * kMinute}};
  /// Reading the checkpoint. Absent: its size over the storage's read bandwidth.
  std::optional<Coefficient<Seconds>> restore;
  RepairTime repair;
};

template <class Archive>
void visit(Archive& a, Recovery& s) {
  a.object("recovery", "What follows a failure, stage by stage.");
  a.field("crash_detection", s.crash_detection, {.doc = "Until a crash is noticed", .min = 0});
  a.field("hang_detection", s.hang_detection, {.doc = "Until a hang is noticed", .min = 0});
  a.field("swap", s.swap, {.doc = "Taking a spare into the job", .min = 0});
  a.field("restart", s.restart,
          {.doc = "Starting processes and communicators; also at the start of the run", .min = 0});
  a.field("restore", s.restore,
          {.doc = "Reading the checkpoint; absent: from its size and the storage", .min = 0});
  a.field("repair", s.repair, {.doc = "Until a replaced node is a spare again"});
}

}  // namespace sextant

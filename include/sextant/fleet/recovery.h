#pragma once

#include <cstdint>
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
  /// Repairs at a time; the others wait in line. Absent: any number.
  std::optional<int> crews;
};

template <class Archive>
void visit(Archive& a, RepairTime& s) {
  a.object("repair_time", "Time from a node's failure until it is a spare.");
  a.field("law", s.law, {.doc = "Distribution"});
  a.field("mean", s.mean, {.doc = "Mean", .min = 0});
  a.field("median", s.median, {.doc = "Median (lognormal only), at most the mean", .min = 0});
  a.field("crews", s.crews, {.doc = "Repairs at a time; absent: any number", .min = 1});
}

/// Time until the provider has delivered another node for one that it takes back.
inline RepairTime replacement_by_provider() {
  return {.law = RepairLaw::kLognormal,
          .mean = {0.5 * kHour, "no measurement published; HyperPod: \"automatic\"", "2026-11-20",
                   Method::kAssumed, std::array{10.0 * kMinute, 4.0 * kHour}},
          .median = {15.0 * kMinute, "no measurement published; 10 to 20 min by hearsay",
                     "2026-11-20", Method::kAssumed, std::array{5.0 * kMinute, 1.0 * kHour}},
          .crews = std::nullopt};
}

/// Who helps when automatic restarts do not. Runs begin on a Monday at midnight.
struct People {
  /// From the beginning of the working hours, or the call within them, until the job runs again.
  Coefficient<Seconds> response{0.5 * kHour, "no figure published", "2026-11-20", Method::kAssumed,
                                std::array{0.1 * kHour, 4.0 * kHour}};
  Seconds from = 0.0 * kHour;  ///< of the day
  Seconds to = 24.0 * kHour;
  bool weekends = true;
};

template <class Archive>
void visit(Archive& a, People& s) {
  a.object("people", "Who helps when automatic restarts do not, and when they work.");
  a.field("response", s.response, {.doc = "Until the job runs again", .min = 0});
  a.field("from", s.from, {.doc = "Beginning of the working hours", .min = 0, .max = 86'400});
  a.field("to", s.to, {.doc = "End of the working hours", .min = 0, .max = 86'400});
  a.field("weekends", s.weekends, {.doc = "Whether they work on Saturday and Sunday"});
}

/// A job that goes on with fewer data-parallel replicas when nodes are missing and no spare is
/// there. The global batch stays: the replicas that are left take over the microbatches.
struct ElasticTraining {
  Coefficient<Seconds> reconfiguration{
      Seconds(60), "torchft, NVRx: seconds to a minute; no figure at scale", "2026-11-20",
      Method::kAssumed, std::array{Seconds(1), Seconds(180)}};
  Coefficient<double> smallest{0.5, "a planner's choice", "2026-11-20", Method::kAssumed,
                               std::nullopt};
};

template <class Archive>
void visit(Archive& a, ElasticTraining& s) {
  a.object("elastic", "Training goes on with fewer data-parallel replicas.");
  a.field("reconfiguration", s.reconfiguration,
          {.doc = "To go on with another number of replicas", .min = 0});
  a.field("smallest", s.smallest,
          {.doc = "Share of the replicas below which the job waits", .min = 0, .max = 1});
}

/// What follows a failure, stage by stage.
struct Recovery {
  Coefficient<Seconds> crash_detection{
      2.0 * kMinute, "1 to 5 min in published failure simulators; Meta RSC checks every 5 min",
      "2024-10-29", Method::kAssumed, std::array{1.0 * kMinute, 5.0 * kMinute}};
  Coefficient<Seconds> hang_detection{10.0 * kMinute, "PyTorch ProcessGroupNCCL default timeout",
                                      "2023-11-01", Method::kDatasheet,
                                      std::array{5.0 * kMinute, 30.0 * kMinute}};
  /// A hang that no time-out ends.
  Coefficient<Seconds> unwatched_detection{
      8.0 * kHour, "BLOOM chronicles: hangs in evaluation cost 6, 11 and 18 h", "2022-07-06",
      Method::kAssumed, std::array{3.0 * kHour, 18.0 * kHour}};
  /// Finding the node that is at fault. Absent: in the time of detection.
  std::optional<Coefficient<Seconds>> diagnosis;
  /// Of all nodes, before they start again. Absent: in the time of the restart.
  std::optional<Coefficient<Seconds>> health_check;
  /// All nodes are booted: what host memory held is lost. Absent: they are not.
  std::optional<Coefficient<Seconds>> reboot;
  /// Taking a spare into the job: scheduling, health check.
  Coefficient<Seconds> swap{2.0 * kMinute,
                            "no measurement published for a warm spare; 10 to 20 min for a node "
                            "from a pool, by hearsay",
                            "2026-11-20", Method::kAssumed,
                            std::array{1.0 * kMinute, 5.0 * kMinute}};
  /// Scheduling, containers, processes.
  Coefficient<Seconds> restart{5.0 * kMinute, "Kokolis et al., arXiv 2410.21680: u0 of 5 to 20 min",
                               "2024-10-29", Method::kMeasured,
                               std::array{3.0 * kMinute, 20.0 * kMinute}};
  /// Process groups and communicators: per rank. MegaScale (arXiv 2402.15627, section 3.5) printed
  /// under 30 s on more than 10,000 GPUs, and 1,047 s on 2,048 before it was improved. Absent: in
  /// the time of the restart.
  std::optional<Coefficient<Seconds>> initialisation_per_rank;
  /// Graph compilation at the first start; `cached_compilation` at every other. Absent: none.
  std::optional<Coefficient<Seconds>> compilation;
  std::optional<Coefficient<Seconds>> cached_compilation;
  /// Reading the checkpoint. Absent: its size over the storage's read bandwidth.
  std::optional<Coefficient<Seconds>> restore;
  /// Time that the first steps after a start take beyond their usual. Absent: none.
  std::optional<Coefficient<Seconds>> warm_up;
  /// Restart within the running processes, where no node must be swapped (or spares are hot):
  /// instead of reboot, health check, restart, initialisation and compilation. Absent: never.
  std::optional<Coefficient<Seconds>> in_process;
  /// Recoveries are heavy-tailed: a lognormal factor of median 1 and this mean multiplies
  /// diagnosis, health check, reboot, swap, restart and initialisation of one recovery. Absent: no
  /// spread.
  std::optional<Coefficient<double>> mean_over_median;
  /// Probability that a restart succeeds at once. Absent: it does.
  std::optional<Coefficient<double>> restart_success;
  /// Failed restarts in a row after which people are called. Absent: it tries for ever.
  std::optional<int> automatic_restarts;
  People people;
  std::optional<ElasticTraining> elastic;
  RepairTime repair;
  /// The provider takes broken nodes back and delivers new ones: instead of the repair. Absent:
  /// nodes are repaired, except on platforms that replace them.
  std::optional<RepairTime> replacement;

  /// Until processes and communicators of this many ranks run.
  Seconds start_time(std::int64_t ranks) const {
    if (!initialisation_per_rank) return restart;
    return restart + static_cast<double>(ranks) * initialisation_per_rank->value;
  }
};

/// The time of a stage, or none where it is absent.
inline Seconds or_none(const std::optional<Coefficient<Seconds>>& time) {
  return time ? time->value : Seconds(0);
}

template <class Archive>
void visit(Archive& a, Recovery& s) {
  a.object("recovery", "What follows a failure, stage by stage.");
  a.field("crash_detection", s.crash_detection, {.doc = "Until a crash is noticed", .min = 0});
  a.field("hang_detection", s.hang_detection, {.doc = "Until a hang is noticed", .min = 0});
  a.field("unwatched_detection", s.unwatched_detection,
          {.doc = "Until a person sees a hang that no time-out ends", .min = 0});
  a.field("diagnosis", s.diagnosis,
          {.doc = "Finding the node at fault; absent: in the time of detection", .min = 0});
  a.field("health_check", s.health_check,
          {.doc = "Of all nodes before they start again; absent: in the restart", .min = 0});
  a.field("reboot", s.reboot,
          {.doc = "All nodes are booted, and host memory is lost; absent: they are not", .min = 0});
  a.field("swap", s.swap, {.doc = "Taking a spare into the job", .min = 0});
  a.field("restart", s.restart,
          {.doc = "Scheduling, containers, processes; also at the start of the run", .min = 0});
  a.field("initialisation_per_rank", s.initialisation_per_rank,
          {.doc = "Process groups and communicators, per rank; absent: in the restart", .min = 0});
  a.field("compilation", s.compilation,
          {.doc = "Graph compilation at the first start; absent: none", .min = 0});
  a.field("cached_compilation", s.cached_compilation,
          {.doc = "The same at every other start, from a cache; absent: none", .min = 0});
  a.field("restore", s.restore,
          {.doc = "Reading the checkpoint; absent: from its size and the storage", .min = 0});
  a.field("warm_up", s.warm_up,
          {.doc = "What the first steps take beyond their usual; absent: nothing", .min = 0});
  a.field("in_process", s.in_process,
          {.doc = "Restart within running processes, where no node is swapped; absent: never",
           .min = 0});
  a.field("mean_over_median", s.mean_over_median,
          {.doc = "Lognormal spread of recoveries: mean over median; absent: none", .min = 1});
  a.field("restart_success", s.restart_success,
          {.doc = "Probability that a restart succeeds; absent: 1", .min = 0.001, .max = 1});
  a.field(
      "automatic_restarts", s.automatic_restarts,
      {.doc = "Failed restarts in a row before people are called; absent: any number", .min = 1});
  a.field("people", s.people, {.doc = "Who helps then, and when they work"});
  a.field(
      "elastic", s.elastic,
      {.doc = "Training goes on with fewer replicas where nodes are missing; absent: it waits"});
  a.field("repair", s.repair, {.doc = "Until a replaced node is a spare again"});
  a.field("replacement", s.replacement,
          {.doc = "Until the provider has delivered a new node instead; absent: it is repaired"});
}

}  // namespace sextant

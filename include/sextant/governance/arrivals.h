#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sextant/campaign/campaign.h"
#include "sextant/governance/job.h"
#include "sextant/kernel/field.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// Jobs that come together: a sweep, a chain of dependent stages. Each arrival is a burst of so
/// many jobs, geometrically distributed.
struct BurstPlan {
  double mean_jobs = 1;  ///< of one burst, at least one
  Seconds spacing{0};    ///< mean time from one job of a burst to the next, exponential
};

template <class Archive>
void visit(Archive& a, BurstPlan& s) {
  a.object("burst", "Jobs that come together; their number is geometric.");
  a.field("mean_jobs", s.mean_jobs,
          {.doc = "Mean number of jobs of one burst", .min = 1, .max = 1e6, .required = true});
  a.field("spacing", s.spacing,
          {.doc = "Mean time from one job of a burst to the next, exponential", .min = 0});
}

/// When jobs come. With a rate: as a Poisson process, whose rate follows the hour of the day and
/// the day of the week where they are given, by thinning (Lewis and Shedler, 1979):
///
///     λ(t) = rate · hours[h(t)] · weekdays[d(t)] / (mean of hours · mean of weekdays)
///
/// so that `rate` stays the mean over a week. With `every`: at fixed times from `from` on. The
/// simulation begins on a Monday at midnight.
struct ArrivalPlan {
  std::optional<PerSecond> rate{};  ///< mean; of bursts, where there are any
  std::optional<Seconds> every{};
  std::vector<double> hours{};     ///< 24 weights, of the hours from midnight; empty: all alike
  std::vector<double> weekdays{};  ///< 7 weights, from Monday; empty: all alike
  std::optional<BurstPlan> burst{};
  Seconds from{0};
  std::optional<Seconds> until{};  ///< none comes at that time or later
  std::optional<std::int64_t> limit{};
};

template <class Archive>
void visit(Archive& a, ArrivalPlan& s) {
  a.object("arrivals",
           "When jobs come: at a rate, or every so often. Simulations begin on a Monday at "
           "midnight.");
  a.field("rate", s.rate, {.doc = "Mean rate of jobs, or of bursts; or give every", .min = 0});
  a.field("every", s.every, {.doc = "Time from one to the next, always the same", .min = 1e-3});
  a.field("hours", s.hours,
          {.doc = "Weights of the 24 hours of the day; empty: all alike", .min = 0, .max = 1e9});
  a.field("weekdays", s.weekdays,
          {.doc = "Weights of the 7 days of the week, from Monday; empty: all alike",
           .min = 0,
           .max = 1e9});
  a.field("burst", s.burst, {.doc = "Jobs that come together; absent: one by one"});
  a.field("from", s.from, {.doc = "None comes before", .min = 0});
  a.field("until", s.until, {.doc = "None comes then or later; absent: no end", .min = 0});
  a.field("limit", s.limit, {.doc = "No more jobs than these; absent: any number", .min = 0});
}

/// A known point of a distribution of times.
struct DurationQuantile {
  double probability = 0;
  Seconds time;
};

template <class Archive>
void visit(Archive& a, DurationQuantile& s) {
  a.object("duration_quantile", "A share of the jobs, and the time within which they are done.");
  a.field("share", s.probability,
          {.doc = "Share of the jobs; the first is 0, the last 1",
           .min = 0,
           .max = 1,
           .required = true});
  a.field("time", s.time, {.doc = "Their longest time", .min = 0, .required = true});
}

/// How long jobs take: always the same; lognormal, from the median and either the mean (σ = √(2 ln
/// (mean / median))) or the 95 % quantile (σ = ln (p95 / median) / 1.6449); or empirical, linear
/// between quantiles. What is drawn outside of `least` … `most` is set to the nearer of them.
struct DurationPlan {
  std::optional<Seconds> constant{};
  std::optional<Seconds> median{};
  std::optional<Seconds> mean{};
  std::optional<Seconds> p95{};
  std::vector<DurationQuantile> quantiles{};
  Seconds least{1};
  std::optional<Seconds> most{};
};

template <class Archive>
void visit(Archive& a, DurationPlan& s) {
  a.object(
      "job_duration",
      "How long jobs take: constant; or lognormal, by median and mean or p95; or by quantiles.");
  a.field("constant", s.constant, {.doc = "Always the same", .min = 1e-3});
  a.field("median", s.median, {.doc = "Lognormal: half of the jobs take less", .min = 1e-3});
  a.field("mean", s.mean, {.doc = "Lognormal: mean, at least the median", .min = 1e-3});
  a.field("p95", s.p95, {.doc = "Lognormal: 95 % of the jobs take less", .min = 1e-3});
  a.field("quantiles", s.quantiles, {.doc = "Empirical: linear between these"});
  a.field("least", s.least, {.doc = "What is drawn below is set to it", .min = 0});
  a.field("most", s.most, {.doc = "What is drawn above is set to it; absent: nothing", .min = 0});
}

/// Jobs of one kind that come by chance, with everything worked out.
struct JobGenerator {
  struct Size {
    double weight = 1;
    std::vector<PodSet> podsets;
  };

  std::string name;  ///< of its random streams, and the beginning of its jobs' names
  ArrivalPlan arrivals;
  std::vector<Size> sizes;  ///< at least one, drawn by weight
  DurationPlan work;
  JobSpec like;  ///< what is not drawn: team, class, kind, startup …
  /// Deadline: `submit` plus this multiple of startup and work. Absent: none.
  std::optional<double> deadline_factor{};
};

/// The jobs of a generator. Arrivals are drawn from a stream keyed by (seed, name, replica), the
/// properties of job n from one of its own: another rate, or another policy, leaves them as they
/// are. Asserts that the plans are valid (`fault_of` finds nothing).
std::unique_ptr<JobSource> generated_jobs(JobGenerator generator, ReplicaKey key);

/// Jobs of several sources in one order: by submission, then in the order of the sources. Pulls one
/// job of each ahead.
std::unique_ptr<JobSource> merged_jobs(std::vector<std::unique_ptr<JobSource>> sources);

/// Jobs that are known, sorted by submission (those at one time stay in their order).
std::unique_ptr<JobSource> listed_jobs(std::vector<JobSpec> jobs);

/// What makes no sense, as "found …, expected …"; absent if nothing does.
std::optional<std::string> fault_of(const ArrivalPlan& plan);
std::optional<std::string> fault_of(const DurationPlan& plan);

/// Mean of what a plan draws, `least` and `most` aside.
Seconds mean_of(const DurationPlan& plan);

}  // namespace sextant

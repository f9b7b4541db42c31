// Laws of generated arrivals: rates and moments within their statistical bounds at fixed seeds,
// order, and that neither pulling nor other sources change what a generator draws.

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "sextant/governance/arrivals.h"
#include "sextant/kernel/running_moments.h"

namespace sextant {
namespace {

constexpr double kPerHour = 1.0 / 3600;

JobGenerator generator(const std::string& name, ArrivalPlan arrivals) {
  JobGenerator result;
  result.name = name;
  result.arrivals = std::move(arrivals);
  result.sizes = {{1, {PodSet{1, {}, {}, {}}}}, {3, {PodSet{8, {}, {}, {}}}}};
  result.work.median = Seconds(600);
  result.work.mean = Seconds(1800);
  return result;
}

std::vector<JobSpec> all_of(std::unique_ptr<JobSource> source) {
  std::vector<JobSpec> jobs;
  while (auto job = source->next()) jobs.push_back(*std::move(job));
  return jobs;
}

std::vector<JobSpec> jobs_of(const JobGenerator& from, std::uint64_t seed = 1,
                             std::uint32_t replica = 0) {
  return all_of(generated_jobs(from, {seed, replica}));
}

ArrivalPlan poisson(double per_hour, double days) {
  ArrivalPlan plan;
  plan.rate = PerSecond(per_hour * kPerHour);
  plan.until = days * kDay;
  return plan;
}

/// Asserts that a count is within five standard deviations of its mean.
void expect_poisson(double count, double mean) {
  EXPECT_LE(std::abs(count - mean), 5 * std::sqrt(mean)) << "expected about " << mean;
}

ArrivalPlan diurnal() {
  ArrivalPlan plan = poisson(30, 7 * 20);
  plan.hours.assign(24, 1);
  for (std::size_t hour = 9; hour < 18; ++hour) plan.hours[hour] = 5;
  plan.hours[3] = 0;
  plan.weekdays = {1, 1, 1, 1, 1, 0.25, 0};
  return plan;
}

TEST(Arrivals, PoissonCountsHaveTheirMeanAndVariance) {
  RunningMoments counts;
  for (std::uint32_t replica = 0; replica < 400; ++replica) {
    counts.add(static_cast<double>(jobs_of(generator("a", poisson(10, 1)), 7, replica).size()));
  }
  EXPECT_NEAR(counts.mean(), 240, 5 * std::sqrt(240.0 / 400));
  EXPECT_NEAR(counts.variance() / 240, 1, 5 * std::sqrt(2.0 / 400));
}

TEST(Arrivals, ADiurnalRateKeepsItsMeanOverTheWeek) {
  expect_poisson(static_cast<double>(jobs_of(generator("a", diurnal())).size()), 30 * 24 * 7 * 20);
}

TEST(Arrivals, ADiurnalRateFollowsHoursAndWeekdays) {
  std::array<double, 24> hours{};
  std::array<double, 7> days{};
  const ArrivalPlan plan = diurnal();
  const auto jobs = jobs_of(generator("a", plan));
  for (const JobSpec& job : jobs) {
    const auto hour = static_cast<std::size_t>(job.submit.seconds() / kHour);
    hours[hour % 24] += 1;
    days[hour / 24 % 7] += 1;
  }
  const double total = 30 * 24 * 7 * 20;
  for (std::size_t i = 0; i < 24; ++i)
    expect_poisson(hours[i], total * plan.hours[i] / (9 * 5 + 14));
  for (std::size_t i = 0; i < 7; ++i) expect_poisson(days[i], total * plan.weekdays[i] / 5.25);
  EXPECT_EQ(hours[3], 0);
  EXPECT_EQ(days[6], 0);
}

TEST(Arrivals, BurstsAreGeometric) {
  ArrivalPlan plan = poisson(2, 500);
  plan.burst = BurstPlan{.mean_jobs = 4, .spacing = Seconds(0)};
  std::map<SimTime, double> sizes;
  for (const JobSpec& job : jobs_of(generator("a", plan))) sizes[job.submit] += 1;
  RunningMoments moments;
  for (const auto& [time, size] : sizes) moments.add(size);
  expect_poisson(static_cast<double>(sizes.size()), 2 * 24 * 500);
  // Of a geometric distribution from 1: mean 1 / p, variance (1 - p) / p^2.
  EXPECT_NEAR(moments.mean(), 4, 5 * std::sqrt(12.0 / (2 * 24 * 500)));
  EXPECT_NEAR(moments.variance(), 12, 1);
}

TEST(Arrivals, SizesComeByWeight) {
  const auto jobs = jobs_of(generator("a", poisson(100, 40)));
  const auto large = std::count_if(
      jobs.begin(), jobs.end(), [](const JobSpec& job) { return job.podsets.front().count == 8; });
  const auto count = static_cast<double>(jobs.size());
  EXPECT_NEAR(static_cast<double>(large) / count, 0.75, 5 * std::sqrt(0.75 * 0.25 / count));
}

/// Mean and 95 % quantile of what a plan draws.
std::pair<double, double> drawn(const DurationPlan& plan) {
  JobGenerator from = generator("a", poisson(1000, 50));
  from.work = plan;
  std::vector<double> times;
  double sum = 0;
  for (const JobSpec& job : jobs_of(from)) {
    times.push_back(job.work.seconds().si());
    sum += times.back();
  }
  std::sort(times.begin(), times.end());
  return {sum / static_cast<double>(times.size()), times[times.size() * 95 / 100]};
}

TEST(Arrivals, LognormalDurationsHaveTheirMean) {
  DurationPlan plan;
  plan.median = Seconds(1000);
  plan.mean = Seconds(1500);
  // Standard deviation over mean: √(exp σ² - 1), exp σ² = (1500 / 1000)² = 2.25.
  EXPECT_NEAR(drawn(plan).first, 1500, 5 * 1500 * std::sqrt(1.25 / 1.2e6));
  EXPECT_NEAR(mean_of(plan).si(), 1500, 1e-9 * 1500);
}

TEST(Arrivals, LognormalDurationsHaveTheirQuantile) {
  DurationPlan plan;
  plan.median = Seconds(1000);
  plan.p95 = Seconds(9000);
  EXPECT_NEAR(drawn(plan).second, 9000, 0.01 * 9000);
}

TEST(Arrivals, EmpiricalDurationsHaveTheirMean) {
  DurationPlan plan;
  plan.quantiles = {{0, Seconds(10)}, {0.5, Seconds(20)}, {1, Seconds(100)}};
  const auto [mean, p95] = drawn(plan);
  EXPECT_NEAR(mean, 37.5, 5 * 30 / std::sqrt(1.2e6));
  EXPECT_NEAR(mean_of(plan).si(), 37.5, 1e-9);
  EXPECT_NEAR(p95, 92, 0.5);
}

RC_GTEST_PROP(Arrivals, ComeInOrderWithinTheirTime, ()) {
  ArrivalPlan plan = poisson(*rc::gen::inRange(1, 60), *rc::gen::inRange(1, 10));
  plan.from = static_cast<double>(*rc::gen::inRange(0, 12)) * kHour;
  if (*rc::gen::arbitrary<bool>()) {
    plan.burst = BurstPlan{.mean_jobs = 1.0 + *rc::gen::inRange(0, 9),
                           .spacing = Seconds(*rc::gen::inRange(0, 7200))};
  }
  SimTime last = SimTime() + SimDuration::rounded(plan.from);
  for (const JobSpec& job : jobs_of(generator("a", plan), *rc::gen::arbitrary<std::uint64_t>())) {
    RC_ASSERT(job.submit >= last);
    RC_ASSERT(job.submit.seconds() < *plan.until);
    last = job.submit;
  }
}

bool same(const JobSpec& a, const JobSpec& b) {
  return a.name == b.name && a.submit == b.submit && a.work == b.work &&
         a.podsets.front().count == b.podsets.front().count;
}

RC_GTEST_PROP(Arrivals, AreTheSameWhoeverElsePulls, (std::uint64_t seed)) {
  const JobGenerator a = generator("a", poisson(5, 5));
  const JobGenerator b = generator("b", poisson(*rc::gen::inRange(1, 50), 5));
  std::vector<std::unique_ptr<JobSource>> sources;
  sources.push_back(generated_jobs(a, {seed, 3}));
  sources.push_back(generated_jobs(b, {seed, 3}));
  std::vector<JobSpec> of_a;
  for (JobSpec& job : all_of(merged_jobs(std::move(sources)))) {
    if (job.name.starts_with("a-")) of_a.push_back(std::move(job));
  }
  const auto alone = jobs_of(a, seed, 3);
  RC_ASSERT(of_a.size() == alone.size());
  RC_ASSERT(std::equal(of_a.begin(), of_a.end(), alone.begin(), same));
}

/// Another rate moves the arrivals; job n stays what it is.
RC_GTEST_PROP(Arrivals, PropertiesDoNotDependOnTheRate, (std::uint64_t seed)) {
  const auto slow = jobs_of(generator("a", poisson(2, 10)), seed);
  const auto fast = jobs_of(generator("a", poisson(4, 10)), seed);
  for (std::size_t i = 0; i < std::min(slow.size(), fast.size()); ++i) {
    RC_ASSERT(slow[i].work == fast[i].work);
    RC_ASSERT(slow[i].podsets.front().count == fast[i].podsets.front().count);
  }
}

TEST(Arrivals, SuperposedStreamsAddTheirRates) {
  RunningMoments counts;
  for (std::uint32_t replica = 0; replica < 300; ++replica) {
    std::vector<std::unique_ptr<JobSource>> sources;
    sources.push_back(generated_jobs(generator("a", poisson(3, 1)), {5, replica}));
    sources.push_back(generated_jobs(generator("b", poisson(7, 1)), {5, replica}));
    const auto jobs = all_of(merged_jobs(std::move(sources)));
    EXPECT_TRUE(std::is_sorted(jobs.begin(), jobs.end(), [](const JobSpec& x, const JobSpec& y) {
      return x.submit < y.submit;
    }));
    counts.add(static_cast<double>(jobs.size()));
  }
  // Independent Poisson processes: mean and variance are those of one with the sum of the rates.
  EXPECT_NEAR(counts.mean(), 240, 5 * std::sqrt(240.0 / 300));
  EXPECT_NEAR(counts.variance() / 240, 1, 5 * std::sqrt(2.0 / 300));
}

}  // namespace
}  // namespace sextant

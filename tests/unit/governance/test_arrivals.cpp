#include "sextant/governance/arrivals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace sextant {
namespace {

using testing::HasSubstr;
using testing::Optional;

JobGenerator hourly() {
  JobGenerator generator;
  generator.name = "etl";
  generator.arrivals.every = kHour;
  generator.arrivals.from = 0.5 * kHour;
  generator.arrivals.limit = 3;
  generator.sizes = {{1, {PodSet{}}}};
  generator.work.constant = Seconds(60);
  generator.like.startup = SimDuration::rounded(Seconds(30));
  generator.deadline_factor = 2;
  return generator;
}

SimTime at(double seconds) { return SimTime() + SimDuration::rounded(Seconds(seconds)); }

TEST(Arrivals, AFixedPeriodIsExact) {
  const auto source = generated_jobs(hourly(), {});
  for (int i = 0; i < 3; ++i) {
    const auto job = source->next();
    ASSERT_TRUE(job);
    EXPECT_EQ(job->submit, at(1800 + 3600 * i));
    EXPECT_EQ(job->name, "etl-" + std::to_string(i));
  }
  EXPECT_FALSE(source->next());
}

TEST(Arrivals, DeadlinesAreMultiplesOfStartupAndWork) {
  EXPECT_EQ(generated_jobs(hourly(), {})->next()->deadline, at(1800 + 2 * 90));
}

TEST(Arrivals, WithoutARateNobodyComes) {
  JobGenerator never = hourly();
  never.arrivals = {};
  never.arrivals.rate = PerSecond(0);
  EXPECT_FALSE(generated_jobs(never, {})->next());
}

TEST(Arrivals, DrawsAreHeldWithinTheirBounds) {
  JobGenerator generator = hourly();
  generator.arrivals.limit = 1000;
  generator.work = {};
  generator.work.median = Seconds(100);
  generator.work.p95 = Seconds(1000);
  generator.work.least = Seconds(50);
  generator.work.most = Seconds(200);
  int at_least = 0, at_most = 0;
  const auto source = generated_jobs(generator, {});
  while (const auto job = source->next()) {
    EXPECT_GE(job->work.seconds(), Seconds(50));
    EXPECT_LE(job->work.seconds(), Seconds(200));
    at_least += job->work.seconds() == Seconds(50);
    at_most += job->work.seconds() == Seconds(200);
  }
  EXPECT_GT(at_least, 200);
  EXPECT_GT(at_most, 200);
}

TEST(Arrivals, ListedJobsAreSortedAndTiesKeepTheirOrder) {
  std::vector<JobSpec> jobs(3);
  jobs[0].name = "late";
  jobs[0].submit = at(10);
  jobs[1].name = "first";
  jobs[2].name = "second";
  const auto source = listed_jobs(std::move(jobs));
  for (const char* name : {"first", "second", "late"}) EXPECT_EQ(source->next()->name, name);
  EXPECT_FALSE(source->next());
}

TEST(Arrivals, FaultsOfPlansAreNamed) {
  ArrivalPlan arrivals;
  EXPECT_THAT(fault_of(arrivals), Optional(HasSubstr("neither a rate nor a period")));
  arrivals.rate = PerSecond(1);
  EXPECT_FALSE(fault_of(arrivals));
  arrivals.hours.assign(23, 1);
  EXPECT_THAT(fault_of(arrivals), Optional(HasSubstr("23 weights of hours, expected 24")));
  arrivals.hours.assign(24, 0);
  EXPECT_THAT(fault_of(arrivals), Optional(HasSubstr("only weights of 0")));
  arrivals.hours.clear();
  arrivals.every = kHour;
  EXPECT_THAT(fault_of(arrivals), Optional(HasSubstr("both a rate and a period")));
  arrivals.rate.reset();
  arrivals.weekdays.assign(7, 1);
  EXPECT_THAT(fault_of(arrivals), Optional(HasSubstr("expected a rate")));
  arrivals.weekdays.clear();
  arrivals.until = Seconds(0);
  EXPECT_THAT(fault_of(arrivals), Optional(HasSubstr("not after the beginning")));
}

TEST(Arrivals, FaultsOfDurationsAreNamed) {
  DurationPlan plan;
  EXPECT_THAT(fault_of(plan), Optional(HasSubstr("found 0 of them")));
  plan.mean = Seconds(10);
  plan.constant = Seconds(10);
  EXPECT_THAT(fault_of(plan), Optional(HasSubstr("without a median")));
  plan.constant.reset();
  plan.median = Seconds(20);
  EXPECT_THAT(fault_of(plan), Optional(HasSubstr("mean below the median")));
  plan.mean.reset();
  EXPECT_THAT(fault_of(plan), Optional(HasSubstr("\"mean\" or \"p95\"")));
  plan.p95 = Seconds(10);
  EXPECT_THAT(fault_of(plan), Optional(HasSubstr("p95 below the median")));
  plan = {};
  plan.quantiles = {{0, Seconds(1)}, {0.5, Seconds(2)}};
  EXPECT_THAT(fault_of(plan), Optional(HasSubstr("share 0 to share 1")));
  plan.quantiles.push_back({1, Seconds(1.5)});
  EXPECT_THAT(fault_of(plan), Optional(HasSubstr("below the one before")));
}

}  // namespace
}  // namespace sextant

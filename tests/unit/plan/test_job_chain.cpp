#include "src/plan/job_chain.h"

#include <gtest/gtest.h>

namespace sextant::plan {
namespace {

constexpr JobChain kChain{.longest_job = 5.0 * kDay,
                          .start = 10.0 * kMinute,
                          .restart = 5.0 * kMinute,
                          .restore = 1.0 * kMinute};

TEST(JobChain, CountsJobsThatHoldTheRunAndTheirStarts) {
  EXPECT_EQ(jobs_for(kChain, kHour), 1);
  EXPECT_EQ(jobs_for(kChain, 5.0 * kDay - 10.0 * kMinute), 1);
  EXPECT_EQ(jobs_for(kChain, 5.0 * kDay - 9.0 * kMinute), 2);
  EXPECT_EQ(jobs_for(kChain, 50.0 * kDay), 11);
}

TEST(JobChain, EveryJobKeepsItsLimit) {
  for (double days = 0.1; days < 100; days += 0.83) {
    const auto n = static_cast<double>(jobs_for(kChain, days * kDay));
    const Seconds all =
        days * kDay + n * kChain.start + (n - 1) * (kChain.restart + kChain.restore);
    EXPECT_LE(all, n * kChain.longest_job) << days;
    if (n > 1) {
      const Seconds fewer = all - kChain.start - kChain.restart - kChain.restore;
      EXPECT_GT(fewer, (n - 1) * kChain.longest_job) << days;
    }
  }
}

TEST(JobChain, AddsItsStartsToTheRun) {
  Replica replica;
  replica.usage.add({.entity = UsageEntity{1},
                     .state = NodeState::kTraining,
                     .to_ns = 10 * 86'400'000'000'000,
                     .nodes = 8});
  replica.result.wall_time = 10.0 * kDay;
  add_job_starts(kChain, 8, 2, replica);
  EXPECT_EQ(replica.jobs, 3);
  EXPECT_NEAR(replica.result.wall_time / kMinute, 10 * 1440 + 3 * 10 + 2 * 6, 1e-6);
  EXPECT_EQ(replica.usage.job_time(), replica.result.wall_time);
  EXPECT_NEAR(replica.usage.node_time(NodeState::kStarting) / kMinute, 8 * 30, 1e-6);
  EXPECT_NEAR(replica.usage.node_time(NodeState::kSpare) / kMinute, 2 * 42, 1e-6);
}

}  // namespace
}  // namespace sextant::plan

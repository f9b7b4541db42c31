#include "src/govern/job_timelines.h"

#include <gtest/gtest.h>

#include <numeric>

#include "src/govern/answers.h"
#include "src/govern/observers.h"
#include "tests/support/busy_teams.h"

namespace sextant::govern {
namespace {

struct Watched {
  std::vector<JobTimeline> jobs;
  ReplicaAnswers answers;
};

Watched watched(const GovernanceInputs& inputs, std::vector<JobSpec> specs) {
  Watched result;
  fixtures::ListedJobs source(std::move(specs));
  GovernanceAnswers answers(inputs, {{}});
  JobTimelines timelines(inputs, [&](const JobTimeline& job) { result.jobs.push_back(job); });
  BothObservers both(answers, timelines, inputs.policy.flavors.size());
  result.answers = answers.finish(run_governance(inputs, source, {.seed = 1, .replica = 0}, both));
  return result;
}

Watched busy() { return watched(fixtures::busy_teams(), fixtures::busy_jobs(400)); }

template <class Wanted>
std::int64_t length_ns(const JobTimeline& job, const Wanted& wanted) {
  std::int64_t sum = 0;
  for (const JobSegment& segment : job.segments) {
    if (wanted(segment)) sum += segment.to_ns - segment.from_ns;
  }
  return sum;
}

std::int64_t phase_ns(const JobTimeline& job, JobPhase phase) {
  return length_ns(job, [&](const JobSegment& segment) { return segment.phase == phase; });
}

TEST(JobTimelines, SegmentsFollowOneAnotherFromSubmissionToEnd) {
  const Watched result = busy();
  ASSERT_EQ(result.jobs.size(), 400u);
  for (const JobTimeline& job : result.jobs) {
    std::int64_t at = job.job.submitted_ns;
    for (const JobSegment& segment : job.segments) {
      EXPECT_EQ(segment.from_ns, at) << job.job.name;
      EXPECT_GT(segment.to_ns, segment.from_ns) << job.job.name;
      at = segment.to_ns;
    }
    EXPECT_EQ(at, job.job.ended_ns) << job.job.name;
  }
}

TEST(JobTimelines, SumsAreThoseOfTheRecord) {
  std::int64_t evicted = 0, without_nodes = 0;
  for (const JobTimeline& job : busy().jobs) {
    EXPECT_EQ(phase_ns(job, JobPhase::kWaiting), job.job.first_wait_ns) << job.job.name;
    EXPECT_EQ(phase_ns(job, JobPhase::kWaiting) + phase_ns(job, JobPhase::kQueuedAgain),
              job.job.wait_ns)
        << job.job.name;
    EXPECT_EQ(length_ns(job, [](const JobSegment& s) { return has_nodes(s.phase); }),
              job.job.run_ns)
        << job.job.name;
    EXPECT_EQ(phase_ns(job, JobPhase::kLost), job.job.lost_ns) << job.job.name;
    EXPECT_EQ(std::ssize(job.evictions),
              std::accumulate(job.job.evictions.begin(), job.job.evictions.end(), 0));
    evicted += std::ssize(job.evictions);
    without_nodes += phase_ns(job, JobPhase::kNoNodes);
  }
  EXPECT_GT(evicted, 0);
  EXPECT_GT(without_nodes, 0);
}

TEST(JobTimelines, TimeWithNodesIsWhatTheAnswersCount) {
  const Watched result = busy();
  double unit_ns = 0;
  for (const JobTimeline& job : result.jobs) {
    if (job.job.node_failures > 0) continue;
    unit_ns +=
        static_cast<double>(job.job.units) *
        static_cast<double>(length_ns(job, [](const JobSegment& s) { return has_nodes(s.phase); }));
  }
  EXPECT_NEAR(unit_ns / 3600e12, result.answers.cluster.hours.allocated,
              1e-9 * result.answers.cluster.hours.allocated);
}

TEST(JobTimelines, WhoIsAdmittedBeyondTheNominalQuotaBorrows) {
  const GovernanceInputs inputs = fixtures::even_teams(2, 2);
  const Watched result = watched(inputs, {fixtures::job("own", 0, 8, Seconds(0), Seconds(100)),
                                          fixtures::job("beyond", 0, 8, Seconds(10), Seconds(50)),
                                          fixtures::job("after", 0, 8, Seconds(300), Seconds(50))});
  for (const JobTimeline& job : result.jobs) {
    for (const JobSegment& segment : job.segments) {
      EXPECT_EQ(segment.borrowed, job.job.name == "beyond") << job.job.name;
    }
  }
}

TEST(JobTimelines, OverTimeTheTeamsAreTheWhole) {
  const OverTime over = busy().answers.over_time;
  for (std::size_t i = 0; i < over.there.size(); ++i) {
    double allocated = 0, borrowed = 0, pending = 0;
    for (std::size_t team = 0; team < over.teams.size(); ++team) {
      allocated += over.teams[team][i];
      borrowed += over.teams_borrowed[team][i];
      pending += over.teams_pending[team][i];
    }
    EXPECT_NEAR(allocated, over.allocated[i], 1e-6);
    EXPECT_NEAR(borrowed, over.borrowed[i], 1e-6);
    EXPECT_NEAR(pending, over.pending[i], 1e-6);
    EXPECT_LE(over.allocated[i] + over.broken[i], over.there[i] + 1e-6);
  }
}

}  // namespace
}  // namespace sextant::govern

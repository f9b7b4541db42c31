#include "src/govern/job_story.h"

#include <gtest/gtest.h>

namespace sextant::govern {
namespace {

UsageInterval interval(std::uint32_t job, NodeState state, std::int64_t from, std::int64_t to) {
  return {UsageEntity{job + 1}, UsageOwner{}, state, from, to, 1000};
}

JobRecord record(std::uint64_t number, const char* name) {
  JobRecord job;
  job.number = JobNumber{number};
  job.name = name;
  return job;
}

TEST(JobStory, IsOfOneJobInTheOrderOfTime) {
  JobStoryCollector collector("mine");
  UsageSink& usage = collector.usage(FlavorIndex{});
  WaitRecord wait;
  wait.job = JobNumber{7};
  wait.to_ns = 5;
  collector.job_waited(wait);
  usage.add(interval(7, NodeState::kStarting, 5, 6));
  usage.add(interval(3, NodeState::kTraining, 0, 10));
  usage.add(interval(7, NodeState::kTrainingLost, 8, 9));
  usage.add(interval(7, NodeState::kTraining, 6, 7));
  usage.add(interval(7, NodeState::kCheckpointStall, 7, 8));
  EvictionRecord eviction;
  eviction.job = JobNumber{7};
  eviction.name = "mine";
  collector.job_evicted(eviction);
  EvictionRecord caused;
  caused.name = "other";
  caused.preemptor = "mine";
  collector.job_evicted(caused);
  collector.job_ended(record(3, "other"));
  collector.job_ended(record(7, "mine"));
  const std::optional<JobStory> story = collector.story();
  ASSERT_TRUE(story);
  EXPECT_EQ(story->waits.size(), 1u);
  EXPECT_EQ(story->evictions.size(), 1u);
  EXPECT_EQ(story->victims.size(), 1u);
  ASSERT_EQ(story->active.size(), 3u);
  EXPECT_EQ(story->active[0].activity, Activity::kStarting);
  EXPECT_EQ(story->active[1].activity, Activity::kWorking);
  EXPECT_EQ(story->active[1].from_ns, 6);
  EXPECT_EQ(story->active[1].to_ns, 8);
  EXPECT_EQ(story->active[2].activity, Activity::kLost);
}

TEST(JobStory, ACycleOfCheckpointsIsWork) {
  JobStoryCollector collector("mine");
  const std::vector<UsageInterval> cycle{interval(0, NodeState::kTraining, 0, 9),
                                         interval(0, NodeState::kCheckpointStall, 9, 10)};
  collector.usage(FlavorIndex{}).add_repeated(cycle, 10, 100);
  collector.job_ended(record(0, "mine"));
  const std::optional<JobStory> story = collector.story();
  ASSERT_EQ(story->active.size(), 1u);
  EXPECT_EQ(story->active[0].to_ns, 1000);
}

TEST(JobStory, NamesThatComeNear) {
  JobStoryCollector collector("train-17");
  for (const char* name : {"space-1", "train-1", "train-71", "train-16", "data-3"}) {
    collector.job_ended(record(0, name));
  }
  EXPECT_FALSE(collector.story());
  const std::vector<std::string> nearest = collector.nearest();
  ASSERT_EQ(nearest.size(), 3u);
  EXPECT_EQ(nearest[0], "train-1");
  EXPECT_EQ(nearest[1], "train-71");
  collector.job_ended(record(0, "vision/train-17"));
  EXPECT_EQ(collector.nearest()[0], "vision/train-17");
}

}  // namespace
}  // namespace sextant::govern

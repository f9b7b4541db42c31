#include "src/pages/govern_lanes.h"

#include <gtest/gtest.h>

#include <cmath>

#include "src/pages/short_text.h"
#include "tests/support/busy_teams.h"

namespace sextant::pages {
namespace {

using Json = nlohmann::ordered_json;

struct Drawn {
  Json json;
  std::map<std::string, JobRecord> jobs;
  std::vector<JobRecord> longest;
};

Drawn drawn(int count) {
  Drawn result;
  GovernLanes lanes;
  const GovernanceInputs inputs = fixtures::busy_teams();
  govern::JobTimelines timelines(inputs, [&](const govern::JobTimeline& job) {
    result.jobs.emplace(job.job.name, job.job);
    lanes.add(job);
  });
  fixtures::ListedJobs source(fixtures::busy_jobs(count));
  const GovernanceResult run = run_governance(inputs, source, {.seed = 1, .replica = 0}, timelines);
  result.json = lanes.json(inputs, run.wall_time.si());
  result.longest = lanes.longest(10);
  return result;
}

std::int64_t ticks(const Drawn& drawing, std::int64_t ns) {
  return std::llround(static_cast<double>(ns) * 1e-9 / drawing.json["tick_s"].get<double>());
}

TEST(GovernLanes, FewJobsAreAllThere) {
  const Drawn drawing = drawn(200);
  EXPECT_EQ(drawing.json["name"].size(), 200u);
  EXPECT_EQ(drawing.json["every"], 1);
  EXPECT_EQ(drawing.json["jobs"], 200);
}

TEST(GovernLanes, LanesReachFromSubmissionToEnd) {
  const Drawn drawing = drawn(200);
  const Json& json = drawing.json;
  std::int64_t submitted = 0;
  std::size_t segment = 0, evictions = 0;
  for (std::size_t i = 0; i < json["name"].size(); ++i) {
    const std::string name = json["names"][json["name"][i].get<std::size_t>()];
    const JobRecord& job = drawing.jobs.at(name);
    submitted += json["submitted"][i].get<std::int64_t>();
    EXPECT_EQ(submitted, ticks(drawing, job.submitted_ns));
    std::int64_t at = submitted;
    for (std::size_t s = json["segments"][i]; s > 0; --s) {
      at += json["segment_ticks"][segment++].get<std::int64_t>();
    }
    EXPECT_EQ(at, ticks(drawing, job.ended_ns)) << name;
    evictions += json["evictions"][i].get<std::size_t>();
  }
  EXPECT_EQ(segment, json["segment_phase"].size());
  EXPECT_EQ(evictions, json["eviction_rule"].size());
}

TEST(GovernLanes, OfManyJobsTheLongestWaitsAndASampleAreThere) {
  const Drawn drawing = drawn(3000);
  const std::size_t shown = drawing.json["name"].size();
  EXPECT_LE(shown, GovernLanes::kLongest + GovernLanes::kEvicted + GovernLanes::kSample);
  EXPECT_GE(shown, GovernLanes::kLongest);
  EXPECT_EQ(drawing.json["every"], 4);
  std::int64_t longest_ns = 0;
  for (const auto& [name, job] : drawing.jobs) {
    longest_ns = std::max(longest_ns, job.wait_ns + job.no_nodes_ns);
  }
  const JobRecord& first = drawing.longest.front();
  EXPECT_EQ(first.wait_ns + first.no_nodes_ns, longest_ns);
  EXPECT_EQ(drawing.longest.size(), 10u);
}

TEST(ShortText, IsCutBetweenCharacters) {
  EXPECT_EQ(short_text("short", 5), "short");
  EXPECT_EQ(short_text("sh\xC3\xB6rter", 3), "sh…");
  EXPECT_EQ(short_text("sh\xC3\xB6rter", 4), "sh\xC3\xB6…");
}

}  // namespace
}  // namespace sextant::pages

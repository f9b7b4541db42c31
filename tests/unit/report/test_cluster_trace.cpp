#include "src/report/cluster_trace.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "src/govern/job_timelines.h"
#include "tests/support/busy_teams.h"

namespace sextant::report {
namespace {

using nlohmann::json;

struct Written {
  json document;
  ClusterTraceSize size;
};

Written written(const GovernanceInputs& inputs, std::vector<JobSpec> jobs) {
  std::ostringstream out;
  fixtures::ListedJobs source(std::move(jobs));
  const ClusterTraceSize size =
      write_cluster_trace(out, inputs, source, {.seed = 1, .replica = 0}, {{"scenario", "busy"}});
  return {json::parse(out.str()), size};
}

Written busy() { return written(fixtures::busy_teams(), fixtures::busy_jobs(300)); }

std::int64_t nanoseconds(const json& microseconds) {
  return std::llround(microseconds.get<double>() * 1e3);
}
std::int64_t begin_of(const json& event) { return nanoseconds(event["ts"]); }
std::int64_t end_of(const json& event) { return begin_of(event) + nanoseconds(event["dur"]); }

std::vector<json> events(const json& document, const char* phase, const char* category = nullptr) {
  std::vector<json> found;
  for (const json& event : document["traceEvents"]) {
    if (event["ph"] != phase) continue;
    if (category != nullptr && event["cat"] != category) continue;
    found.push_back(event);
  }
  return found;
}

TEST(ClusterTrace, EveryEventHasWhatItsPhaseAsksFor) {
  const Written trace = busy();
  EXPECT_EQ(std::ssize(trace.document["traceEvents"]), trace.size.events);
  for (const json& event : trace.document["traceEvents"]) {
    const std::string phase = event["ph"];
    ASSERT_TRUE(phase == "X" || phase == "M" || phase == "C" || phase == "i") << event;
    EXPECT_TRUE(event["pid"].is_number_integer() && event["tid"].is_number_integer()) << event;
    EXPECT_TRUE(event["name"].is_string()) << event;
    if (phase == "M") continue;
    EXPECT_GE(event["ts"].get<double>(), 0) << event;
    if (phase == "X") EXPECT_GE(event["dur"].get<double>(), 0) << event;
    if (phase == "i") EXPECT_EQ(event["s"], "t") << event;
    if (phase != "C") continue;
    for (const json& value : event["args"]) EXPECT_TRUE(value.is_number()) << event;
  }
}

TEST(ClusterTrace, JobsOfARowFollowOneAnotherAndHoldTheirPhases) {
  const Written trace = busy();
  std::map<std::pair<int, int>, std::int64_t> row_ends, phase_ends;
  std::map<std::pair<int, int>, json> job_of;
  std::size_t jobs = 0;
  std::map<std::pair<int, int>, std::map<std::int64_t, std::int64_t>> rows;
  for (const json& event : events(trace.document, "X")) {
    const std::pair<int, int> row(event["pid"], event["tid"]);
    if (event["cat"] == "job") {
      ++jobs;
      job_of[row] = event;
      phase_ends[row] = begin_of(event);
      rows[row][begin_of(event)] = end_of(event);
      continue;
    }
    EXPECT_EQ(begin_of(event), phase_ends[row]) << event;
    phase_ends[row] = end_of(event);
    EXPECT_LE(end_of(event), end_of(job_of[row])) << event;
  }
  EXPECT_EQ(jobs, 300u);
  EXPECT_EQ(trace.size.jobs, 300);
  for (const auto& [row, times] : rows) {
    std::int64_t end = 0;
    for (const auto& [from, to] : times) {
      EXPECT_GE(from, end);
      end = to;
    }
  }
}

TEST(ClusterTrace, SumsAreThoseOfTheSimulation) {
  const GovernanceInputs inputs = fixtures::busy_teams();
  std::map<std::string, std::int64_t> expected, found;
  std::int64_t evictions = 0;
  govern::JobTimelines timelines(inputs, [&](const govern::JobTimeline& job) {
    for (const govern::JobSegment& segment : job.segments) {
      std::string name(enum_name(segment.phase));
      std::replace(name.begin(), name.end(), '_', ' ');
      expected[name] += segment.to_ns - segment.from_ns;
    }
    evictions += std::ssize(job.evictions);
  });
  fixtures::ListedJobs source(fixtures::busy_jobs(300));
  run_governance(inputs, source, {.seed = 1, .replica = 0}, timelines);
  const Written trace = busy();
  for (const json& event : events(trace.document, "X", "phase")) {
    found[event["name"]] += nanoseconds(event["dur"]);
  }
  EXPECT_EQ(found, expected);
  EXPECT_EQ(std::ssize(events(trace.document, "i")), evictions);
}

TEST(ClusterTrace, CountersBeginAndEndWithNothing) {
  std::map<std::pair<int, std::string>, json> last;
  std::map<std::pair<int, std::string>, double> at;
  for (const json& event : events(busy().document, "C")) {
    const std::pair<int, std::string> counter(event["pid"], event["name"]);
    if (at.contains(counter)) EXPECT_GT(event["ts"].get<double>(), at[counter]) << event;
    at[counter] = event["ts"];
    last[counter] = event["args"];
  }
  EXPECT_EQ(last.size(), 4u * 3u);  // the cluster and three teams
  for (const auto& [counter, args] : last) {
    for (const json& value : args) EXPECT_EQ(value, 0) << counter.second;
  }
}

TEST(ClusterTrace, NamesAreText) {
  JobSpec spec =
      fixtures::job("a \"b\"\n</script>\xF0\x9F\x98\x80\xFF", 0, 8, Seconds(0), Seconds(10));
  const Written trace = written(fixtures::even_teams(2, 2), {spec});
  EXPECT_EQ(events(trace.document, "X", "job").front()["name"],
            "a \"b\"\n</script>\xF0\x9F\x98\x80\xEF\xBF\xBD");
}

}  // namespace
}  // namespace sextant::report

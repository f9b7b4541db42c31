#include "src/report/trace_json.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/support/step_fixtures.h"

namespace sextant::report {
namespace {

using nlohmann::json;

/// Four pipeline ranks, each with two chunks of the model.
StepTrace pipeline() {
  StepInputs inputs = fixtures::inputs(8);
  inputs.layout.pipeline = 4;
  inputs.layout.virtual_stages = 2;
  inputs.layout.data = 2;
  inputs.global_batch = 16;
  return trace_step(inputs, fixtures::calibration());
}

json written(const StepTrace& trace, const TraceNotes& notes = {}) {
  std::ostringstream out;
  write_trace(out, trace, notes);
  return json::parse(out.str());
}

std::vector<json> events(const json& document, const char* phase) {
  std::vector<json> found;
  for (const json& event : document["traceEvents"]) {
    if (event["ph"] == phase) found.push_back(event);
  }
  return found;
}

std::int64_t nanoseconds(const json& microseconds) {
  return std::llround(microseconds.get<double>() * 1e3);
}

TEST(TraceJson, EventsOfAStreamFollowOneAnother) {
  std::map<std::pair<int, int>, std::int64_t> ends;
  for (const json& event : events(written(pipeline()), "X")) {
    std::int64_t& end = ends[{event["pid"], event["tid"]}];
    EXPECT_GE(nanoseconds(event["ts"]), end) << event;
    end = nanoseconds(event["ts"]) + nanoseconds(event["dur"]);
  }
  EXPECT_EQ(ends.size(), 4U * 4U);
}

TEST(TraceJson, TheLastEventEndsWithTheStep) {
  const StepTrace trace = pipeline();
  std::int64_t last = 0;
  for (const json& event : events(written(trace), "X")) {
    last = std::max(last, nanoseconds(event["ts"]) + nanoseconds(event["dur"]));
  }
  EXPECT_EQ(last, std::llround(trace.timeline.finish * 1e9));
}

TEST(TraceJson, EveryTransferEndsAtThePassThatWaitsForIt) {
  const json document = written(pipeline());
  std::map<int, std::int64_t> begun;
  for (const json& event : events(document, "s")) begun[event["id"]] = nanoseconds(event["ts"]);
  // 8 virtual stages have 7 boundaries; 8 microbatches cross them twice.
  EXPECT_EQ(begun.size(), 7U * 8U * 2U);
  std::set<int> ended;
  for (const json& event : events(document, "f")) {
    EXPECT_GT(nanoseconds(event["ts"]), begun.at(event["id"]));
    EXPECT_TRUE(ended.insert(event["id"].get<int>()).second);
  }
  EXPECT_EQ(ended.size(), begun.size());
}

TEST(TraceJson, PartsOfAnOperationAddUpToIt) {
  for (const json& event : events(written(pipeline()), "X")) {
    double sum = 0;
    for (const auto& [name, value] : event["args"].items()) {
      if (name.ends_with("_us")) sum += value.get<double>();
    }
    EXPECT_NEAR(sum, event["dur"].get<double>(), 0.01) << event;
  }
}

TEST(TraceJson, RowsHaveNamesAndPlaces) {
  std::map<std::string, int> names;
  for (const json& event : events(written(pipeline()), "M")) {
    if (event["args"].contains("name")) ++names[event["args"]["name"]];
  }
  EXPECT_EQ(names, (std::map<std::string, int>{{"pipeline rank", 4},
                                               {"compute", 4},
                                               {"collectives", 4},
                                               {"send forward", 4},
                                               {"send backward", 4}}));
}

TEST(TraceJson, NotesMayHoldAnyBytes) {
  const json document = written(pipeline(), {{"scenario", "a \"b\"\n\xff"}, {"phase", "é"}});
  EXPECT_EQ(document["otherData"]["scenario"], "a \"b\"\n\xef\xbf\xbd");
  EXPECT_EQ(document["otherData"]["phase"], "é");
}

}  // namespace
}  // namespace sextant::report

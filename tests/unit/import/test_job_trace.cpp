#include "src/import/job_trace.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <vector>

#include "src/import/trace_text.h"
#include "src/io/diagnostics.h"

namespace sextant::importer {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

const std::string kTraces = SEXTANT_SOURCE_DIR "/tests/data/traces/";

struct Read {
  std::vector<TraceJob> jobs;
  std::map<std::string, std::int64_t> skipped;
};

Read all_of(JobTrace& trace) {
  Read read;
  while (auto job = trace.next()) read.jobs.push_back(*job);
  read.skipped = trace.skipped();
  return read;
}

Read read_file(const std::string& name, TraceOptions options = {}) {
  return all_of(*open_job_trace(kTraces + name, std::move(options)));
}

Read read_text(const std::string& text, TraceOptions options = {}) {
  JobTrace trace(std::make_unique<std::istringstream>(text), "log", std::move(options));
  return all_of(trace);
}

std::string error_of(const std::string& text, TraceOptions options = {}) {
  try {
    read_text(text, std::move(options));
  } catch (const io::InputError& error) {
    return error.what();
  }
  return "no error";
}

std::vector<std::string> ids(const Read& read) {
  std::vector<std::string> result;
  for (const TraceJob& job : read.jobs) result.push_back(job.id);
  return result;
}

TEST(JobTrace, OwnCsvIsReadAndSorted) {
  const Read read = read_file("jobs.csv");
  ASSERT_EQ(read.jobs.size(), 4u);
  EXPECT_EQ(read.jobs[1].id, "a-2");
  EXPECT_EQ(read.jobs[1].accelerators, 16);
  EXPECT_EQ(read.jobs[1].team, "vision");
  EXPECT_EQ(read.jobs[1].priority_class, "training");
  EXPECT_EQ(read.jobs[2].run, Seconds(1800));
  EXPECT_EQ(read.jobs[3].submit, Seconds(100));  // after the job of 90 s, before that of 120 s
  EXPECT_EQ(read.jobs[3].run, Seconds(86'400));
  EXPECT_THAT(read.skipped, ElementsAre(Pair("without accelerators", 1)));
}

TEST(JobTrace, HeliosIsRead) {
  const Read read = read_file("helios.csv");
  EXPECT_THAT(ids(read), ElementsAre("3001", "3004"));
  EXPECT_EQ(read.jobs[0].team, "vcAb1");
  EXPECT_EQ(read.jobs[0].run, Seconds(7200));
  EXPECT_EQ(read.jobs[1].submit - read.jobs[0].submit, Seconds(355));
  EXPECT_THAT(read.skipped,
              UnorderedElementsAre(Pair("never began", 1), Pair("without accelerators", 1)));
}

TEST(JobTrace, AcmeIsRead) {
  const Read read = read_file("acme.csv");
  ASSERT_EQ(read.jobs.size(), 2u);
  EXPECT_EQ(read.jobs[0].team, "ua");  // it has no teams
  EXPECT_EQ(read.jobs[0].priority_class, "Pretrain");
  EXPECT_EQ(read.jobs[1].submit - read.jobs[0].submit, Seconds(30));
}

TEST(JobTrace, PhillyIsReadWithQuotes) {
  const Read read = read_file("philly.csv");
  ASSERT_EQ(read.jobs.size(), 2u);
  EXPECT_EQ(read.jobs[0].team, "ml, research");
  EXPECT_EQ(read.jobs[1].team, "the \"quoted\" one");
  EXPECT_EQ(read.jobs[1].run, Seconds(600));
}

TEST(JobTrace, OpenbIsReadWithSharesOfAccelerators) {
  const Read read = read_file("openb.csv");
  EXPECT_THAT(ids(read), ElementsAre("pod-0", "pod-1", "pod-3"));
  EXPECT_DOUBLE_EQ(read.jobs[1].accelerators, 0.46);
  EXPECT_EQ(read.jobs[2].accelerators, 8);
  EXPECT_EQ(read.jobs[2].run, Seconds(800));
}

TEST(JobTrace, SwfIsRead) {
  const Read read = read_file("sample.swf");
  EXPECT_THAT(ids(read), ElementsAre("1", "3"));
  EXPECT_EQ(read.jobs[0].accelerators, 16);
  EXPECT_EQ(read.jobs[0].team, "2");
  EXPECT_EQ(read.jobs[0].priority_class, "1");
  EXPECT_EQ(read.jobs[1].team, "4");            // no group: the user
  EXPECT_EQ(read.jobs[1].priority_class, "2");  // no queue: the partition
  EXPECT_THAT(read.skipped,
              UnorderedElementsAre(Pair("never began", 1), Pair("ran for no time", 1)));
}

TEST(JobTrace, SacctIsReadWithoutSteps) {
  const Read read = read_file("sacct.txt");
  EXPECT_THAT(ids(read), ElementsAre("100", "101_0"));
  EXPECT_EQ(read.jobs[0].accelerators, 16);
  EXPECT_EQ(read.jobs[1].accelerators, 5);  // the sum of the types
  EXPECT_EQ(read.jobs[1].run, 26.0 * kHour);
  EXPECT_EQ(read.jobs[1].priority_class, "high");
  EXPECT_THAT(read.skipped,
              UnorderedElementsAre(Pair("never began", 2), Pair("without accelerators", 1),
                                   Pair("has not ended", 1)));
}

TEST(JobTrace, OnlyLinesAskedFor) {
  TraceOptions options;
  options.where = {{"team", "speech"}};
  EXPECT_THAT(
      ids(read_text("id,submit,gpus,duration,team\na,0,1,5,vision\nb,1,1,5,speech\n", options)),
      ElementsAre("b"));
  EXPECT_THAT(error_of("id,submit,gpus,duration,vc\n", options),
              AllOf(HasSubstr("no column \"team\""), HasSubstr("columns: id")));
  EXPECT_THAT(error_of("; swf\n", options), HasSubstr("swf has no columns"));
}

TEST(JobTrace, SeparatorsEndsOfLinesAndMarks) {
  EXPECT_EQ(read_text("\xEF\xBB\xBFsubmit\tgpus\tduration\r\n0\t2\t60\r\n").jobs.size(), 1u);
  EXPECT_EQ(read_text("submit;gpus;duration\n\n0;2;60").jobs.size(), 1u);
}

TEST(JobTrace, FaultsNamePlaceAndRemedy) {
  EXPECT_EQ(error_of("submit,gpus,duration\n0,eight,60\n"),
            "log:2:3: error: gpus: found \"eight\", expected a number of accelerators, 0 to 1e7\n"
            "    2 | 0,eight,60\n"
            "      |   ^~~~~\n");
  EXPECT_THAT(error_of("submit,gpus,duration\n0,8,-60\n"),
              AllOf(HasSubstr("log:2:5"), HasSubstr("a duration of 0 s or more")));
  EXPECT_THAT(error_of("submit,gpus,duration\nyesterday,8,60\n"), HasSubstr("or a date such as"));
  EXPECT_THAT(error_of("submit,gpus,duration\n0,8\n"), HasSubstr("found 2 fields, expected 3"));
  EXPECT_THAT(error_of("submit,gpus,duration\n0,\"8,60\n"), HasSubstr("quote that is not closed"));
  EXPECT_THAT(error_of("when,gpus,duration\n"),
              AllOf(HasSubstr("no column that says when jobs are submitted"), HasSubstr("help:")));
  EXPECT_THAT(error_of("submit,start,end,gpus\n0,10,5,1\n"),
              HasSubstr("an end that is not before the start"));
  EXPECT_THAT(error_of(""), HasSubstr("found no lines"));
}

TEST(JobTrace, FaultsOfSwfAndSacct) {
  EXPECT_THAT(error_of("; x\n1 2 3\n"), HasSubstr("found 3 fields, expected the 18"));
  EXPECT_THAT(
      error_of("1 x 10 600 16 -1 -1 16 900 -1 1 3 2 -1 1 1 -1 -1\n", {.format = TraceFormat::kSwf}),
      AllOf(HasSubstr("log:1:3"), HasSubstr("field 2: found \"x\", expected a number")));
  EXPECT_THAT(error_of("1 -5 10 600 16 -1 -1 16 900 -1 1 3 2 -1 1 1 -1 -1\n"),
              HasSubstr("a submission at 0 s or later"));
  EXPECT_THAT(error_of("JobID|Submit|Elapsed\n"),
              AllOf(HasSubstr("no column AllocTRES"), HasSubstr("sacct --allusers --parsable2")));
  EXPECT_THAT(
      error_of("JobID|Submit|Elapsed|AllocTRES\n1|2024-01-01T00:00:00|1:00:00|gres/gpu=8|\n"),
      HasSubstr("--parsable every line does"));
  EXPECT_THAT(error_of("JobID|Submit|Elapsed|AllocTRES\n1|2024-01-01T00:00:00|x|gres/gpu=8\n"),
              HasSubstr("a duration such as 1-02:30:00"));
}

TEST(JobTrace, SeveralFaultsAreReportedAtOnce) {
  const std::string error = error_of("submit,gpus,duration\n0,8,60\nx,8,60\n1,8,60\ny,8,60\n");
  EXPECT_THAT(error, AllOf(HasSubstr("log:3:1"), HasSubstr("log:5:1")));
  std::string many = "submit,gpus,duration\n";
  for (int i = 0; i < 100; ++i) many += "x,8,60\n";
  EXPECT_THAT(error_of(many), AllOf(HasSubstr("log:21:1"), testing::Not(HasSubstr("log:22:1"))));
}

TEST(JobTrace, ALogThatIsNotSortedIsRefused) {
  std::string text = "submit,gpus,duration\n";
  for (std::size_t i = 0; i <= JobTrace::kAhead; ++i) text += fmt::format("{},1,60\n", i + 10);
  EXPECT_EQ(read_text(text + "11,1,60\n").jobs.size(), JobTrace::kAhead + 2);
  EXPECT_THAT(error_of(text + "1,1,60\n"),
              AllOf(HasSubstr("log:65539: error: found a submission before that of line 3"),
                    HasSubstr("sort -s -t ',' -k 1,1g")));
}

TEST(JobTrace, ALineWithoutEndIsRefused) {
  EXPECT_THAT(error_of("submit,gpus,duration\n0,8," + std::string(100'000, '1') + "\n1,1,1\n"),
              HasSubstr("a line of more than 65536 bytes"));
}

TEST(JobTrace, AFileThatIsNotThere) {
  EXPECT_THROW(open_job_trace(kTraces + "nowhere.csv"), io::InputError);
  EXPECT_THROW(open_job_trace(kTraces), io::InputError);
}

TEST(TraceText, Dates) {
  EXPECT_EQ(parse_date("1970-01-02"), Seconds(86'400));
  EXPECT_EQ(parse_date("1970-01-01T00:00:01.5Z"), Seconds(1.5));
  EXPECT_EQ(parse_date("1970-01-01 08:00:00+08:00"), Seconds(0));
  EXPECT_EQ(parse_date("1970-01-01 08:00:00 +0800"), Seconds(0));
  EXPECT_EQ(parse_date("1970/1/2 0:01"), Seconds(86'460));
  EXPECT_EQ(parse_date("2024-02-29"), Seconds(1'709'164'800));
  for (const char* text :
       {"2023-02-29", "2024-13-01", "1970-01-01 25:00", "12", "", "2024-01-01x"}) {
    EXPECT_FALSE(parse_date(text)) << text;
  }
}

TEST(TraceText, Durations) {
  EXPECT_EQ(parse_elapsed("90"), Seconds(90));
  EXPECT_EQ(parse_elapsed("01:30"), Seconds(90));
  EXPECT_EQ(parse_elapsed("1-02:03:04"), Seconds(93'784));
  EXPECT_EQ(parse_elapsed("00:00:01.25"), Seconds(1.25));
  for (const char* text : {"1:2:3:4", "1:", ":1", "1-", "1:61", "soon", ""}) {
    EXPECT_FALSE(parse_elapsed(text)) << text;
  }
}

}  // namespace
}  // namespace sextant::importer

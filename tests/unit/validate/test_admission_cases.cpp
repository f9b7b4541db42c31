#include "src/validate/admission_cases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "src/io/parse.h"

namespace sextant::validate {
namespace {

using testing::HasSubstr;

/// A queue of four accelerators, with one holder of three and a waiter that asks for `each`.
std::string one_case(const std::string& queue, const std::string& each,
                     const std::string& decision) {
  return R"({"schema": "sextant.admission-cases/1", "cases": [{"id": "x", "decides": "cycle",
    "queues": [{"name": "q", )" +
         queue + R"("groups": [["h100"]],
                "quotas": [{"flavor": "h100", "resource": "gpu", "nominal": 4}]}],
    "holders": [{"name": "r", "queue": "q",
                 "uses": [{"flavor": "h100", "resource": "gpu", "amount": 3}]}],
    "waiters": [{"name": "p", "queue": "q", "pods": [{"each": {"gpu": )" +
         each + R"(}}]}],
    "decision": )" +
         decision + "}]}";
}

struct Read {
  std::unique_ptr<io::Document> document;
  io::Diagnostics diagnostics;
  std::vector<AdmissionCase> cases;
};

void read(const std::string& text, Read& read) {
  read.document = std::make_unique<io::Document>("cases.json", text, false);
  ASSERT_TRUE(io::parse(*read.document, read.diagnostics));
  ASSERT_TRUE(holds_admission_cases(read.document->root));
  read.cases = read_admission_cases(read.document->root, read.diagnostics);
}

std::string errors_of(const std::string& text) {
  Read result;
  read(text, result);
  return result.diagnostics.render_errors();
}

std::vector<AdmissionFailure> failures_of(const std::string& text) {
  Read result;
  read(text, result);
  EXPECT_EQ(result.diagnostics.render_errors(), "");
  return run_admission_case(result.cases.at(0));
}

TEST(AdmissionCases, ComparesEveryField) {
  const std::string admitted =
      R"({"admitted": [{"name": "p",
                        "pods": [{"flavors": {"gpu": "h100"}, "uses": {"gpu": 1}}]}]})";
  EXPECT_TRUE(failures_of(one_case("", "1", admitted)).empty());
  EXPECT_TRUE(failures_of(one_case("", "2", R"({"parked": ["p"]})")).empty());
  EXPECT_TRUE(failures_of(one_case("", "2", R"({"waiting": ["p"]})")).empty())
      << "does not tell the two apart";
  const auto failures = failures_of(one_case("", "2", admitted));
  ASSERT_EQ(failures.size(), 2U);
  EXPECT_EQ(failures[0].field, "admitted");
  EXPECT_EQ(failures[0].expected, "p: 1 x main (1 gpu of h100)");
  EXPECT_EQ(failures[0].got, "nobody");
  EXPECT_EQ(failures[1].field, "left_pending");
}

TEST(AdmissionCases, StrictQueuesParkNobody) {
  EXPECT_TRUE(failures_of(one_case(R"("order": "StrictFIFO", )", "2",
                                   R"({"waiting": ["p"], "parked": []})"))
                  .empty());
}

TEST(AdmissionCases, SaysWhereAFileIsWrong) {
  EXPECT_THAT(errors_of(one_case("", "-1", "{}")),
              testing::AllOf(HasSubstr("/cases/0/waiters/0/pods/0/each/gpu"),
                             HasSubstr("found -1, expected an integer of at least 0")));
  EXPECT_THAT(errors_of(one_case(R"("order": "FIFO", )", "1", "{}")),
              HasSubstr("expected one of BestEffortFIFO, StrictFIFO"));
  EXPECT_THAT(errors_of(one_case(R"("weight": -2, )", "1", "{}")),
              HasSubstr("/cases/0/queues/0/weight"));
  EXPECT_THAT(errors_of(one_case("", "1", "7")), HasSubstr("expected an object"));
  EXPECT_THAT(errors_of(R"({"schema": "sextant.admission-cases/1"})"), HasSubstr("list 'cases'"));
  EXPECT_THAT(errors_of(R"({"schema": "sextant.admission-cases/1", "cases": [{"id": "x"}]})"),
              testing::AllOf(HasSubstr("/cases/0/queues: missing"),
                             HasSubstr("/cases/0/decision: missing")));
}

TEST(AdmissionCases, RefusesWhatCannotBeDecided) {
  EXPECT_THAT(errors_of(R"({"schema": "sextant.admission-cases/1", "cases": [{"id": "x",
      "decides": "cycle", "decision": {}, "queues": [{"name": "q", "cohort": "a"}],
      "cohorts": [{"name": "a", "parent": "b"}, {"name": "b", "parent": "a"}]}]})"),
              HasSubstr("cohort 'a' is its own ancestor"));
  EXPECT_THAT(errors_of(R"({"schema": "sextant.admission-cases/1", "cases": [{"id": "x",
      "decides": "cycle", "decision": {}, "queues": [{"name": "queue"}],
      "waiters": [{"name": "p", "queue": "quue"}]}]})"),
              testing::AllOf(HasSubstr("found 'quue'"), HasSubstr("did you mean 'queue'?")));
}

}  // namespace
}  // namespace sextant::validate

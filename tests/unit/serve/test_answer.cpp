#include "src/serve/answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace sextant::serve {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

/// Remembers what it was asked.
class FakeService : public Service {
 public:
  int port() const override { return 8347; }
  ScenarioList scenarios(Look) override {
    return {
        .scenarios = {{.name = "one/a.json", .path = "/folder/one/a.json", .title = "</script>"},
                      {.name = "b.json", .path = "/b", .kind = ScenarioKind::kGovern}}};
  }
  nlohmann::ordered_json panel(const ListedScenario&) override { return {{{"title", "<b>"}}}; }
  nlohmann::ordered_json pointers(const ListedScenario&) override { return {"pointers"}; }
  Reply forecast(const Question& question) override {
    asked = question;
    return reply;
  }

  Question asked;
  Reply reply{200, {{"kind", "plan"}}};
};

class Answers : public testing::Test {
 protected:
  Answer get(const std::string& target) {
    return answer({"GET", target, {{"Host", "localhost:8347"}}}, service_);
  }
  static std::map<std::string, std::string> headers_of(const Answer& answer) {
    return {answer.headers.begin(), answer.headers.end()};
  }

  FakeService service_;
};

TEST_F(Answers, HaveTheHeadersOfAPrivatePage) {
  for (const char* target : {"/", "/plan?scenario=one/a.json", "/report.js", "/theme.css", "/x",
                             "/api/plan?scenario=one/a.json", "/%zz?%"}) {
    const auto headers = headers_of(get(target));
    EXPECT_THAT(headers, Contains(Pair("Cache-Control", "no-store"))) << target;
    EXPECT_THAT(headers, Contains(Pair("X-Content-Type-Options", "nosniff")));
    EXPECT_THAT(headers, Contains(Pair("X-Frame-Options", "DENY")));
    EXPECT_THAT(headers,
                Contains(Pair("Content-Security-Policy", HasSubstr("default-src 'none'"))));
    EXPECT_FALSE(headers.contains("Access-Control-Allow-Origin"));
  }
}

TEST_F(Answers, PagesCarryTextAsText) {
  const Answer page = get("/plan?scenario=one/a.json");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, Not(HasSubstr("<b>")));
  EXPECT_THAT(page.body, HasSubstr("\\u003c/script\\u003e"));
  EXPECT_THAT(page.body, Not(HasSubstr("/folder")));
}

TEST_F(Answers, AChangeIsAPointerAndAValue) {
  const Answer data = get(
      "/api/plan?scenario=one%2Fa.json&set=/cluster/nodes=8&set=/name=a%3Db&set=/x&layout=fastest"
      "&replicas=full&page=p1");
  EXPECT_EQ(data.status, 200);
  ASSERT_EQ(service_.asked.changes.size(), 3u);
  EXPECT_EQ(service_.asked.changes[0].pointer, "/cluster/nodes");
  EXPECT_EQ(service_.asked.changes[0].value, "8");
  EXPECT_EQ(service_.asked.changes[1].value, "a=b");
  EXPECT_EQ(service_.asked.changes[2].value, "");
  EXPECT_TRUE(service_.asked.fastest && service_.asked.full);
  EXPECT_EQ(service_.asked.page, "p1");
}

TEST_F(Answers, NamesThatAreNotListedAreNotFound) {
  for (const char* target : {"/plan", "/plan?scenario=", "/plan?scenario=/folder/one/a.json",
                             "/api/plan?scenario=../one/a.json", "/plan?scenario=b.json",
                             "/govern?scenario=one/a.json", "/api/pointers?scenario=b.json",
                             "/api/", "/favicon.ico", "/plan/", "//", "/..%2f", "/./plan"}) {
    EXPECT_EQ(get(target).status, 404) << target;
  }
  EXPECT_THAT(get("/api/plan?scenario=one/b.json").body, HasSubstr("did you mean"));
}

TEST_F(Answers, BusyMeansLater) {
  service_.reply = {503, {{"error", "busy"}}};
  const Answer busy = get("/api/plan?scenario=one/a.json");
  EXPECT_EQ(busy.status, 503);
  EXPECT_THAT(headers_of(busy), Contains(Pair("Retry-After", "1")));
}

TEST_F(Answers, NothingIsWritten) {
  const Answer refused = answer({"POST", "/", {{"Host", "localhost:8347"}}}, service_);
  EXPECT_EQ(refused.status, 405);
  EXPECT_THAT(headers_of(refused), Contains(Pair("Allow", "GET, HEAD")));
}

}  // namespace
}  // namespace sextant::serve

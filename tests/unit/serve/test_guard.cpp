#include "src/serve/guard.h"

#include <gtest/gtest.h>

namespace sextant::serve {
namespace {

constexpr int kPort = 8347;

int status_of(const Request& request) {
  const auto refused = refusal(request, kPort);
  return refused ? refused->status : 200;
}

Request get(std::vector<std::pair<std::string, std::string>> headers) {
  headers.emplace_back("Host", "localhost:8347");
  return {"GET", "/", std::move(headers)};
}

TEST(Guard, KnowsItsOwnNames) {
  for (const char* host : {"127.0.0.1:8347", "localhost:8347", "[::1]:8347"}) {
    EXPECT_EQ(status_of({"GET", "/", {{"Host", host}}}), 200) << host;
  }
}

TEST(Guard, AnotherHostIsAnotherSite) {
  for (const char* host :
       {"", "evil.example:8347", "localhost", "localhost:80", "127.0.0.1:8347.evil.example",
        "localhost:8347@evil.example", "127.0.0.2:8347", "LOCALHOST:8347 "}) {
    EXPECT_EQ(status_of({"GET", "/", {{"Host", host}}}), 403) << host;
  }
  EXPECT_EQ(status_of({"GET", "/", {}}), 400);
  EXPECT_EQ(status_of({"GET", "/", {{"Host", "localhost:8347"}, {"host", "localhost:8347"}}}), 400);
}

TEST(Guard, OtherSitesAskInVain) {
  EXPECT_EQ(status_of(get({{"Origin", "http://localhost:8347"}})), 200);
  EXPECT_EQ(status_of(get({{"Origin", "https://localhost:8347"}})), 403);
  EXPECT_EQ(status_of(get({{"Origin", "http://evil.example"}})), 403);
  EXPECT_EQ(status_of(get({{"Origin", "null"}})), 403);
  EXPECT_EQ(status_of(get({{"Origin", "http://localhost:8347"}, {"Origin", "null"}})), 403);
  EXPECT_EQ(status_of(get({{"Sec-Fetch-Site", "same-origin"}})), 200);
  EXPECT_EQ(status_of(get({{"Sec-Fetch-Site", "none"}})), 200);
  EXPECT_EQ(status_of(get({{"Sec-Fetch-Site", "cross-site"}})), 403);
  EXPECT_EQ(status_of(get({{"Sec-Fetch-Site", "same-site"}})), 403);
}

TEST(Guard, ARefererSpeaksWhereNothingElseDoes) {
  EXPECT_EQ(status_of(get({{"Referer", "http://localhost:8347/plan?a=b"}})), 200);
  EXPECT_EQ(status_of(get({{"Referer", "http://evil.example/http://localhost:8347"}})), 403);
  EXPECT_EQ(status_of(get({{"Referer", "http://localhost:8347.evil.example/"}})), 403);
}

TEST(Guard, OnlyReads) {
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", ""}) {
    EXPECT_EQ(status_of({method, "/", {{"Host", "localhost:8347"}}}), 405) << method;
  }
  EXPECT_EQ(status_of({"HEAD", "/", {{"Host", "localhost:8347"}}}), 200);
  EXPECT_EQ(
      status_of({"GET", "/" + std::string(kLongestTarget, 'a'), {{"Host", "localhost:8347"}}}),
      414);
}

}  // namespace
}  // namespace sextant::serve

#include "src/serve/request.h"

#include <gtest/gtest.h>

namespace sextant::serve {
namespace {

using Query = std::vector<std::pair<std::string, std::string>>;

TEST(Target, IsTakenApart) {
  const auto target = parse_target("/plan?scenario=a%2Fb.json&set=/cluster/nodes=8&x&&y=1+2");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/plan");
  EXPECT_EQ(
      target->query,
      (Query{{"scenario", "a/b.json"}, {"set", "/cluster/nodes=8"}, {"x", ""}, {"y", "1 2"}}));
  EXPECT_EQ(target->value("scenario"), "a/b.json");
  EXPECT_EQ(target->value("nothing"), "");
}

TEST(Target, PathsAreNotDecoded) {
  EXPECT_EQ(parse_target("/..%2f..%2fetc")->path, "/..%2f..%2fetc");
}

TEST(Target, IsRefusedWhereItCannotBeMeant) {
  for (const char* text :
       {"", "plan", "http://127.0.0.1/plan", "*", "/a?b=%", "/a?b=%4", "/a?b=%zz", "/a?b=%00",
        "/a?b=%0d%0a", "/a?b=%ff", "/a?b=%c0%af", "/a\r\n", "/a#b"}) {
    EXPECT_FALSE(parse_target(text)) << text;
  }
  EXPECT_FALSE(parse_target("/a?" + std::string(kLongestTarget, 'b')));
  std::string many = "/a?";
  for (std::size_t i = 0; i <= kMostParameters; ++i) many += "b=1&";
  EXPECT_FALSE(parse_target(many));
}

TEST(Request, HeadersAreKnownInAnyCaseAndOnce) {
  const Request request{"GET", "/", {{"hOST", "a"}, {"Origin", "b"}, {"origin", "c"}}};
  EXPECT_EQ(request.header("Host"), "a");
  EXPECT_TRUE(request.has_header("Origin"));
  EXPECT_EQ(request.header("Origin"), std::nullopt);
  EXPECT_FALSE(request.has_header("Referer"));
}

}  // namespace
}  // namespace sextant::serve

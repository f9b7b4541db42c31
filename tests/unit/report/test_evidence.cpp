#include "src/report/evidence.h"

#include <gtest/gtest.h>

namespace sextant::report {
namespace {

io::Figure figure(const char* key, const char* source, Method method) {
  return {.key = key, .value = "1", .sourced = true, .source = source, .method = method};
}

TEST(Evidence, TellsWhatIsAssumedFromWhatHasASource) {
  const std::vector<io::Figure> figures{figure("a", "datasheet", Method::kDatasheet),
                                        figure("b", "a guess", Method::kAssumed),
                                        figure("c", "datasheet", Method::kDatasheet),
                                        figure("d", "datasheet", Method::kMeasured),
                                        {.key = "name", .value = "text"}};
  ASSERT_EQ(assumed(figures).size(), 1U);
  EXPECT_EQ(assumed(figures)[0].key, "b");

  const std::vector<Source> found = sources(figures);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].keys, (std::vector<std::string>{"a", "c"}));
  EXPECT_EQ(found[1].method, Method::kMeasured);
}

TEST(Evidence, UnknownRangeIsNullInJson) {
  const auto json = assumed_json({figure("b", "a guess", Method::kAssumed)});
  EXPECT_TRUE(json[0]["range"].is_null());
  EXPECT_EQ(json[0]["why"], "a guess");
}

}  // namespace
}  // namespace sextant::report

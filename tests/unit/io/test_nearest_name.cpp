#include "src/io/nearest_name.h"

#include <gtest/gtest.h>

#include <vector>

namespace sextant::io {
namespace {

TEST(EditDistance, CountsInsertionsDeletionsReplacementsAndSwaps) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("nodes", "nodes"), 0u);
  EXPECT_EQ(edit_distance("nodes", "node"), 1u);
  EXPECT_EQ(edit_distance("ndoes", "nodes"), 1u);
  EXPECT_EQ(edit_distance("Nodes", "nodes"), 0u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
}

TEST(NearestName, FindsWhatWasProbablyMeant) {
  const std::vector<std::string> names{"tensor", "pipeline", "p5.48xlarge", "p5e.48xlarge", "zero"};
  EXPECT_EQ(nearest_name("tenser", names), "tensor");
  EXPECT_EQ(nearest_name("pipline", names), "pipeline");
  EXPECT_EQ(nearest_name("p5-48xlarge", names), "p5.48xlarge");
  EXPECT_EQ(nearest_name("pipe", names), "pipeline");  // the only completion
  EXPECT_EQ(nearest_name("p5", names), std::nullopt);  // two completions
  EXPECT_EQ(nearest_name("banana", names), std::nullopt);
  EXPECT_EQ(nearest_name("", names), std::nullopt);
  EXPECT_EQ(nearest_name(std::string(100000, 'x'), names), std::nullopt);
}

}  // namespace
}  // namespace sextant::io

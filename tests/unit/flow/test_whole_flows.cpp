#include "src/flow/whole_flows.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace sextant::flow {
namespace {

/// How often the routes of patterns with these flows name their one link.
std::vector<std::int32_t> named(const std::vector<double>& flows, std::int32_t most = 1000) {
  FlowProblem problem{.capacities = {1e9}, .patterns = {}, .activities = {}};
  for (const double f : flows) problem.patterns.push_back({{0, f}});
  const double unit = flows_per_naming(problem, most)[0];
  std::vector<std::int32_t> times;
  for (const double f : flows) times.push_back(namings(f, unit));
  return times;
}

using Times = std::vector<std::int32_t>;

TEST(WholeFlows, NamesALinkOnceWhereAllPatternsAreAlike) {
  EXPECT_EQ(named({1.0}), Times({1}));
  EXPECT_EQ(named({1023.0, 1023.0}), Times({1, 1}));
  EXPECT_EQ(named({1e-3}), Times({1}));
}

TEST(WholeFlows, DividesByWhatIsCommon) {
  EXPECT_EQ(named({6.0, 4.0}), Times({3, 2}));
  EXPECT_EQ(named({0.5, 3.0}), Times({1, 6}));
  EXPECT_EQ(named({1.0 / 3.0, 1.0, 0.5}), Times({2, 6, 3}));
  EXPECT_EQ(named({1.0, 1000.0}), Times({1, 1000}));
}

TEST(WholeFlows, RoundsWhatHasNothingInCommon) {
  const double pi = 3.14159265358979;
  const Times times = named({1.0, pi});
  EXPECT_EQ(times[1], 1000);
  EXPECT_NEAR(times[0] * pi / times[1], 1.0, 0.5e-3 * pi);
  EXPECT_EQ(named({1.0, 1e6}), Times({1, 1000})) << "the small one counts for more than it is";
  EXPECT_EQ(named({1.0, pi}, 10), Times({3, 10}));
}

TEST(WholeFlows, TakesEachLinkForItself) {
  const FlowProblem problem{.capacities = {1e9, 1e9, 1e9},
                            .patterns = {{{0, 4.0}, {1, 3.0}}, {{0, 6.0}}},
                            .activities = {}};
  EXPECT_EQ(flows_per_naming(problem), (std::vector<double>{2.0, 3.0, 1.0}));
}

}  // namespace
}  // namespace sextant::flow
